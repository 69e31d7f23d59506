/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The happens-before order of one execution (Lamport 1978; for C11 see 5.1.2.4), by vector
 * clocks and epochs as in FastTrack (Flanagan, Freund, PLDI 2009).
 *
 * An epoch is a number given to one thread, for what it does from one release to its next.
 * Epochs are given from one counter, so that an epoch alone names its thread; they grow within
 * each thread, so that they serve as its clock. An operation of epoch e by a thread in slot s
 * happens before what thread t does now if and only if t's clock has at s at least e.
 *
 * A slot passes from a thread that has ended to a new one whose creator knew of that end: all
 * that the former did happens before all that the latter does. So programs that create one
 * thread after another have short clocks.
 */
#ifndef WEFT_RUNTIME_HB_ORDER_H
#define WEFT_RUNTIME_HB_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/hb/clock.h"

/* Epochs fit the tag of a shadow cell; the last one marks freed memory there. */
#define EPOCH_BITS 24u
#define EPOCH_LAST ((1u << EPOCH_BITS) - 2)

/* A thread's place in the order. Zeroed before order_thread_start(). */
struct order_thread {
	uint32_t slot;
	uint32_t thread; /* its number */
	epoch now;
	uint32_t lessons; /* how often `clock` learned of others, and 1; grows */
	struct clock clock;
	struct clock released; /* what the last release fence published */
	struct clock observed; /* what relaxed loads saw, for the next acquire fence */
	bool fenced;	       /* `released` is valid */
	bool observing;	       /* `observed` is not empty */
};

/*
 * What a synchronisation object hands from those who release to those who acquire. While each
 * of those who release has acquired before, as with a lock, the last one's clock is all of it:
 * then who knows of that one release knows all, which is one comparison.
 */
struct sync {
	struct clock clock;
	uint32_t slot;	/* of the last who released */
	epoch released; /* its epoch then; 0: nobody has */
	bool scattered; /* the clock says more than that one knew */
};

struct slot {
	epoch ended; /* the last epoch of the thread that left it; 0 while it is held */
};

/* Whose an epoch is. */
struct epoch_owner {
	uint16_t slot;
	uint16_t thread;
};

/* Locations of atomics that are at hand. */
#define ORDER_RECENT 64u

struct order {
	struct arena *arena;
	struct epoch_owner *owners;	   /* by epoch; 1 << EPOCH_BITS of them */
	epoch last;			   /* the last one given */
	const struct order_thread *runner; /* to whom it was given */
	epoch run_start;		   /* from this one on all were */
	bool exhausted; /* no epoch is left: nothing is known to race from then on */
	struct slot *slots;
	uint32_t slot_count;
	uint32_t slot_capacity;
	struct location *recent[ORDER_RECENT]; /* looked up last, by a hash of the address */
	struct location **locations;	       /* of atomics, by address, open addressing */
	uint32_t location_count;
	uint32_t location_mask;
};

/* `owners` is zeroed memory for 1 << EPOCH_BITS entries, borrowed. */
void order_init(struct order *order, struct arena *arena, struct epoch_owner *owners);

/* `parent` is NULL for main; else all it did so far happens before all that `self` does. */
void order_thread_start(struct order *order, struct order_thread *self, uint32_t number,
	struct order_thread *parent);

/* The thread's last act: what it did can be acquired from `end`. */
void order_thread_end(struct order *order, struct order_thread *self, struct sync *end);

void order_acquire(struct order *order, struct order_thread *self, const struct sync *sync);

/* What was released to it before stays: all of them happen before the next acquisition. */
void order_release(struct order *order, struct order_thread *self, struct sync *sync);

/* Whether all that was done in that epoch happens before what `self` does now. */
static inline bool order_precedes(
	const struct order *order, epoch earlier, const struct order_thread *self)
{
	/* Its own, most often; then there is no need to look far away. */
	if (order->runner == self && earlier >= order->run_start)
		return true;
	return clock_get(&self->clock, order->owners[earlier].slot) >= earlier;
}

/* Whether all that any thread ever did, the living ones included, happens before now. */
bool order_knows_all(const struct order *order, const struct order_thread *self);

/* Ends the thread's epoch: what it does from now on is not yet released to anyone. */
static inline void order_advance(struct order *order, struct order_thread *self)
{
	if (__builtin_expect(order->last == EPOCH_LAST, 0)) {
		order->exhausted = true;
		return;
	}
	self->now = ++order->last;
	if (order->runner != self) {
		order->runner = self;
		order->run_start = self->now;
	}
	order->owners[self->now] =
		(struct epoch_owner){ (uint16_t)self->slot, (uint16_t)self->thread };
	if (__builtin_expect(self->slot < self->clock.count, 1))
		self->clock.entries[self->slot] = self->now;
	else
		clock_set(&self->clock, order->arena, self->slot, self->now);
}

/* All that the clock says is known to `self` from now on. */
static inline void order_learn(
	struct order *order, struct order_thread *self, const struct clock *clock)
{
	clock_join(&self->clock, order->arena, clock);
	self->lessons++;
}

/* ---- C11 atomics; `memory_order` is __ATOMIC_RELAXED ... __ATOMIC_SEQ_CST ---- */

/* Returns the place for order_atomic_update(), NULL while nothing was released there. */
struct location *order_atomic_load(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order);
void order_atomic_store(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order);
/*
 * The write half of a read-modify-write, after order_atomic_load() for its read half, which
 * returned `location`: it continues the release sequence that it read from. NULL: it is looked
 * up.
 */
void order_atomic_update(struct order *order, struct order_thread *self,
	struct location *location, uint64_t address, int memory_order);
void order_fence(struct order *order, struct order_thread *self, int memory_order);

#endif
