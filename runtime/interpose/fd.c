/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing descriptors. Reads at a given place of a file never wait for another
 * thread: they are a scheduling point and nothing more.
 */
#include <sys/sendfile.h>

#include "runtime/engine/descriptor.h"
#include "runtime/interpose/entropy.h"
#include "runtime/interpose/io.h"

static long read_vector(struct thread *self, int fd, const struct iovec *vector, int count)
{
	struct io io;

	io_begin(&io, self, OP_FD_READ, fd);
	if (descriptor_get(fd)->kind == DESCRIPTOR_RANDOM)
		return io_end(&io, entropy_fill_vector(vector, count));
	return io_end(&io, io_read(&io, vector, count));
}

static long write_vector(struct thread *self, int fd, const struct iovec *vector, int count)
{
	struct io io;

	io_begin(&io, self, OP_FD_WRITE, fd);
	return io_end(&io, io_write(&io, vector, count));
}

WEFT_HOOK ssize_t read(int fd, void *buffer, size_t size)
{
	struct thread *self = runtime_enter(HOOK_read);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(read)(fd, buffer, size);
	return read_vector(self, fd, &part, 1);
}

WEFT_HOOK ssize_t __read_chk(int fd, void *buffer, size_t size, size_t buffer_size)
{
	struct thread *self = size > buffer_size ? NULL : runtime_enter(HOOK___read_chk);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(__read_chk)(fd, buffer, size, buffer_size);
	return read_vector(self, fd, &part, 1);
}

WEFT_HOOK ssize_t write(int fd, const void *buffer, size_t size)
{
	struct thread *self = runtime_enter(HOOK_write);
	union {
		const void *constant;
		void *plain;
	} bytes = { buffer };
	struct iovec part = { bytes.plain, size };

	if (!self)
		return REAL(write)(fd, buffer, size);
	return write_vector(self, fd, &part, 1);
}

WEFT_HOOK ssize_t readv(int fd, const struct iovec *vector, int count)
{
	struct thread *self = runtime_enter(HOOK_readv);

	if (!self)
		return REAL(readv)(fd, vector, count);
	return read_vector(self, fd, vector, count);
}

WEFT_HOOK ssize_t writev(int fd, const struct iovec *vector, int count)
{
	struct thread *self = runtime_enter(HOOK_writev);

	if (!self)
		return REAL(writev)(fd, vector, count);
	return write_vector(self, fd, vector, count);
}

/* ---- at a place ---- */

static struct thread *point_at(struct thread *self, enum op_kind op, int fd)
{
	if (self)
		sched_point(self, op,
			object_get(&runtime.core, (uint64_t)(unsigned int)fd, WIRE_OBJECT_FD));
	return self;
}

WEFT_HOOK ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	struct thread *self = point_at(runtime_enter(HOOK_pread), OP_FD_READ, fd);

	if (!self)
		return REAL(pread)(fd, buffer, size, offset);
	return io_return(self, raw_syscall(SYS_pread64, fd, buffer, size, offset));
}

WEFT_HOOK ssize_t __pread_chk(
	int fd, void *buffer, size_t size, off_t offset, size_t buffer_size)
{
	struct thread *self = size > buffer_size ? NULL : runtime_enter(HOOK___pread_chk);

	if (!point_at(self, OP_FD_READ, fd))
		return REAL(__pread_chk)(fd, buffer, size, offset, buffer_size);
	return io_return(self, raw_syscall(SYS_pread64, fd, buffer, size, offset));
}

WEFT_HOOK ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
	struct thread *self = point_at(runtime_enter(HOOK_pwrite), OP_FD_WRITE, fd);

	if (!self)
		return REAL(pwrite)(fd, buffer, size, offset);
	return io_return(self, raw_syscall(SYS_pwrite64, fd, buffer, size, offset));
}

WEFT_HOOK ssize_t preadv(int fd, const struct iovec *vector, int count, off_t offset)
{
	struct thread *self = point_at(runtime_enter(HOOK_preadv), OP_FD_READ, fd);

	if (!self)
		return REAL(preadv)(fd, vector, count, offset);
	return io_return(self, raw_syscall(SYS_preadv, fd, vector, count, offset, 0));
}

