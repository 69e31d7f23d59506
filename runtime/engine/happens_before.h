/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells runtime/hb what the program synchronises by and which memory it accesses, and passes
 * the races it finds on to the tool. It makes no decision: an execution is the same without it.
 *
 * Off until some instrumented code is loaded, for nobody else's accesses are seen. A thread
 * that is alone, and knows of all that threads before it did, neither races nor has anything to
 * release: those that it creates know all of it anyway.
 */
#ifndef WEFT_RUNTIME_ENGINE_HAPPENS_BEFORE_H
#define WEFT_RUNTIME_ENGINE_HAPPENS_BEFORE_H

#include "runtime/engine/access.h"
#include "runtime/engine/runtime.h"
#include "runtime/hb/race.h"

struct happens_before {
	struct order order;
	struct shadow shadow;
	struct race_detector detector;
	bool on;	       /* in this execution, and not in a child process of it */
	bool alone;	       /* one thread lives, and all that ended happened before it */
	struct sync *handlers; /* what a signal handler or an exit handler relies on */
};

extern struct happens_before happens_before;

/* Reserves address space, once before the first execution. False: races are not looked for. */
bool happens_before_prepare(void);

/* For one execution; the threads tell of themselves. */
void happens_before_begin(struct wire_region *region, struct arena *arena);

/* At the end: sets WIRE_LIMIT_RACES if some accesses were not compared for want of room. */
void happens_before_tell_limit(void);

/* Instrumented code has come: from now on accesses are compared. */
void happens_before_turn_on(void);

void happens_before_thread_start(struct thread *self, struct thread *parent);
void happens_before_thread_end(struct thread *self);
void happens_before_thread_join(struct thread *self, struct thread *ended);

/* The slow half of the functions below. */
void happens_before_acquire_now(struct thread *self, struct sync *sync);
void happens_before_release_now(struct thread *self, struct sync **sync);

static inline bool happens_before_counts(void)
{
	return __builtin_expect(happens_before.on && !happens_before.alone, 0);
}

/* What was released to the object so far happens before what `self` does from now on. */
static inline void happens_before_acquire(struct thread *self, const struct object *object)
{
	if (happens_before_counts() && object->released)
		happens_before_acquire_now(self, object->released);
}

/* What `self` did so far happens before what those do who acquire the object later. */
static inline void happens_before_release(struct thread *self, struct object *object)
{
	if (happens_before_counts())
		happens_before_release_now(self, &object->released);
}

/* Who only reads under a lock is ordered before those who write, not before other readers. */
static inline void happens_before_acquire_readers(
	struct thread *self, const struct object *object)
{
	if (happens_before_counts() && object->released_by_readers)
		happens_before_acquire_now(self, object->released_by_readers);
}

static inline void happens_before_release_reader(struct thread *self, struct object *object)
{
	if (happens_before_counts())
		happens_before_release_now(self, &object->released_by_readers);
}

/* The same through a place in memory, for what has no object: annotations, guards. */
void happens_before_acquire_at(struct thread *self, uint64_t address);
void happens_before_release_at(struct thread *self, uint64_t address);

/*
 * What is sent through a pipe, a socket, an eventfd, an epoll set is ordered before what is
 * received from it. Sockets count as one channel, for who is at the other end is not followed;
 * so do all that have no inode of their own. Files are none.
 */
void happens_before_send(struct thread *self, int fd);
void happens_before_receive(struct thread *self, int fd);

/* Through what all handlers, of signals and of exit, have in common. */
static inline void happens_before_acquire_common(struct thread *self, struct sync *common)
{
	if (happens_before_counts() && common)
		happens_before_acquire_now(self, common);
}

static inline void happens_before_release_common(struct thread *self, struct sync **common)
{
	if (happens_before_counts())
		happens_before_release_now(self, common);
}

/*
 * The slow halves of happens_before_access(): for an access that does not lie in one granule,
 * and for one that does and that race_known() says is new. `what` is its tag_what().
 */
void happens_before_range(
	struct thread *self, uint64_t address, size_t size, enum cell_kind kind, uint64_t pc);
void happens_before_access_new(struct thread *self, struct granule *granule, uint64_t address,
	uint32_t what, uint64_t pc);

/* An atomic operation that was carried out. */
void happens_before_atomic(struct thread *self, const struct atomic_done *done);

/* The memory is another's from now on: a mapping, a block, a thread's stack. */
void happens_before_forget(uint64_t address, size_t size);

/*
 * An access of any size: compared with those before it. Without a call when nothing new can
 * come of it, as is common.
 */
static inline __attribute__((always_inline)) void happens_before_access(
	struct thread *self, uint64_t address, size_t size, enum cell_kind kind, uint64_t pc)
{
	uint32_t first = (uint32_t)(address & (GRANULE_SIZE - 1));
	uint32_t what = tag_what(first, (uint32_t)size, kind);
	struct granule *granule;

	if (__builtin_expect(first + size > GRANULE_SIZE || size == 0, 0)) {
		happens_before_range(self, address, size, kind, pc);
		return;
	}
	granule = shadow_granule(&happens_before.shadow, address);
	if (granule && !race_known(granule, self->order, what))
		happens_before_access_new(self, granule, address, what, pc);
}

#endif
