/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread of the program, as the core sees it: where it stands, what it is about to do, and
 * what it waits for. Numbers are given in the order of creation and never reused within an
 * execution.
 */
#ifndef WEFT_RUNTIME_CORE_THREAD_H
#define WEFT_RUNTIME_CORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/op.h"

typedef uint32_t thread_id;

#define THREAD_NONE UINT32_MAX
#define DEADLINE_NEVER UINT64_MAX

struct object;
struct order_thread;

enum thread_state {
	THREAD_RUNNABLE, /* may be chosen; the running one is runnable too */
	THREAD_SPINNING, /* only observes: not chosen while others can make progress */
	THREAD_WAITING,	 /* until its object, its deadline or an interruption lets it go on */
	THREAD_FINISHED,
};

/* Why a wait ended. */
enum wait_result {
	WAIT_WOKEN,	  /* what it waited for may be there: try again */
	WAIT_TIMED_OUT,	  /* the virtual clock reached its deadline */
	WAIT_INTERRUPTED, /* cancelled, or a signal handler has to run */
};

/* One thread's place in the queue of an object. */
struct wait {
	struct object *object; /* NULL: only time */
	struct thread *next;   /* towards later arrivals */
	struct thread *previous;
	uint64_t deadline_ns; /* virtual monotonic time, or DEADLINE_NEVER */
	uint64_t key;	      /* by kind: bitset of a futex wait, events of a descriptor ... */
	uint32_t mode;	      /* by kind: reader or writer ... */
	uint32_t result;      /* enum wait_result, once enabled */
	bool linked;
	bool enabled;	    /* its object would let it go on now */
	bool decided;	    /* timed out, interrupted or signalled: nothing takes it back */
	bool interruptible; /* a cancellation point or EINTR: given before each wait */
};

/* What a thread is about to do, or is doing: the operation of its last scheduling point. */
struct operation {
	uint64_t address; /* of the object or memory, 0 for none */
	uint64_t pc;	  /* return address in the program */
	struct object *object;
	struct object *retaken; /* COND_WAIT: the mutex that it takes at its end */
	uint32_t size;		/* bytes, for memory accesses */
	uint32_t occurrence;	/* at this pc in this thread, from 1; while steps are counted */
	uint16_t kind;		/* enum op_kind */
	bool unchanged; /* it turned out to change nothing: a failed trylock, a failed CAS */
};

#define SPIN_ADDRESSES 8

/* How long the thread has been only observing, and what. */
struct spin {
	uint64_t addresses[SPIN_ADDRESSES];
	uint32_t address_count; /* over SPIN_ADDRESSES: too many to watch */
	uint32_t observations;	/* operations in a row that changed nothing */
	uint32_t yields;	/* of them: said that there is nothing to do */
	uint32_t quiet_reads;	/* plain reads in a row that were no scheduling point */
};

struct thread {
	thread_id id;
	uint32_t state; /* enum thread_state */
	struct operation op;
	struct wait wait;
	struct spin spin;
	uint64_t call_pc; /* return address of the hook that the thread is in */
	/* Where the program made the call that the hook serves, if that isn't call_pc; or 0. */
	uint64_t forwarded_pc;
	uint64_t path_hash; /* of the creation path: see wire_path_child */
	thread_id parent;
	uint32_t child_number; /* 1-based: the how-manieth child of its parent */
	uint32_t children;
	uint64_t create_pc;
	uint64_t start_routine;
	char name[16];		    /* as the program set it */
	struct object *self_object; /* what joiners wait for */
	void *inside;	      /* the innermost call of libc that may have called the program */
	uint32_t held;	      /* at least as many objects as it holds */
	uint16_t interrupted; /* the unsafe operation that its signal handler interrupted, or 0
			       */
	uint32_t unpreemptible; /* depth of regions that only a wait may interrupt */
	bool cancelled;		/* a request is pending that ends its next interruptible wait */
	bool attention;		/* something to do in the program before it goes on there */
	uint32_t operations;	/* how many weft_op_begin() it is in */
	void *operation;	/* the record of the outermost; or NULL */
	uint32_t turn_max;	/* points in a row after which others have their turn */
	bool at_point; /* it has come to op, and not gone on; while steps are counted */
	bool timed;    /* in the core's list of timed waits */
	uint32_t timed_index;
	struct order_thread *order; /* happens-before's own; NULL while that is off */
	/* Above 0: its plain reads, or writes, are not compared with others' accesses. */
	int ignored_reads;
	int ignored_writes;
	void *carrier; /* the carrier's own */
	void *program; /* the interposition layer's own: exit value, cancellation, names ... */
};

#endif
