/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that one thread of the program sends to another of its own process, and each thread's
 * mask. On the fiber carrier the kernel knows one thread only, so both are kept here: a handler
 * runs in the thread that is meant, when that thread next leaves the runtime or is interrupted
 * in a wait. Signals from outside of the process still come from the kernel, to whoever runs.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_SIGNAL_H
#define WEFT_RUNTIME_INTERPOSE_SIGNAL_H

#include "runtime/interpose/thread.h"

/* Bit n - 1 stands for signal n, as in the kernel. */
static inline uint64_t signal_bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

uint64_t signal_set_bits(const sigset_t *set);
void signal_bits_set(sigset_t *set, uint64_t bits);

/* Runs the handlers of all signals that are pending for `self` and not blocked. In its context.
 */
void signals_deliver(struct thread *self);

/* Those pending for the thread, blocked ones included. */
uint64_t signals_pending(const struct thread *thread);

/* Takes one of the signals in `set` that is pending for `self`; returns its number, or 0. */
int signal_take(struct thread *self, uint64_t set, siginfo_t *ret_info);

/* Changes the mask of `self`; what it let through is delivered when it leaves the runtime. */
void signal_block(struct thread *self, uint64_t blocked);

/* A jump left all the handlers that run in `self`: its mask is what it was before them. */
void signal_handlers_left(struct thread *self);

void signal_thread_ends(struct thread *self);

/*
 * Whether the program has handlers, and all of them without SA_RESTART: then whichever ran ends
 * a call that waits. Known until signal_actions_changed().
 */
bool signal_handlers_interrupt(void);
void signal_actions_changed(void);

#endif
