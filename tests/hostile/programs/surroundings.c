/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that take away what surrounds them: descriptors, folders, rights. */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostile.h"

#define NOBODY 65534

static void close_each(void)
{
	for (int fd = 0; fd < 2048; fd++)
		close(fd);
	threads_work();
}

static void close_by_range(void)
{
	MUST(close_range(0, ~0u, 0) == 0);
	threads_work();
}

static void close_from_three(void)
{
	closefrom(3);
	threads_work();
	/* The lowest numbers are free again. */
	MUST(open("/dev/null", O_RDONLY) == 3);
}

/* Every number up to the usual limit is taken by the program. */
static void use_all_descriptors(void)
{
	int fd, last = -1;

	for (int number = 3; number < 1000; number++)
		MUST(dup2(0, number) == number);
	while ((fd = dup(0)) >= 0)
		last = fd;
	MUST(last >= 0);
	threads_work();
}

static void change_directory(void)
{
	char folder[] = "/tmp/hostile-XXXXXX";

	MUST(mkdtemp(folder));
	MUST(chdir(folder) == 0);
	MUST(rmdir(folder) == 0);
	threads_work();
}

static void change_root(void)
{
	char folder[] = "/tmp/hostile-XXXXXX";

	MUST(mkdtemp(folder));
	MUST(chdir(folder) == 0);
	if (chroot(".") < 0) {
		rmdir(folder);
		exit(NOT_HERE);
	}
	threads_work();
	MUST(access("/proc", F_OK) < 0);
}

static void drop_privileges(void)
{
	if (getuid() != 0)
		exit(NOT_HERE);
	MUST(setgroups(0, NULL) == 0);
	MUST(setgid(NOBODY) == 0);
	threads_work();
	MUST(setuid(NOBODY) == 0);
	threads_work();
	MUST(setuid(0) < 0);
}

static void hide_from_debuggers(void)
{
	MUST(prctl(PR_SET_DUMPABLE, 0) == 0);
	threads_work();
}

static void change_personality(void)
{
	MUST(personality(PER_LINUX | ADDR_COMPAT_LAYOUT) >= 0);
	threads_work();
}

static void leave_namespaces(void)
{
	if (unshare(CLONE_FILES | CLONE_FS | CLONE_NEWNS | CLONE_NEWIPC) < 0)
		exit(NOT_HERE);
	threads_work();
}

static void lock_memory(void)
{
	if (mlockall(MCL_CURRENT) < 0)
		exit(NOT_HERE);
	threads_work();
}

static void use_shared_memory(void)
{
	int fd = shm_open("/weft-hostile", O_RDWR | O_CREAT, 0600);
	int *shared;

	if (fd < 0)
		exit(NOT_HERE);
	MUST(ftruncate(fd, 4096) == 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(shared != MAP_FAILED);
	*shared = 7;
	threads_work();
	MUST(*shared == 7);
	MUST(shm_unlink("/weft-hostile") == 0);
}

static void clear_environment(void)
{
	clearenv();
	MUST(getenv("WEFT_REGION") == NULL);
	threads_work();
}

static const struct hostile_case cases[] = {
	{ "close-each", close_each },
	{ "close-by-range", close_by_range },
	{ "close-from-three", close_from_three },
	{ "use-all-descriptors", use_all_descriptors },
	{ "change-directory", change_directory },
	{ "change-root", change_root },
	{ "drop-privileges", drop_privileges },
	{ "hide-from-debuggers", hide_from_debuggers },
	{ "change-personality", change_personality },
	{ "leave-namespaces", leave_namespaces },
	{ "lock-memory", lock_memory },
	{ "use-shared-memory", use_shared_memory },
	{ "clear-environment", clear_environment },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return hostile_main(cases, argc, argv);
}
