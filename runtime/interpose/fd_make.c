/* SPDX-License-Identifier: Apache-2.0 */
/* The life of descriptors: what makes, copies and closes them. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "common/bytes.h"
#include "runtime/engine/descriptor.h"
#include "runtime/interpose/file_lock.h"
#include "runtime/interpose/fd_open.h"
#include "runtime/interpose/io.h"

static struct object *fd_object(int fd)
{
	return object_get(&runtime.core, (uint64_t)(unsigned int)fd, WIRE_OBJECT_FD);
}

/* Notes the two new descriptors of a pipe or a socket pair. */
static long pair_made(const int *pair, long result)
{
	if (result == 0) {
		descriptor_set(pair[0], DESCRIPTOR_PAIR);
		descriptor_set(pair[1], DESCRIPTOR_PAIR);
	}
	return result;
}

WEFT_HOOK int pipe2(int ret_pair[2], int flags)
{
	struct thread *self = runtime_enter(HOOK_pipe2);

	if (!self)
		return REAL(pipe2)(ret_pair, flags);
	sched_point(self, OP_FD_OPEN, NULL);
	return (int)io_return(
		self, pair_made(ret_pair, raw_syscall(SYS_pipe2, ret_pair, flags)));
}

WEFT_HOOK int pipe(int ret_pair[2])
{
	struct thread *self = runtime_enter(HOOK_pipe);

	if (!self)
		return REAL(pipe)(ret_pair);
	sched_point(self, OP_FD_OPEN, NULL);
	return (int)io_return(self, pair_made(ret_pair, raw_syscall(SYS_pipe2, ret_pair, 0)));
}

WEFT_HOOK int __pipe(int[2]) HOOK_ALIAS(pipe);

WEFT_HOOK int socketpair(int domain, int type, int protocol, int ret_pair[2])
{
	struct thread *self = runtime_enter(HOOK_socketpair);
	long result;

	if (!self)
		return REAL(socketpair)(domain, type, protocol, ret_pair);
	sched_point(self, OP_FD_OPEN, NULL);
	result = raw_syscall(SYS_socketpair, domain, type, protocol, ret_pair);
	return (int)io_return(self, pair_made(ret_pair, result));
}

WEFT_HOOK int eventfd(unsigned int value, int flags)
{
	struct thread *self = runtime_enter(HOOK_eventfd);
	long result;

	if (!self)
		return REAL(eventfd)(value, flags);
	sched_point(self, OP_FD_OPEN, NULL);
	result = raw_syscall(SYS_eventfd2, value, flags);
	if (!raw_failed(result))
		descriptor_set((int)result, DESCRIPTOR_PAIR);
	return (int)io_return(self, result);
}

/* ---- copies ---- */

static long copied(struct thread *self, int from, long result)
{
	if (!raw_failed(result) && result != from) {
		descriptor_copy(from, (int)result);
		external_changed();
	}
	return io_return(self, result);
}

WEFT_HOOK int dup(int fd)
{
	struct thread *self = runtime_enter(HOOK_dup);

	if (!self)
		return REAL(dup)(fd);
	sched_point(self, OP_FD_OPEN, fd_object(fd));
	return (int)copied(self, fd, raw_syscall(SYS_dup, fd));
}

WEFT_HOOK int dup2(int fd, int to)
{
	struct thread *self = runtime_enter(HOOK_dup2);

	if (!self)
		return REAL(dup2)(fd, to);
	sched_point(self, OP_FD_OPEN, fd_object(to));
	return (int)copied(self, fd, raw_syscall(SYS_dup2, fd, to));
}

WEFT_HOOK int __dup2(int, int) HOOK_ALIAS(dup2);

WEFT_HOOK int dup3(int fd, int to, int flags)
{
	struct thread *self = runtime_enter(HOOK_dup3);

	if (!self)
		return REAL(dup3)(fd, to, flags);
	sched_point(self, OP_FD_OPEN, fd_object(to));
	return (int)copied(self, fd, raw_syscall(SYS_dup3, fd, to, flags));
}

/* ---- closing ---- */

WEFT_HOOK int close(int fd)
{
	struct thread *self = runtime_enter(HOOK_close);
	bool network;
	long result;

	if (!self)
		return REAL(close)(fd);
	sched_point(self, OP_FD_CLOSE, fd_object(fd));
	network = descriptor_get(fd)->network;
	file_lock_closed(self, fd);
	descriptor_clear((unsigned int)fd, (unsigned int)fd);
	result = raw_syscall(SYS_close, fd);
	if (network)
		external_sent();
	else
		external_changed();
	return (int)io_return(self, result);
}

WEFT_HOOK int __close(int) HOOK_ALIAS(close);

