/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel threads made by glibc, with all that belongs to one: TLS block, thread control block,
 * guarded stack. For the carriers, which may not see <pthread.h>.
 */
#ifndef WEFT_RUNTIME_SYS_KERNEL_THREAD_H
#define WEFT_RUNTIME_SYS_KERNEL_THREAD_H

#include <stdint.h>

/*
 * Starts `routine(argument)` with all signals but faults blocked, joinable. `attributes` is a
 * pthread_attr_t or NULL. Returns 0 or a positive errno.
 */
int kernel_thread_start(const void *attributes, void *(*routine)(void *), void *argument,
	uintptr_t *ret_handle);

/* The calling thread's pthread_t and stack. */
uintptr_t kernel_thread_self(void);
void kernel_thread_stack(uintptr_t handle, uint64_t *ret_low, uint64_t *ret_high);

/* Kernel threads of this process; 1 when /proc doesn't tell. */
uint64_t kernel_thread_count(void);

/* Waits for its end and frees its block. */
void kernel_thread_join(uintptr_t handle);

/* The calling kernel thread's signal mask, as the kernel's 64-bit set; `mask` NULL: only reads.
 */
uint64_t kernel_signal_mask(const uint64_t *mask);

/* Gives the calling kernel thread a stack of its own for fatal signals. */
void kernel_thread_signal_stack(void);

/* The base of the calling thread's TLS: the FS register. */
uintptr_t thread_pointer_get(void);

/*
 * Puts the TLS of the calling thread, which ran another thread of the program before, back to
 * its initial image, for every loaded module but libc's own and this library.
 */
void thread_local_storage_reset(void);

#endif
