/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes: waiting for them while other threads go on, and every way to make them. */
#include "../conformance/check.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static int ends[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int child_may_end;

/* The child ends only when this thread, which runs while main waits for it, lets it. */
static void *release_child(void *argument)
{
	(void)argument;
	pthread_mutex_lock(&lock);
	while (!child_may_end)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	REQUIRE(write(ends[1], "x", 1) != 1);
	return NULL;
}

static void check_waiting(void)
{
	pthread_t thread;
	int status = 0;
	char byte;
	pid_t pid;

	CASE("waiting");
	REQUIRE(pipe(ends));
	thread = check_start(release_child, NULL);
	pid = fork();
	if (pid == 0)
		_exit(read(ends[0], &byte, 1) == 1 ? 7 : 8);
	CHECK_VALUE(waitpid(pid, &status, WNOHANG), 0);
	pthread_mutex_lock(&lock);
	child_may_end = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	CHECK_VALUE(waitpid(pid, &status, 0) == pid, 1);
	CHECK_VALUE(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 7);
	check_join(thread);
	CHECK_ERRNO(waitpid(pid, &status, 0), ECHILD);
	CHECK_ERRNO(wait(&status), ECHILD);
	CHECK_ERRNO(waitpid(-1, &status, -1), EINVAL);
	REQUIRE(close(ends[0]) || close(ends[1]));
}

static pid_t child_with_status(int status)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(status);
	return pid;
}

static void check_variants(void)
{
	struct rusage usage;
	siginfo_t info;
	int status = 0;
	pid_t pid;

	CASE("variants");
	pid = child_with_status(1);
	CHECK_TRUE(wait(&status) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 1);
	pid = child_with_status(2);
	CHECK_TRUE(wait3(&status, 0, &usage) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 2);
	pid = child_with_status(3);
	CHECK_TRUE(wait4(pid, &status, 0, &usage) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 3);
	pid = child_with_status(4);
	CHECK_ERRNO(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	CHECK_VALUE(info.si_status, 4);
	CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED), 0);
	CHECK_VALUE(info.si_code, CLD_EXITED);
	CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
	pid = vfork();
	if (pid == 0)
		_exit(5);
	CHECK_TRUE(waitpid(0, &status, 0) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 5);
}

static void *add_one(void *argument)
{
	pthread_mutex_lock(&lock);
	++*(int *)argument;
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* A child may have threads of its own. */
static void child_with_threads(void)
{
	pthread_t threads[3];
	int sum = 0;

	for (int i = 0; i < 3; i++)
		threads[i] = check_start(add_one, &sum);
	for (int i = 0; i < 3; i++)
		check_join(threads[i]);
	_exit(sum);
}

static void *fork_with_threads(void *argument)
{
	int status = 0;
	pid_t pid = fork();

	(void)argument;
	if (pid == 0)
		child_with_threads();
	REQUIRE(waitpid(pid, &status, 0) != pid);
	return (void *)(long)WEXITSTATUS(status);
}

static void check_threads_in_child(void)
{
	pthread_t first, second;

	CASE("threads in a child");
	CHECK_VALUE((long)fork_with_threads(NULL), 3);
	first = check_start(fork_with_threads, NULL);
	second = check_start(fork_with_threads, NULL);
	CHECK_VALUE((long)check_join(first), 3);
	CHECK_VALUE((long)check_join(second), 3);
}

static void check_spawn(void)
{
	char shell[] = "sh", option[] = "-c", command[] = "exit 6";
	char *arguments[] = { shell, option, command, NULL };
	int status = 0;
	pid_t pid;

	CASE("spawn");
	CHECK(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ), 0);
	CHECK_TRUE(waitpid(pid, &status, 0) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 6);
	CHECK(posix_spawnp(&pid, "sh", NULL, NULL, arguments, environ), 0);
	CHECK_TRUE(waitpid(pid, &status, 0) == pid);
	CHECK(posix_spawn(&pid, "/does/not/exist", NULL, NULL, arguments, environ), ENOENT);
	CHECK_TRUE(system(NULL) != 0);
	CHECK_VALUE(system("exit 3"), 3 << 8);
	CHECK_VALUE(WTERMSIG(system("kill -9 $$")), SIGKILL);
}

static void check_streams(void)
{
	char line[16] = "";
	FILE *stream = popen("echo hello", "r");

	CASE("streams");
	CHECK_TRUE(stream != NULL);
	CHECK_TRUE(fgets(line, sizeof(line), stream) == line);
	CHECK_VALUE(strcmp(line, "hello\n"), 0);
	CHECK_VALUE(pclose(stream), 0);
	stream = popen("read word; test \"$word\" = weft", "w");
	CHECK_TRUE(stream != NULL);
	CHECK_TRUE(fputs("weft\n", stream) >= 0);
	CHECK_VALUE(pclose(stream), 0);
	stream = popen("exit 9", "re");
	CHECK_VALUE(WEXITSTATUS(pclose(stream)), 9);
	CHECK_TRUE(popen("true", "x") == NULL && errno == EINVAL);
}

int main(void)
{
	fflush(stdout);
	setvbuf(stdout, NULL, _IONBF, 0);
	check_waiting();
	check_variants();
	check_threads_in_child();
	check_spawn();
	check_streams();
	return 0;
}