WEFT_HOOK ssize_t pwritev(int fd, const struct iovec *vector, int count, off_t offset)
{
	struct thread *self = point_at(runtime_enter(HOOK_pwritev), OP_FD_WRITE, fd);

	if (!self)
		return REAL(pwritev)(fd, vector, count, offset);
	return io_return(self, raw_syscall(SYS_pwritev, fd, vector, count, offset, 0));
}

/* Offset -1 stands for the file's own position: then it is a plain read or write, with flags.
 */
WEFT_HOOK ssize_t preadv2(
	int fd, const struct iovec *vector, int count, off_t offset, int flags)
{
	struct thread *self = runtime_enter(HOOK_preadv2);

	if (!self)
		return REAL(preadv2)(fd, vector, count, offset, flags);
	if (offset == -1 && !(flags & RWF_NOWAIT))
		return read_vector(self, fd, vector, count);
	point_at(self, OP_FD_READ, fd);
	return io_return(self, raw_syscall(SYS_preadv2, fd, vector, count, offset, 0, flags));
}

WEFT_HOOK ssize_t pwritev2(
	int fd, const struct iovec *vector, int count, off_t offset, int flags)
{
	struct thread *self = runtime_enter(HOOK_pwritev2);

	if (!self)
		return REAL(pwritev2)(fd, vector, count, offset, flags);
	if (offset == -1 && flags == 0)
		return write_vector(self, fd, vector, count);
	point_at(self, OP_FD_WRITE, fd);
	return io_return(self, raw_syscall(SYS_pwritev2, fd, vector, count, offset, 0, flags));
}

/* Off_t has 64 bits here: the two names of each mean the same. */
WEFT_HOOK ssize_t pread64(int, void *, size_t, off_t) HOOK_ALIAS(pread);
WEFT_HOOK ssize_t __pread64_chk(int, void *, size_t, off_t, size_t) HOOK_ALIAS(__pread_chk);
WEFT_HOOK ssize_t pwrite64(int, const void *, size_t, off_t) HOOK_ALIAS(pwrite);
WEFT_HOOK ssize_t preadv64(int, const struct iovec *, int, off_t) HOOK_ALIAS(preadv);
WEFT_HOOK ssize_t pwritev64(int, const struct iovec *, int, off_t) HOOK_ALIAS(pwritev);
WEFT_HOOK ssize_t preadv64v2(int, const struct iovec *, int, off_t, int) HOOK_ALIAS(preadv2);
WEFT_HOOK ssize_t pwritev64v2(int, const struct iovec *, int, off_t, int) HOOK_ALIAS(pwritev2);
WEFT_HOOK ssize_t __read(int, void *, size_t) HOOK_ALIAS(read);
WEFT_HOOK ssize_t __write(int, const void *, size_t) HOOK_ALIAS(write);
WEFT_HOOK ssize_t __pread64(int, void *, size_t, off_t) HOOK_ALIAS(pread);
WEFT_HOOK ssize_t __pwrite64(int, const void *, size_t, off_t) HOOK_ALIAS(pwrite);

/* ---- eventfd ---- */

WEFT_HOOK int eventfd_read(int fd, eventfd_t *ret_value)
{
	struct thread *self = runtime_enter(HOOK_eventfd_read);
	struct iovec part = { ret_value, sizeof(*ret_value) };

	if (!self)
		return REAL(eventfd_read)(fd, ret_value);
	return read_vector(self, fd, &part, 1) == (ssize_t)sizeof(*ret_value) ? 0 : -1;
}

WEFT_HOOK int eventfd_write(int fd, eventfd_t value)
{
	struct thread *self = runtime_enter(HOOK_eventfd_write);
	struct iovec part = { &value, sizeof(value) };

	if (!self)
		return REAL(eventfd_write)(fd, value);
	return write_vector(self, fd, &part, 1) == (ssize_t)sizeof(value) ? 0 : -1;
}
