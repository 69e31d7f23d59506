/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel threads and TLS blocks through glibc; see kernel_thread.h. */
#include "runtime/sys/kernel_thread.h"

#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "common/bytes.h"
#include "runtime/interpose/real.h"
#include "runtime/sys/futex.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

#define KERNEL_SIGSET_SIZE 8
#define SIGNAL_BIT(number) (UINT64_C(1) << ((number)-1))
/* What an instruction raises itself: blocked, it would kill the process unseen. */
#define FAULTS                                                                                \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGILL) | \
		SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGSYS) | SIGNAL_BIT(SIGABRT))
/* Signals 32 and 33 are glibc's own: with SIGSETXID blocked, setuid() would wait for ever. */
#define GLIBC_SIGNALS (UINT64_C(3) << 31)
#define SIGNAL_STACK_SIZE 65536u

uint64_t kernel_signal_mask(const uint64_t *mask)
{
	uint64_t old = 0;

	raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, &old, KERNEL_SIGSET_SIZE);
	return old;
}

void kernel_thread_signal_stack(void)
{
	stack_t stack = { .ss_size = SIGNAL_STACK_SIZE };

	stack.ss_sp = memory_reserve(SIGNAL_STACK_SIZE);
	if (stack.ss_sp)
		raw_syscall(SYS_sigaltstack, &stack, 0);
}

uint32_t futex_interrupted;

int kernel_thread_start(
	const void *attributes, void *(*routine)(void *), void *argument, uintptr_t *ret_handle)
{
	uint64_t all = ~(FAULTS | GLIBC_SIGNALS), old;
	pthread_t handle;
	pthread_attr_t joinable;
	int result;

	/* A detached one would be freed by glibc behind our back: the core detaches, not glibc.
	 */
	if (attributes) {
		joinable = *(const pthread_attr_t *)attributes;
		pthread_attr_setdetachstate(&joinable, PTHREAD_CREATE_JOINABLE);
	}
	old = kernel_signal_mask(&all);
	result =
		REAL(pthread_create)(&handle, attributes ? &joinable : NULL, routine, argument);
	kernel_signal_mask(&old);
	if (result == 0)
		*ret_handle = (uintptr_t)handle;
	return result;
}

uintptr_t kernel_thread_self(void)
{
	return (uintptr_t)pthread_self();
}

void kernel_thread_stack(uintptr_t handle, uint64_t *ret_low, uint64_t *ret_high)
{
	pthread_attr_t attributes;
	void *low;
	size_t size;

	*ret_low = *ret_high = 0;
	if (REAL(pthread_getattr_np)((pthread_t)handle, &attributes))
		return;
	if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
		*ret_low = (uint64_t)(uintptr_t)low;
		*ret_high = *ret_low + size;
	}
	pthread_attr_destroy(&attributes);
}

uint64_t kernel_thread_count(void)
{
	struct stat status;

	/* One link each, and two that every folder has. */
	if (raw_syscall(SYS_stat, "/proc/self/task", &status) || status.st_nlink < 3)
		return 1;
	return status.st_nlink - 2;
}

void kernel_thread_join(uintptr_t handle)
{
	REAL(pthread_join)((pthread_t)handle, NULL);
}

uintptr_t thread_pointer_get(void)
{
	uintptr_t pointer;

	/* The first word of glibc's thread control block is its own address (x86-64 TLS ABI).
	 */
	__asm__("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

static bool name_ends_with_part(const char *path, const char *name)
{
	const char *base = path;
	size_t i = 0;

	for (const char *p = path; *p; p++)
		if (*p == '/')
			base = p + 1;
	while (name[i] && base[i] == name[i])
		i++;
	return name[i] == '\0';
}

static int reset_module(struct dl_phdr_info *info, size_t size, void *own)
{
	(void)size;
	if (!info->dlpi_tls_data || (uintptr_t)info->dlpi_addr == (uintptr_t)own ||
		name_ends_with_part(info->dlpi_name, "libc.so") ||
		name_ends_with_part(info->dlpi_name, "ld-linux"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		char *data = info->dlpi_tls_data;

		if (header->p_type != PT_TLS)
			continue;
		bytes_copy(data, (const char *)(uintptr_t)(info->dlpi_addr + header->p_vaddr),
			header->p_filesz);
		bytes_fill(data + header->p_filesz, 0, header->p_memsz - header->p_filesz);
	}
	return 0;
}

extern const char __ehdr_start[] __attribute__((visibility("hidden")));

void thread_local_storage_reset(void)
{
	union {
		const char *start;
		void *argument;
	} own = { __ehdr_start };

	dl_iterate_phdr(reset_module, own.argument);
}
