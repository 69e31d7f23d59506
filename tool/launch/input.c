/* SPDX-License-Identifier: Apache-2.0 */
/* Copying stdin; see input.h. */
#include "tool/launch/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define BLOCK_SIZE 65536

static bool is_null_device(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 &&
	       minor(status->st_rdev) == 3;
}

/* Waits until there is something to read. Returns 0, or -EINTR if asked to stop. */
static int wait_readable(int fd, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[1].revents ? -EINTR : 0;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

/* Returns the number of bytes copied, or a negative errno. */
static int64_t copy_all(int from, int to, int stop_fd)
{
	char block[BLOCK_SIZE];
	uint64_t total = 0;

	for (;;) {
		int r = wait_readable(from, stop_fd);

		if (r < 0)
			return r;

		ssize_t got = read(from, block, sizeof(block));

		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return (int64_t)total;
		total += (uint64_t)got;
		if (total > INPUT_MAX)
			return -EFBIG;
		r = write_all(to, block, (size_t)got);
		if (r < 0)
			return r;
	}
}

int input_copy(int fd, int stop_fd, int *ret_fd, struct diag *diag)
{
	struct stat status;

	*ret_fd = -1;
	if (fstat(fd, &status) < 0 || isatty(fd) || is_null_device(&status))
		return 0;

	int copy = memfd_create("weft-input", MFD_CLOEXEC);

	if (copy < 0)
		return diag_set(diag, -errno, "cannot make memory for the program's input: %s",
			strerror(errno));

	int64_t size = copy_all(fd, copy, stop_fd);

	if (size > 0) {
		*ret_fd = copy;
		return 0;
	}
	close(copy);
	if (size == -EFBIG)
		return diag_set(diag, -EFBIG,
			"the program's input is larger than 1 GiB; give it a file name "
			"instead");
	if (size == -EINTR)
		return diag_set(diag, -EINTR, "interrupted while reading the program's input");
	if (size < 0)
		return diag_set(diag, (int)size, "cannot read the program's input: %s",
			strerror((int)-size));
	return 0;
}

static int save_all(int from, int to)
{
	char block[BLOCK_SIZE];
	off_t offset = 0;
	ssize_t got;
	int r = 0;

	while (r == 0 && (got = pread(from, block, sizeof(block), offset)) > 0) {
		r = write_all(to, block, (size_t)got);
		offset += got;
	}
	return r == 0 && got < 0 ? -errno : r;
}

int input_save(int fd, const char *path, struct diag *diag)
{
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int r = to < 0 ? -errno : save_all(fd, to);

	if (to >= 0 && close(to) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		return 0;
	if (to >= 0)
		unlink(path);
	return diag_set(
		diag, r, "cannot write the program's input to '%s': %s", path, strerror(-r));
}
