/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output goes to files without a name and is read when the program has ended: no pipe can fill
 * up, and none is left open in a grandchild.
 */
#include "tool/launch/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_OUTPUT (1024 * 1024)

extern char **environ;

/* Do both set the same variable? */
static bool is_same_variable(const char *a, const char *b)
{
	size_t length = strcspn(a, "=") + 1;

	return strncmp(a, b, length) == 0;
}

/*
 * A copy of the environment with LC_ALL=C (messages are recognised by their text) and the
 * setting. The strings are borrowed.
 */
static const char **make_environment(const char *setting)
{
	static const char locale[] = "LC_ALL=C";
	size_t count = 0;
	size_t kept = 0;
	const char **copy;

	while (environ[count])
		count++;
	copy = calloc(count + 3, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!is_same_variable(locale, environ[i]) &&
			!(setting && is_same_variable(setting, environ[i])))
			copy[kept++] = environ[i];
	copy[kept++] = locale;
	copy[kept] = setting;
	return copy;
}

static int spawn(const char *const *argv, const char **environment, int out_fd, int err_fd,
	pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err_fd, STDERR_FILENO);
	r = posix_spawnp(ret_pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
		(char *const *)(uintptr_t)environment);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* Returns the text of the file, or NULL. */
static char *read_output(int fd)
{
	struct stat status;
	size_t size;
	char *text;
	ssize_t length;

	if (fstat(fd, &status) < 0)
		return NULL;
	size = status.st_size < MOST_OUTPUT ? (size_t)status.st_size : MOST_OUTPUT;
	text = malloc(size + 1);
	if (!text)
		return NULL;
	length = pread(fd, text, size, 0);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

static int run_into(const char *const *argv, const char **environment, int out_fd, int err_fd,
	struct capture *ret)
{
	struct capture capture = { 0 };
	pid_t pid;
	int r = spawn(argv, environment, out_fd, err_fd, &pid);

	if (r < 0)
		return r;
	while (waitpid(pid, &capture.wait_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	capture.out = read_output(out_fd);
	capture.err = read_output(err_fd);
	if (!capture.out || !capture.err) {
		capture_release(&capture);
		return -ENOMEM;
	}
	*ret = capture;
	return 0;
}

int capture_run(const char *const *argv, const char *setting, struct capture *ret)
{
	const char **environment = make_environment(setting);
	int out_fd = memfd_create("weft-stdout", MFD_CLOEXEC);
	int err_fd = memfd_create("weft-stderr", MFD_CLOEXEC);
	int r;

	if (!environment)
		r = -ENOMEM;
	else if (out_fd < 0 || err_fd < 0)
		r = -errno;
	else
		r = run_into(argv, environment, out_fd, err_fd, ret);
	if (out_fd >= 0)
		close(out_fd);
	if (err_fd >= 0)
		close(err_fd);
	free(environment);
	return r;
}

void capture_release(struct capture *capture)
{
	free(capture->out);
	free(capture->err);
	memset(capture, 0, sizeof(*capture));
}

int capture_succeeded(const struct capture *capture)
{
	return WIFEXITED(capture->wait_status) && WEXITSTATUS(capture->wait_status) == 0;
}
