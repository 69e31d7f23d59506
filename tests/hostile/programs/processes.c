/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that make, replace, signal and leave processes. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostile.h"

extern char **environ;

static volatile sig_atomic_t signals_seen;

static void see_signal(int number)
{
	(void)number;
	signals_seen++;
}

/* Who signals the group means the program and its children, and nobody else. */
static void signal_own_group(void)
{
	signal(SIGTERM, see_signal);
	MUST(kill(0, SIGTERM) == 0);
	threads_work();
	MUST(signals_seen == 1);
	MUST(killpg(getpgrp(), SIGTERM) == 0);
	threads_work();
	MUST(signals_seen == 2);
}

static void end_own_group(void)
{
	pid_t child = fork();

	MUST(child >= 0);
	if (child == 0) {
		setpgid(0, 0);
		signal(SIGTERM, SIG_IGN);
		for (;;)
			pause();
	}
	setpgid(child, child);
	MUST(kill(-child, SIGKILL) == 0);
	MUST(waitpid(child, NULL, 0) == child);
	threads_work();
}

static void fork_between(void)
{
	int status;
	pid_t child;

	threads_work();
	child = fork();
	MUST(child >= 0);
	threads_work();
	if (child == 0)
		_exit(5);
	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

static void become_another(void)
{
	threads_work();
	execl("/bin/sh", "sh", "-c", "test -z \"$LD_PRELOAD$WEFT_REGION\"", NULL);
	abort();
}

static void *exec_here(void *unused)
{
	(void)unused;
	execl("/bin/true", "true", NULL);
	abort();
}

static void become_another_in_a_thread(void)
{
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, exec_here, NULL) == 0);
	pthread_join(thread, NULL);
	abort();
}

static void daemonise(void)
{
	MUST(daemon(0, 0) == 0);
	threads_work();
	for (;;)
		pause();
}

static void leave_a_sleeper(void)
{
	threads_work();
	if (fork() == 0) {
		signal(SIGTERM, SIG_IGN);
		setsid();
		for (;;)
			pause();
	}
}

static void session_of_its_own(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		MUST(setsid() > 0);
		threads_work();
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child && status == 0);
}

static void all_ways_to_a_shell(void)
{
	char *arguments[] = { "sh", "-c", "exit 3", NULL };
	char line[16];
	int status;
	pid_t child = vfork();
	FILE *stream;

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "exit 4", NULL);
		_exit(127);
	}
	MUST(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 4);
	MUST(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) == 0);
	MUST(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
	MUST(WEXITSTATUS(system("exit 6")) == 6);
	stream = popen("echo hello", "r");
	MUST(stream && fgets(line, sizeof(line), stream) && strcmp(line, "hello\n") == 0);
	MUST(pclose(stream) == 0);
	threads_work();
}

static void children_are_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	if (fork() == 0)
		_exit(1);
	threads_work();
	MUST(wait(NULL) < 0 && errno == ECHILD);
}

static void adopt_orphans(void)
{
	pid_t child;

	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	child = fork();
	if (child == 0) {
		if (fork() == 0)
			_exit(0);
		_exit(0);
	}
	MUST(wait(NULL) > 0);
	MUST(wait(NULL) > 0);
	threads_work();
}

static const struct hostile_case cases[] = {
	{ "signal-own-group", signal_own_group },
	{ "end-own-group", end_own_group },
	{ "fork-between", fork_between },
	{ "become-another", become_another },
	{ "become-another-in-a-thread", become_another_in_a_thread },
	{ "daemonise", daemonise },
	{ "leave-a-sleeper", leave_a_sleeper },
	{ "session-of-its-own", session_of_its_own },
	{ "all-ways-to-a-shell", all_ways_to_a_shell },
	{ "children-are-ignored", children_are_ignored },
	{ "adopt-orphans", adopt_orphans },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return hostile_main(cases, argc, argv);
}
