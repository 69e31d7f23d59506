/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each check tries what weft would do, in a child process where it would change this one: what
 * a container's filters permit can't be told from versions.
 */
#include "tool/launch/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/launch/capture.h"
#include "tool/launch/runtime_path.h"

/* memfd_create(2) came with 3.17. */
#define OLDEST_KERNEL_MAJOR 3
#define OLDEST_KERNEL_MINOR 17
/* Before it, threads were a library of their own. */
#define OLDEST_GLIBC_MAJOR 2
#define OLDEST_GLIBC_MINOR 34
#define HWCAP2_FSGSBASE_BIT 2ul
/* The program's threads, each a parked kernel thread. */
#define THREADS_WANTED 600u
#define MEMORY_WANTED_MIB 512u

static bool is_older(const char *version, int major, int minor)
{
	int got_major = 0;
	int got_minor = 0;

	sscanf(version, "%d.%d", &got_major, &got_minor);
	return got_major < major || (got_major == major && got_minor < minor);
}

static void check_kernel(struct checks *checks)
{
	struct utsname name;
	struct check *check;

	uname(&name);
	check = check_add(checks, "kernel", CHECK_OK, "%s %s", name.sysname, name.release);
	if (!is_older(name.release, OLDEST_KERNEL_MAJOR, OLDEST_KERNEL_MINOR))
		return;
	check->status = CHECK_MISSING;
	check_advise(
		check, "weft needs %d.%d or later", OLDEST_KERNEL_MAJOR, OLDEST_KERNEL_MINOR);
}

static void check_glibc(struct checks *checks)
{
	const char *version = gnu_get_libc_version();
	struct check *check = check_add(checks, "glibc", CHECK_OK, "%s", version);

	if (!is_older(version, OLDEST_GLIBC_MAJOR, OLDEST_GLIBC_MINOR))
		return;
	check->status = CHECK_MISSING;
	check_advise(
		check, "weft needs %d.%d or later", OLDEST_GLIBC_MAJOR, OLDEST_GLIBC_MINOR);
}

/* Runs `attempt` in a child. Returns 0, or the errno it returned. */
static int try_in_child(int (*attempt)(void))
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(attempt() & 0xff);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static int fix_addresses(void)
{
	int persona = personality(0xffffffff);

	if (persona < 0 || personality((unsigned long)persona | ADDR_NO_RANDOMIZE) < 0)
		return errno;
	return 0;
}

bool machine_fixes_addresses(void)
{
	static int error = -1;

	if (error < 0)
		error = try_in_child(fix_addresses);
	return error == 0;
}

static void check_addresses(struct checks *checks)
{
	int error = try_in_child(fix_addresses);
	struct check *check;

	if (error == 0) {
		check_add(checks, "addresses", CHECK_OK, "randomisation can be switched off");
		return;
	}
	check = check_add(checks, "addresses", CHECK_WARNING,
		"personality(ADDR_NO_RANDOMIZE) is refused: %s", strerror(error));
	check_advise(check,
		"programs whose behaviour depends on addresses may not replay; in Docker add "
		"'--security-opt seccomp=unconfined'");
}

static void check_fs_base(struct checks *checks)
{
	struct check *check;

	if (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE_BIT) {
		check_add(checks, "thread switch", CHECK_OK, "by wrfsbase");
		return;
	}
	check = check_add(checks, "thread switch", CHECK_WARNING,
		"by system calls: FSGSBASE is not enabled");
	check_advise(check, "executions are slower; kernels from 5.9 enable it on most CPUs");
}

static void check_shared_memory(struct checks *checks)
{
	int fd = memfd_create("weft-doctor", MFD_CLOEXEC);
	char path[64];
	int again;

	if (fd < 0) {
		struct check *check = check_add(checks, "shared memory", CHECK_MISSING,
			"memfd_create is refused: %s", strerror(errno));

		check_advise(check, "let the container's seccomp filter permit memfd_create");
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDWR | O_CLOEXEC);
	if (again < 0)
		check_advise(check_add(checks, "shared memory", CHECK_MISSING,
				     "'%s' can't be opened: %s", path, strerror(errno)),
			"mount /proc");
	else
		check_add(checks, "shared memory", CHECK_OK, "by memfd_create");
	if (again >= 0)
		close(again);
	close(fd);
}