WEFT_HOOK int close_range(unsigned int first, unsigned int last, int flags)
{
	struct thread *self = runtime_enter(HOOK_close_range);
	long result;

	if (!self)
		return REAL(close_range)(first, last, flags);
	sched_point(self, OP_FD_CLOSE, NULL);
	result = raw_syscall(SYS_close_range, first, last, flags);
	if (result == 0 && !(flags & CLOSE_RANGE_CLOEXEC))
		descriptor_clear(first, last);
	external_sent();
	return (int)io_return(self, result);
}

WEFT_HOOK void closefrom(int first)
{
	struct thread *self = runtime_enter(HOOK_closefrom);

	if (!self) {
		REAL(closefrom)(first);
		return;
	}
	sched_point(self, OP_FD_CLOSE, NULL);
	REAL(closefrom)(first);
	descriptor_clear(first < 0 ? 0 : (unsigned int)first, UINT32_MAX);
	external_sent();
	runtime_leave(self);
}

/* ---- fcntl ---- */

static long fcntl_call(struct thread *self, int fd, int command, long argument)
{
	struct object *object = fd_object(fd);
	long result;

	switch (command) {
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return file_lock_fcntl(self, fd, command, (struct flock *)(uintptr_t)argument);
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		sched_point(self, OP_FD_OPEN, object);
		return copied(self, fd, raw_syscall(SYS_fcntl, fd, command, argument));
	default:
		/* Flags and limits of the file: of no concern to others that wait. */
		result = raw_syscall(SYS_fcntl, fd, command, argument);
		external_changed();
		runtime_leave(self);
		if (!raw_failed(result))
			return result;
		errno = (int)-result;
		return -1;
	}
}

WEFT_HOOK int fcntl(int fd, int command, ...)
{
	struct thread *self = runtime_enter(HOOK_fcntl);
	va_list arguments;
	long argument;

	va_start(arguments, command);
	argument = va_arg(arguments, long);
	va_end(arguments);
	if (!self)
		return REAL(fcntl)(fd, command, argument);
	return (int)fcntl_call(self, fd, command, argument);
}

WEFT_HOOK int fcntl64(int, int, ...) HOOK_ALIAS(fcntl);
WEFT_HOOK int __fcntl(int, int, ...) HOOK_ALIAS(fcntl);

/* ---- opening ---- */

#define OPEN_HAS_MODE(flags) (((flags)&O_CREAT) || ((flags)&O_TMPFILE) == O_TMPFILE)

WEFT_HOOK int open(const char *path, int flags, ...)
{
	struct thread *self = runtime_enter(HOOK_open);
	mode_t mode = 0;
	va_list arguments;

	va_start(arguments, flags);
	if (OPEN_HAS_MODE(flags))
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	if (!self)
		return REAL(open)(path, flags, mode);
	return (int)io_return(self, fd_open(self, AT_FDCWD, path, flags, mode));
}

WEFT_HOOK int open64(const char *, int, ...) HOOK_ALIAS(open);
WEFT_HOOK int __open(const char *, int, ...) HOOK_ALIAS(open);
WEFT_HOOK int __open64(const char *, int, ...) HOOK_ALIAS(open);

WEFT_HOOK int openat(int directory, const char *path, int flags, ...)
{
	struct thread *self = runtime_enter(HOOK_openat);
	mode_t mode = 0;
	va_list arguments;

	va_start(arguments, flags);
	if (OPEN_HAS_MODE(flags))
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	if (!self)
		return REAL(openat)(directory, path, flags, mode);
	return (int)io_return(self, fd_open(self, directory, path, flags, mode));
}

WEFT_HOOK int openat64(int, const char *, int, ...) HOOK_ALIAS(openat);

WEFT_HOOK int creat(const char *path, mode_t mode)
{
	struct thread *self = runtime_enter(HOOK_creat);
	int flags = O_CREAT | O_WRONLY | O_TRUNC;

	if (!self)
		return REAL(creat)(path, mode);
	return (int)io_return(self, fd_open(self, AT_FDCWD, path, flags, mode));
}

WEFT_HOOK int creat64(const char *, mode_t) HOOK_ALIAS(creat);

/* The fortified forms, for calls whose flags are not known to need a mode. */
WEFT_HOOK int __open_2(const char *path, int flags)
{
	struct thread *self = OPEN_HAS_MODE(flags) ? NULL : runtime_enter(HOOK___open_2);

	if (!self)
		return REAL(__open_2)(path, flags);
	return (int)io_return(self, fd_open(self, AT_FDCWD, path, flags, 0));
}

WEFT_HOOK int __open64_2(const char *, int) HOOK_ALIAS(__open_2);

WEFT_HOOK int __openat_2(int directory, const char *path, int flags)
{
	struct thread *self = OPEN_HAS_MODE(flags) ? NULL : runtime_enter(HOOK___openat_2);

	if (!self)
		return REAL(__openat_2)(directory, path, flags);
	return (int)io_return(self, fd_open(self, directory, path, flags, 0));
}

WEFT_HOOK int __openat64_2(int, const char *, int) HOOK_ALIAS(__openat_2);
