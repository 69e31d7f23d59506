/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Threads open and close the same shared library and call into it. The loader has locks of its
 * own.
 */
#include <assert.h>
#include <dlfcn.h>
#include "../parallel.h"

static void *work(void *unused)
{
	void *library = dlopen("libm.so.6", RTLD_NOW);

	assert(library);
	double (*function)(double) = (double (*)(double))dlsym(library, "fabs");

	assert(function && function(-2.0) > 1.5);
	dlclose(library);
	return unused;
}

int main(void)
{
	parallel(3, work);
	return 0;
}