/* The number in a file such as /sys/fs/cgroup/pids.max; UINT64_MAX if there is none. */
static uint64_t read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t number = UINT64_MAX;

	if (!file)
		return number;
	if (fscanf(file, "%" SCNu64, &number) != 1)
		number = UINT64_MAX;
	fclose(file);
	return number;
}

static void check_threads(struct checks *checks)
{
	struct rlimit limit;
	uint64_t most = read_number("/proc/sys/kernel/threads-max");
	uint64_t of_group = read_number("/sys/fs/cgroup/pids.max");

	if (getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur < most)
		most = limit.rlim_cur;
	if (of_group < most)
		most = of_group;
	if (most >= THREADS_WANTED)
		check_add(checks, "threads", CHECK_OK, "up to %" PRIu64 " at once", most);
	else
		check_advise(check_add(checks, "threads", CHECK_WARNING,
				     "only up to %" PRIu64 " at once", most),
			"programs with more fail in pthread_create; raise 'ulimit -u' or the "
			"container's pids limit");
}

static uint64_t available_memory_mib(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];
	uint64_t kib = UINT64_MAX;

	if (!file)
		return UINT64_MAX;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	fclose(file);
	return kib == UINT64_MAX ? kib : kib / 1024;
}

static void check_memory(struct checks *checks)
{
	struct rlimit limit;
	uint64_t mib = available_memory_mib();

	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
		limit.rlim_cur >> 20 < mib)
		mib = limit.rlim_cur >> 20;
	if (mib == UINT64_MAX)
		check_add(checks, "memory", CHECK_WARNING, "unknown: /proc/meminfo is missing");
	else if (mib >= MEMORY_WANTED_MIB)
		check_add(checks, "memory", CHECK_OK, "%" PRIu64 " MiB available", mib);
	else
		check_advise(check_add(checks, "memory", CHECK_WARNING,
				     "only %" PRIu64 " MiB available", mib),
			"use fewer '--jobs', or raise 'ulimit -v'");
}

static void check_cores(struct checks *checks)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		check_add(checks, "cores", CHECK_OK, "%d, as many workers by default",
			CPU_COUNT(&set));
}

static void check_confinement(struct checks *checks)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	int mode = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Seccomp: %d", &mode) == 1)
			break;
	if (file)
		fclose(file);
	check_add(checks, "confinement", CHECK_OK, "%s; ptrace, perf and root are not needed",
		mode ? "a seccomp filter is active, the checks above were made under it"
		     : "no seccomp filter");
}

void machine_check(struct checks *checks)
{
	check_kernel(checks);
	check_glibc(checks);
	check_addresses(checks);
	check_fs_base(checks);
	check_shared_memory(checks);
	check_threads(checks);
	check_memory(checks);
	check_cores(checks);
	check_confinement(checks);
}

/* Loaded into a program that does nothing: the loader prints why when it can't. */
static void try_runtime(struct checks *checks, const struct runtime_path *runtime)
{
	const char *const argv[] = { "true", NULL };
	char setting[sizeof(runtime->library) + sizeof("LD_PRELOAD=")];
	struct capture capture;
	struct check *check;

	snprintf(setting, sizeof(setting), "LD_PRELOAD=%s", runtime->library);
	if (capture_run(argv, setting, &capture) < 0)
		return;
	if (capture_succeeded(&capture) && !*capture.err) {
		check_add(checks, "runtime", CHECK_OK, "%s", runtime->library);
	} else {
		check = check_add(checks, "runtime", CHECK_MISSING,
			"'%s' can't be loaded: %.*s", runtime->library,
			(int)strcspn(capture.err, "\n"), capture.err);
		check_advise(check, "build weft on this machine");
	}
	capture_release(&capture);
}

void machine_check_runtime(struct checks *checks)
{
	struct runtime_path runtime;
	struct diag diag;

	if (runtime_path_find(&runtime, &diag) < 0)
		check_add(checks, "runtime", CHECK_MISSING, "%s", diag.text);
	else
		try_runtime(checks, &runtime);
}
