/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of libc's names: the loader, copies of strings, the clock. */
#include "../conformance/check.h"

#include <dlfcn.h>
#include <wchar.h>

extern char *__strdup(const char *);
extern char *__strndup(const char *, size_t);
extern int __clock_gettime(clockid_t, struct timespec *);

static void check_loader(void)
{
	double (*cosine)(double);
	void *handle;

	CASE("loader");
	handle = dlopen("libm.so.6", RTLD_NOW);
	CHECK_TRUE(handle != NULL);
	cosine = (double (*)(double))(uintptr_t)dlsym(handle, "cos");
	CHECK_VALUE(cosine(0), 1);
	CHECK_VALUE(dlclose(handle), 0);
	handle = dlmopen(LM_ID_BASE, "libm.so.6", RTLD_NOW);
	CHECK_TRUE(handle != NULL);
	CHECK_VALUE(dlclose(handle), 0);
	CHECK_TRUE(dlopen("libnowhere.so.0", RTLD_NOW) == NULL);
}

static void check_copies(void)
{
	char *copy = __strdup("weft"), *part = __strndup("weft", 2);
	wchar_t *wide = wcsdup(L"weft");

	CASE("copies");
	CHECK_VALUE(strcmp(copy, "weft"), 0);
	CHECK_VALUE(strcmp(part, "we"), 0);
	CHECK_VALUE(wcscmp(wide, L"weft"), 0);
	free(copy);
	free(part);
	free(wide);
}

static void check_clock(void)
{
	struct timespec start = check_time_in(CLOCK_MONOTONIC, 0), now;

	CASE("clock");
	CHECK_ERRNO(__clock_gettime(CLOCK_MONOTONIC, &now), 0);
	CHECK_TRUE(now.tv_sec >= start.tv_sec && now.tv_sec <= start.tv_sec + 1);
	CHECK_ERRNO(__clock_gettime(9999, &now), EINVAL);
}

int main(void)
{
	check_loader();
	check_copies();
	check_clock();
	return 0;
}
