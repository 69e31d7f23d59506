/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: crash, where the library with bump() is instrumented; else nothing. The library is
 * linked, or with an argument loaded by that name.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef LINKED
int bump(void);
#endif
static int (*function)(void);

static void *call(void *unused)
{
	function();
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t threads[2];

#ifdef LINKED
	function = bump;
	(void)argc;
	(void)argv;
#else
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;

	function = library ? (int (*)(void))dlsym(library, "bump") : NULL;
#endif
	if (!function)
		return 3;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, call, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (function() != 3)
		abort();
	puts("counted");
	return 0;
}
