/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's futex, for the runtime's own kernel threads: parking and handing over. */
#ifndef WEFT_RUNTIME_SYS_FUTEX_H
#define WEFT_RUNTIME_SYS_FUTEX_H

#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>

#include "runtime/sys/raw.h"

/* 1: a signal handler, one without SA_RESTART, ran in a kernel thread that was parked here. */
extern uint32_t futex_interrupted;

static inline void futex_wait_until_set(uint32_t *word)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0)
		if (raw_syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0) == -EINTR)
			__atomic_store_n(&futex_interrupted, 1, __ATOMIC_RELAXED);
}

/* Gives the word a value that is not 0, and wakes the one who waits for that. */
static inline void futex_publish(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	raw_syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static inline void futex_set(uint32_t *word)
{
	futex_publish(word, 1);
}

#endif
