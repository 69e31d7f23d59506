/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thing that threads wait for or hold: a mutex, a condition variable, a futex word, a
 * descriptor. Found by its address and kind; created at its first use, since most need no
 * initialiser. The core holds the whole state: the program's own memory only names the object.
 */
#ifndef WEFT_RUNTIME_CORE_OBJECT_H
#define WEFT_RUNTIME_CORE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"
#include "runtime/core/thread.h"

struct core;
struct sync;

/* Someone who has acquired the object and not released it. */
struct holder {
	struct holder *next;
	thread_id thread;
	uint32_t depth; /* recursive acquisitions */
	uint64_t pc;	/* of the first acquisition */
	uint32_t stack; /* offset of its recorded stack, or WIRE_NONE */
};

struct object {
	uint64_t address;
	uint32_t number;
	uint32_t kind;	      /* enum wire_object_kind */
	struct thread *first; /* waiters in order of arrival */
	struct thread *last;
	uint32_t waiter_count;
	uint32_t holder_count;
	struct holder *holders; /* latest first */
	/*
	 * State by kind. mutex: flags = its type and protocol; value = 1 when its owner died, 2
	 * when not recoverable. semaphore: value = count. barrier: value = arrived, limit =
	 * needed, generation. once: value = 0 new, 1 running, 2 done. rwlock: flags =
	 * preference.
	 */
	uint32_t flags;
	uint32_t value;
	uint32_t limit;
	uint32_t generation;
	uint64_t extra; /* by kind */
	uint64_t order; /* hash of who used it in which order: the execution's behaviour */
	struct sync *released; /* happens-before's own: what was released to it, or NULL */
	struct sync *released_by_readers; /* the same of a rwlock's readers, for its writers */
	struct object *next_in_bucket;
	bool initialised;
	bool forgotten; /* another one may lie there now: kept for the record alone */
};

/* Finds or creates; never NULL. */
struct object *object_get(struct core *core, uint64_t address, enum wire_object_kind kind);

/*
 * The memory is another's from now on: the locks and the like that lay there are not found
 * again, and nobody holds them. Those that threads wait for stay.
 */
void objects_forget(struct core *core, uint64_t address, uint64_t size);

/* Finds only; NULL when the address has never been used as that kind. */
struct object *object_find(struct core *core, uint64_t address, enum wire_object_kind kind);

/* Back to the state of a new object; waiters must be gone. Keeps its number. */
void object_reset(struct object *object);

/* Adds `thread` as a holder, or deepens its hold. */
void object_hold(struct core *core, struct object *object, struct thread *thread);

/* Takes back one level of `thread`'s hold. Returns true when the last level went. */
bool object_release(struct core *core, struct object *object, thread_id thread);

/* NULL when `thread` holds nothing of it. */
struct holder *object_holder(const struct object *object, thread_id thread);

/*
 * To be called after each change of the object's state: lets those waiters go on that the new
 * state lets through, and takes it back from those that it no longer does.
 */
void object_update(struct core *core, struct object *object);

/* Whether the object's present state would let `thread` go on; one rule per kind. */
bool object_admits(const struct object *object, const struct thread *thread);

enum rwlock_mode { RWLOCK_READ, RWLOCK_WRITE };
enum rwlock_preference { RWLOCK_PREFER_READER, RWLOCK_PREFER_WRITER };

/*
 * Whether a thread could take the rwlock in `mode` now. With RWLOCK_PREFER_WRITER no reader
 * comes in while a writer waits, be it one that reads already: glibc's kind is called
 * "nonrecursive" for that.
 */
bool rwlock_free_for(const struct object *object, enum rwlock_mode mode);

#endif
