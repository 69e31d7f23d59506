/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data races (C11 5.1.2.4 p25): two accesses to a common byte by different threads, at least
 * one of them a write, not both atomic, and neither happens before the other.
 *
 * Each access is compared with those in its granule's shadow that it could race with, and takes
 * the place of those that it makes superfluous: whatever races with them later races with it as
 * well. So nothing that could still race is ever forgotten, but where a list is full.
 */
#ifndef WEFT_RUNTIME_HB_RACE_H
#define WEFT_RUNTIME_HB_RACE_H

#include "runtime/hb/order.h"
#include "runtime/hb/shadow.h"

/* The earlier of two racing accesses, as far as the shadow knows it. */
struct earlier_access {
	uint64_t address; /* of its first byte within the granule */
	uint64_t pc;	  /* 0: not known */
	uint32_t size;	  /* bytes, within the granule */
	uint32_t thread;
	epoch when;
	enum cell_kind kind;
};

/* The access being checked. */
struct present_access {
	uint64_t address;
	uint64_t pc;
	size_t size;
	enum cell_kind kind;
	const struct order_thread *self;
};

/* A race that was told: the same places in the same granule again are not worth a look. */
struct told {
	const struct granule *granule;
	uint64_t later_pc;
	uint32_t earlier_pc; /* shortened */
	uint32_t kinds;
};

#define TOLD_SLOTS 64u

struct race_detector {
	struct order *order;
	struct shadow *shadow;
	struct told told[TOLD_SLOTS]; /* by a hash of the places; the latest of each */
	/*
	 * Returns false to be told of the same places in the same granule once more; else that
	 * comes only after others.
	 */
	bool (*race)(const struct present_access *access, const struct earlier_access *earlier);
	/* An access to a freed block; it is not compared with anything. */
	void (*freed)(const struct present_access *access, uint32_t block);
	/* NULL, or called for each access that gets a cell of its own. */
	void (*stored)(const struct present_access *access);
};

/* The whole check, for any size. */
void race_check(struct race_detector *detector, const struct present_access *access);

/* The same for an access that lies in one granule, that is not settled. */
void race_check_within(struct race_detector *detector, const struct present_access *access,
	struct granule *granule);

/*
 * Whether the granule says that nothing new can come of this access: its thread did the same,
 * or as a write what covers it, since its last release.
 */
static inline bool race_known(
	const struct granule *granule, const struct order_thread *self, uint32_t what)
{
	uint32_t tag = self->now << TAG_EPOCH_SHIFT | what;

	/* A plain write covers a plain read of the same bytes. */
	return granule->cells[0].tag == tag || granule->cells[1].tag == tag ||
	       granule->cells[0].tag == (tag | CELL_PLAIN_WRITE) ||
	       granule->cells[1].tag == (tag | CELL_PLAIN_WRITE);
}

/*
 * What is next to common: all that is at hand is ordered before the access, so that there is no
 * race, and it takes the place of one that was just like it, or a place that is free. What else
 * it makes superfluous may stay. Returns false when it is not so; then nothing was done.
 */
static inline __attribute__((always_inline)) bool race_renew(const struct order *order,
	struct granule *granule, const struct order_thread *self, struct cell cell)
{
	uint32_t first = granule->cells[0].tag, second = granule->cells[1].tag;

	/* Those above are no epochs: freed, a list. */
	if (first >= TAG_FREED || !order_precedes(order, tag_epoch(first), self) ||
		(second && !order_precedes(order, tag_epoch(second), self)))
		return false;
	if (!first || ((first ^ cell.tag) & TAG_WHAT_MASK) == 0)
		granule->cells[0] = cell;
	else if (!second || ((second ^ cell.tag) & TAG_WHAT_MASK) == 0)
		granule->cells[1] = cell;
	else
		return false;
	return true;
}

/*
 * Whether that is all there is to say of an access that race_known() does not know. `address`
 * is in the granule.
 */
static inline __attribute__((always_inline)) bool race_settled(
	const struct race_detector *detector, struct granule *granule,
	const struct order_thread *self, uint64_t address, uint32_t what, uint64_t pc)
{
	struct cell cell = {
		.tag = self->now << TAG_EPOCH_SHIFT | what,
		.pc = (uint32_t)(pc & SHADOW_PC_MASK),
	};
	uint32_t block;

	if (detector->stored || !shadow_pc_is_common(detector->shadow, pc) ||
		(!granule->cells[0].tag &&
			freed_has(&detector->shadow->freed, address, &block)))
		return false;
	return race_renew(detector->order, granule, self, cell);
}

/* Whether the running thread itself did that, since others last ran. */
static inline bool is_of_run(const struct order *order, uint32_t tag)
{
	return tag - (order->run_start << TAG_EPOCH_SHIFT) <
	       TAG_FREED - (order->run_start << TAG_EPOCH_SHIFT);
}

/*
 * What is most common of all, in the fewest instructions: the thread itself did whatever is at
 * hand, since others last ran.
 */
static inline __attribute__((always_inline)) bool race_settled_own(
	const struct race_detector *detector, struct granule *granule,
	const struct order_thread *self, uint32_t what, uint64_t pc)
{
	const struct order *order = detector->order;
	uint32_t first = granule->cells[0].tag, second = granule->cells[1].tag;
	struct cell *place = &granule->cells[0];

	if (order->runner != self || !is_of_run(order, first) ||
		(second && !is_of_run(order, second)) || detector->stored ||
		!shadow_pc_is_common(detector->shadow, pc))
		return false;
	if ((first ^ what) & TAG_WHAT_MASK) {
		if (second && ((second ^ what) & TAG_WHAT_MASK))
			return false;
		place = &granule->cells[1];
	}
	place->tag = self->now << TAG_EPOCH_SHIFT | what;
	place->pc = (uint32_t)(pc & SHADOW_PC_MASK);
	return true;
}

/* The same for a granule with a list: the thread did the same there, and no other conflicts. */
bool race_settled_in_list(const struct race_detector *detector, struct granule *granule,
	const struct order_thread *self, uint32_t what, uint64_t pc);

#endif
