/* SPDX-License-Identifier: Apache-2.0 */
/* Programs with unusual needs of address space and thread-local memory. */
#include <dlfcn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hostile.h"

#define PAGE 4096
#define OPENS 50

static __thread char large[1 << 20];
static __thread int set_before = 5;

static void *use_large(void *unused)
{
	(void)unused;
	MUST(set_before == 5 && large[0] == 0 && large[sizeof(large) - 1] == 0);
	memset(large, 1, sizeof(large));
	set_before = 6;
	return NULL;
}

static void large_thread_local(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, use_large, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
	MUST(set_before == 5);
}

static void fixed_addresses(void)
{
	for (uintptr_t address = 0x100000000; address < 0x800000000; address += 0x100000000) {
		char *at = mmap((void *)address, PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		MUST(at == (void *)address);
		*at = 1;
	}
	threads_work();
}

static void open_libraries(void)
{
	for (int i = 0; i < OPENS; i++) {
		void *library = dlopen("libz.so.1", RTLD_NOW);

		if (!library)
			exit(NOT_HERE);
		MUST(dlsym(library, "zlibVersion"));
		MUST(dlclose(library) == 0);
	}
	threads_work();
}

static void reserve_a_terabyte(void)
{
	void *space = mmap(NULL, (size_t)1 << 40, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (space == MAP_FAILED)
		exit(NOT_HERE);
	threads_work();
}

static const struct hostile_case cases[] = {
	{ "large-thread-local", large_thread_local },
	{ "fixed-addresses", fixed_addresses },
	{ "open-libraries", open_libraries },
	{ "reserve-a-terabyte", reserve_a_terabyte },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return hostile_main(cases, argc, argv);
}
