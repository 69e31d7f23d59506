/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that limit their own resources, and go up to the limit. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hostile.h"

#define MIB ((size_t)1 << 20)

static void limit(int resource, rlim_t value)
{
	struct rlimit both = { .rlim_cur = value, .rlim_max = RLIM_INFINITY };

	MUST(getrlimit((__rlimit_resource_t)resource, &both) == 0);
	both.rlim_cur = value;
	MUST(setrlimit((__rlimit_resource_t)resource, &both) == 0);
	MUST(getrlimit((__rlimit_resource_t)resource, &both) == 0);
	MUST(both.rlim_cur == value);
}

static void few_descriptors(void)
{
	limit(RLIMIT_NOFILE, 4);
	threads_work();
	MUST(open("/dev/null", O_RDONLY) == 3);
	MUST(open("/dev/null", O_RDONLY) < 0 && errno == EMFILE);
	threads_work();
}

static void no_processes(void)
{
	limit(RLIMIT_NPROC, 4096);
	threads_work();
}

/* The program's own 256 MiB are there, and not much more. */
static void little_address_space(void)
{
	void *block;

	limit(RLIMIT_AS, 256 * MIB);
	threads_work();
	block = malloc(64 * MIB);
	MUST(block);
	memset(block, 1, 64 * MIB);
	MUST(!malloc(512 * MIB));
	MUST(mmap(NULL, 512 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		MAP_FAILED);
	threads_work();
	free(block);
}

/* All memory that there is, in ever smaller parts; then freed, for the threads. */
static void no_memory_left(void)
{
	void **blocks = NULL;

	limit(RLIMIT_AS, 256 * MIB);
	for (size_t size = MIB; size >= 64; size /= 2) {
		void **block;

		while ((block = malloc(size))) {
			*block = blocks;
			blocks = block;
		}
	}
	pthread_mutex_lock(&count_lock);
	pthread_mutex_unlock(&count_lock);
	while (blocks) {
		void **next = *blocks;

		free(blocks);
		blocks = next;
	}
	threads_work();
}

static void small_files(void)
{
	int fd = memfd_create("hostile", 0);

	MUST(fd >= 0);
	signal(SIGXFSZ, SIG_IGN);
	limit(RLIMIT_FSIZE, 16);
	threads_work();
	MUST(write(fd, "0123456789", 10) == 10);
	MUST(write(fd, "0123456789", 10) == 6);
	MUST(write(fd, "x", 1) < 0 && errno == EFBIG);
	threads_work();
}

static void small_stack(void)
{
	limit(RLIMIT_STACK, 256 * 1024);
	threads_work();
}

static void no_locked_memory(void)
{
	limit(RLIMIT_MEMLOCK, 0);
	limit(RLIMIT_SIGPENDING, 0);
	limit(RLIMIT_MSGQUEUE, 0);
	threads_work();
}

static void lowest_priority(void)
{
	MUST(setpriority(PRIO_PROCESS, 0, 19) == 0);
	threads_work();
}

static const struct hostile_case cases[] = {
	{ "few-descriptors", few_descriptors },
	{ "no-processes", no_processes },
	{ "little-address-space", little_address_space },
	{ "no-memory-left", no_memory_left },
	{ "small-files", small_files },
	{ "small-stack", small_stack },
	{ "no-locked-memory", no_locked_memory },
	{ "lowest-priority", lowest_priority },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return hostile_main(cases, argc, argv);
}
