/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the program and the core: who is in charge, and the way in and out of the runtime. At
 * any time at most one thread of the program runs; whoever is inside the runtime is that one.
 */
#ifndef WEFT_RUNTIME_ENGINE_RUNTIME_H
#define WEFT_RUNTIME_ENGINE_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"
#include "runtime/carrier/carrier.h"
#include "runtime/core/core.h"

#define RUNTIME_TLS __thread __attribute__((tls_model("initial-exec"), visibility("hidden")))

/* The calling thread as the core knows it; NULL inside the runtime and in foreign threads. */
extern RUNTIME_TLS struct thread *runtime_self;

/* The one execution of this process. */
struct runtime {
	struct core core;
	struct arena arena;
	struct wire_region *region; /* NULL: not started by weft, everything passes through */
	const struct carrier_ops *carrier;
	uint64_t reserved; /* address space that weft took before the program began, in bytes */
	bool foreign_threads; /* there were threads before weft was in charge */
	bool forked;	      /* a child process of the program: runs on, but reports nothing */
	/* Called in a thread that waits inside of a call of libc: others learn what it holds.
	 */
	void (*hold_inside)(struct thread *self);
	/* Whether a signal from outside would run a handler of the program; NULL: it has none.
	 */
	bool (*handler_may_run)(void);
	/* Called in a thread that has been switched to; NULL: nothing is to be done. */
	void (*switched)(struct thread *self);
};

extern struct runtime runtime;

static inline struct thread *runtime_enter_at(int hook, uint64_t pc)
{
	struct thread *self = runtime_self;

	(void)hook;
	if (__builtin_expect(!self, 0))
		return NULL;
	runtime_self = NULL;
	self->call_pc = pc;
	return self;
}

/*
 * What another thread asked of `self`, done in the program's context: signal handlers run, and
 * an asynchronous cancellation ends the thread, so that the call does not return.
 */
void runtime_attend(struct thread *self);

static inline void runtime_leave(struct thread *self)
{
	runtime_self = self;
	if (__builtin_expect(self->attention, 0))
		runtime_attend(self);
}

/* Whether the caller is a thread that weft runs, without entering. */
static inline bool runtime_in_charge(void)
{
	return runtime_self != NULL;
}

#endif
