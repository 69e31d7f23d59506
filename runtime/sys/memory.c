/* SPDX-License-Identifier: Apache-2.0 */
/* Pages and files by raw system calls; see memory.h. */
#include "runtime/sys/memory.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "runtime/sys/raw.h"

void *memory_reserve(size_t size)
{
	long result = raw_syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return raw_failed(result) ? NULL : (void *)(uintptr_t)result;
}

void *memory_map_file(const char *path, size_t *ret_size)
{
	long fd = raw_syscall(SYS_open, path, O_RDWR | O_CLOEXEC);
	long size, result;

	if (raw_failed(fd))
		return NULL;
	size = raw_syscall(SYS_lseek, fd, 0, 2 /* SEEK_END */);
	result = raw_syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	raw_syscall(SYS_close, fd);
	if (raw_failed(result))
		return NULL;
	*ret_size = (size_t)size;
	return (void *)(uintptr_t)result;
}

size_t memory_read_file(const char *path, char *buffer, size_t size)
{
	long fd = raw_syscall(SYS_open, path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;

	if (raw_failed(fd))
		return 0;
	while (length < size) {
		long got = raw_syscall(SYS_read, fd, buffer + length, size - length);

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	raw_syscall(SYS_close, fd);
	return length;
}

void memory_discard(void *start, size_t size)
{
	raw_syscall(SYS_madvise, start, size, MADV_DONTNEED);
}
