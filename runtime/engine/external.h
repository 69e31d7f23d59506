/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits whose end the kernel decides: descriptors, child processes, locks and signals of other
 * processes. The waiting thread waits in the core like any other; this asks the kernel whether
 * it may go on. What only this process can bring about is looked at when one of its calls may
 * have changed it; what comes from outside is let in only when nobody can run, so that an
 * execution depends as little as possible on when it came.
 */
#ifndef WEFT_RUNTIME_ENGINE_EXTERNAL_H
#define WEFT_RUNTIME_ENGINE_EXTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/core.h"

/* A descriptor and the events waited for; poll(2)'s POLLIN and so on. Laid out as struct
 * pollfd. */
struct external_fd {
	int fd;
	short events;
	short accepted; /* the events that end the wait, POLLHUP and its kin included */
};

/* Who could end a wait. In order: a later one includes those before it. */
enum external_reach {
	REACH_PROCESS, /* a thread of this process, and it shows at once */
	REACH_KERNEL,  /* the same, but the kernel takes a moment to deliver */
	REACH_ANYONE,  /* some other process might, though none has shown up so far */
	REACH_OUTSIDE, /* another process has the other end */
};

/* One thread's wait; the caller's, for as long as it lasts. */
struct external_wait {
	const struct external_fd *fds;
	uint32_t fd_count;
	enum external_reach reach; /* of what is waited for besides the descriptors */
	bool retry; /* can't be told from descriptors: is woken to try again after each change
		     */
	uint64_t signals; /* with `retry`, not 0: only once one of these is pending */
	bool held; /* its one descriptor is a copy of its own, which a forked child has to close
		    */
	bool until_signal;     /* is interrupted when a handler ran while nobody could run */
	struct thread *thread; /* set by external_wait() */
	struct external_wait *next; /* set by external_wait() */
};

/*
 * Waits in the object's queue until a descriptor shows an accepted event, the virtual clock
 * reaches `deadline_ns`, or the wait is interrupted. WAIT_WOKEN may come for nothing: try
 * again.
 */
enum wait_result external_wait(struct thread *self, struct object *object,
	struct external_wait *wait, uint64_t deadline_ns);

/* The running thread did something that may have made a descriptor ready or let a lock go. */
void external_changed(void);

/* The same, on the network: it may show only after a moment. */
void external_sent(void);

/* In a forked child: the waits of the other threads are gone. */
void external_forget(void);

extern struct external_wait *external_waits;
extern uint64_t external_timer_ns; /* earliest expiry of the timers below */

/*
 * A timer on the virtual clock that makes a descriptor ready. `expire` is called at or after
 * `expiry_ns` with the present time and gives the next expiry, or DEADLINE_NEVER.
 */
struct external_timer {
	uint64_t expiry_ns;
	uint64_t (*expire)(struct external_timer *timer, uint64_t now_ns);
	struct external_timer *next;
};

/* Adds the timer, or takes over its changed expiry. */
void external_timer_set(struct external_timer *timer, uint64_t expiry_ns);
void external_timer_remove(struct external_timer *timer);

void external_look(struct core *core);

/* At a scheduling point: wakes those whose event has come, if anything can have changed. */
static inline void external_poll(struct core *core)
{
	if (__builtin_expect(external_waits != NULL || core->now_ns >= external_timer_ns, 0))
		external_look(core);
}

/*
 * Nobody can run, and nothing but a signal can help: waits a moment for one. Returns true when
 * that let somebody go on who waits for a descriptor.
 */
bool external_wait_signal(struct core *core);

/*
 * Nobody can run: wakes those whose event has come, and where only the world outside of the
 * process can help, waits for it in real time. Returns true when somebody was woken.
 */
bool external_idle(struct core *core);

#endif
