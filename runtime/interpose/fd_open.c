/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening files by name; see fd_open.h. POSIX lets the open of a FIFO for reading wait for a
 * writer and the other way round. Here a reader opens it without blocking, so that writers find
 * it, and then waits until a writer shows; a writer tries to open it until there is a reader.
 */
#include "runtime/interpose/fd_open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "runtime/engine/descriptor.h"
#include "runtime/interpose/io.h"
#include "runtime/engine/sched.h"
#include "runtime/sys/raw.h"

/* Linux, Documentation/admin-guide/devices.txt: character devices of major number 1. */
#define MEMORY_DEVICES 1u
#define MINOR_RANDOM 8u
#define MINOR_URANDOM 9u

struct opening {
	int directory;
	const char *path;
	int flags;
	mode_t mode;
};

static long open_with(const struct opening *opening, int more_flags)
{
	return raw_syscall(SYS_openat, opening->directory, opening->path,
		opening->flags | more_flags, opening->mode);
}

/* Anybody may open the other side. */
static int wait_for_change(struct thread *self, struct object *object)
{
	struct external_wait wait = { .retry = true, .reach = REACH_ANYONE };

	if (io_external_wait(self, object, &wait, DEADLINE_NEVER) == WAIT_INTERRUPTED)
		return -EINTR;
	return 0;
}

/*
 * Whether the FIFO has, or has had, a writer since `fd` was opened. With none, poll(2) shows
 * nothing and tee(2), which takes nothing out, an end of file; once one has come and gone,
 * POLLHUP.
 */
static bool has_writer(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	int scratch[2];
	long result;

	if (raw_syscall(SYS_poll, &polled, 1, 0) > 0)
		return true;
	if (raw_syscall(SYS_pipe2, scratch, O_CLOEXEC) < 0)
		return true;
	result = raw_syscall(SYS_tee, fd, scratch[1], 1, SPLICE_F_NONBLOCK);
	raw_syscall(SYS_close, scratch[0]);
	raw_syscall(SYS_close, scratch[1]);
	return result != 0;
}

static long open_reader(
	struct thread *self, const struct opening *opening, struct object *object)
{
	long fd = open_with(opening, O_NONBLOCK);

	if (raw_failed(fd))
		return fd;
	external_changed();
	while (!has_writer((int)fd)) {
		int woken = wait_for_change(self, object);

		if (woken) {
			raw_syscall(SYS_close, fd);
			return woken;
		}
	}
	raw_syscall(SYS_fcntl, fd, F_SETFL, opening->flags);
	return fd;
}

static long open_writer(
	struct thread *self, const struct opening *opening, struct object *object)
{
	long fd;

	while ((fd = open_with(opening, O_NONBLOCK)) == -ENXIO) {
		int woken = wait_for_change(self, object);

		if (woken)
			return woken;
	}
	if (!raw_failed(fd)) {
		raw_syscall(SYS_fcntl, fd, F_SETFL, opening->flags);
		external_changed();
	}
	return fd;
}

static void note_opened(int fd)
{
	struct stat status;
	enum descriptor_kind kind = DESCRIPTOR_UNKNOWN;

	if (raw_syscall(SYS_fstat, fd, &status) == 0 && S_ISCHR(status.st_mode) &&
		major(status.st_rdev) == MEMORY_DEVICES &&
		(minor(status.st_rdev) == MINOR_RANDOM ||
			minor(status.st_rdev) == MINOR_URANDOM))
		kind = DESCRIPTOR_RANDOM;
	descriptor_set(fd, kind);
}

long fd_open(struct thread *self, int directory, const char *path, int flags, mode_t mode)
{
	struct opening opening = { directory, path, flags, mode };
	struct stat status;
	struct object *object;
	long fd;

	sched_point(self, OP_FD_OPEN, NULL);
	if ((flags & (O_NONBLOCK | O_PATH)) || (flags & O_ACCMODE) == O_RDWR ||
		raw_syscall(SYS_newfstatat, directory, path, &status, 0) < 0 ||
		!S_ISFIFO(status.st_mode)) {
		fd = open_with(&opening, 0);
		if (!raw_failed(fd))
			note_opened((int)fd);
		return fd;
	}
	object = object_get(&runtime.core, status.st_ino, WIRE_OBJECT_FD);
	if ((flags & O_ACCMODE) == O_RDONLY)
		fd = open_reader(self, &opening, object);
	else
		fd = open_writer(self, &opening, object);
	if (!raw_failed(fd))
		descriptor_set((int)fd, DESCRIPTOR_UNKNOWN);
	return fd;
}
