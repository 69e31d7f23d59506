/* SPDX-License-Identifier: Apache-2.0 */
/* Pages and files by raw system calls; see memory.h. */
#include "runtime/sys/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "runtime/sys/raw.h"

#define PAGE_SIZE 4096u

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

int memory_is_readable(uintptr_t address)
{
	char byte;
	struct iovec here = { .iov_base = &byte, .iov_len = 1 };
	struct iovec there = { .iov_base = (void *)address, .iov_len = 1 };

	return raw_syscall(SYS_process_vm_readv, raw_syscall(SYS_getpid), &here, 1, &there, 1,
		       0) != -EFAULT;
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

/* The first number in statm, in pages. */
uint64_t memory_mapped_size(void)
{
	char text[64] = "";
	uint64_t pages = 0;

	memory_read_file("/proc/self/statm", text, sizeof(text) - 1);
	for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
		pages = pages * 10 + (uint64_t)(*digit - '0');
	return pages * PAGE_SIZE;
}

void memory_discard(void *start, size_t size)
{
	raw_syscall(SYS_madvise, start, size, MADV_DONTNEED);
}
