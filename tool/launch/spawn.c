/* SPDX-License-Identifier: Apache-2.0 */
/* fork and execve with what a program under test needs in between; see spawn.h. */
#include "tool/launch/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors from here on if the limit allows, else that many below the limit. */
#define FIRST_FD 900
#define FDS_BELOW_LIMIT 16

/*
 * Not 0: a limit of 1 byte also keeps the kernel from piping a dump into a program such as
 * systemd-coredump, which 0 does not.
 */
#define CORE_LIMIT 1

#define OOM_SCORE_MAX "1000"

#define CURRENT_PERSONALITY 0xffffffffu

int spawn_first_fd(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
		limit.rlim_cur >= FIRST_FD + FDS_BELOW_LIMIT)
		return FIRST_FD;
	return (int)limit.rlim_cur - FDS_BELOW_LIMIT;
}

/* Gives `fd` the number `number`, to be inherited. */
static int place_fd(int fd, int number)
{
	if (fd < 0)
		return 0;
	if (fd == number)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, number);
}

/*
 * The numbers wanted may be those of other descriptors in the list: first all are moved out of
 * the way, then all to their places.
 */
static int place_fds(const struct spawn_spec *spec)
{
	int moved[SPAWN_INHERIT_MAX];
	int low[3] = { spec->stdin_fd, spec->stdout_fd, spec->stderr_fd };
	int beyond = spec->first_fd + SPAWN_INHERIT_MAX;

	for (int i = 0; i < SPAWN_INHERIT_MAX; i++) {
		int fd = spec->inherited[i];

		moved[i] = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, beyond);
		if (fd >= 0 && moved[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++) {
		if (low[i] < 0)
			continue;
		low[i] = fcntl(low[i], F_DUPFD_CLOEXEC, beyond);
		if (low[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (place_fd(low[i], i) < 0)
			return -1;
	for (int i = 0; i < SPAWN_INHERIT_MAX; i++)
		if (place_fd(moved[i], spec->first_fd + i) < 0)
			return -1;
	return 0;
}

static void limit_core(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_max < CORE_LIMIT)
		return;
	limit.rlim_cur = CORE_LIMIT;
	setrlimit(RLIMIT_CORE, &limit);
}

/* When memory runs out, the kernel is to end the program under test rather than the tool. */
static void volunteer_for_oom(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, OOM_SCORE_MAX, strlen(OOM_SCORE_MAX));
	close(fd);
}

/* Between fork and execve; returns the errno of what failed. */
static int become(const struct spawn_spec *spec, pid_t parent)
{
	/* Out of the terminal's reach: Ctrl-C is for the tool, which then ends its programs. */
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	limit_core();
	volunteer_for_oom();

	/* Where it is forbidden (some containers), addresses are translated instead. */
	int persona = personality(CURRENT_PERSONALITY);

	if (persona >= 0)
		personality((unsigned long)persona | ADDR_NO_RANDOMIZE);
	if (place_fds(spec) < 0)
		return errno;
	execve(spec->program, spec->argv, spec->environment);
	return errno;
}

/* What the child wrote before execve replaced it; 0: nothing went wrong. */
static int read_error(int fd)
{
	int error = 0;
	ssize_t got;

	do {
		got = read(fd, &error, sizeof(error));
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(error) ? error : 0;
}

int spawn(const struct spawn_spec *spec, pid_t *ret_pid, struct diag *diag)
{
	int report[2];
	pid_t parent = getpid();

	if (pipe2(report, O_CLOEXEC) < 0)
		return diag_set(diag, -errno, "cannot make a pipe: %s", strerror(errno));

	pid_t pid = fork();

	if (pid == 0) {
		int error = become(spec, parent);
		ssize_t unused = write(report[1], &error, sizeof(error));

		_exit(unused > 0);
	}

	int error = pid < 0 ? errno : 0;

	close(report[1]);
	if (pid > 0)
		error = read_error(report[0]);
	close(report[0]);
	if (error && pid > 0)
		waitpid(pid, NULL, 0);
	if (error)
		return diag_set(
			diag, -error, "cannot start '%s': %s", spec->argv[0], strerror(error));
	*ret_pid = pid;
	return 0;
}
