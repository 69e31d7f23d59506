/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What C11 atomics order: release and acquire, release sequences, and fences (C11 5.1.2.4 and
 * 7.17.4). Fences synchronise through what is stored after and loaded before them, as the
 * standard has it: a release fence publishes by any later store, an acquire fence takes in what
 * any earlier load saw.
 *
 * A store by the thread whose release heads a sequence continues it, as in C11 and C++11; C++20
 * ends it there. The older rule orders more, and so accuses less.
 */
#include "common/hash.h"
#include "runtime/hb/order.h"

#define LOCATIONS_INITIAL 64u

static bool acquires(int memory_order)
{
	return memory_order != __ATOMIC_RELAXED && memory_order != __ATOMIC_RELEASE;
}

static bool releases(int memory_order)
{
	return memory_order == __ATOMIC_RELEASE || memory_order == __ATOMIC_ACQ_REL ||
	       memory_order == __ATOMIC_SEQ_CST;
}

/*
 * More heads than these are merged into one that any store continues: that orders more than the
 * standard does.
 */
#define HEADS_MAX 8u

/* Whose release a release sequence began with, and what was released: sequences that go on. */
struct head {
	const struct order_thread *thread; /* NULL: of several threads */
	uint32_t slot;			   /* the thread's */
	epoch released;			   /* its entry in the clock */
	uint32_t lessons; /* the thread's, when the clock became a copy of its; 0: it is none */
	struct clock clock;
};

#define NO_HEAD UINT32_MAX

struct location {
	uint64_t address;
	uint32_t head_count;
	uint32_t head_capacity;
	struct head *heads;
	/*
	 * The head whose clock says all that the others' say, NO_HEAD when there is none that
	 * is known to: who acquires it has acquired all. A read-modify-write that acquires and
	 * releases makes it its own.
	 */
	uint32_t leader;
};

static uint32_t find(const struct order *order, uint64_t address)
{
	uint32_t i = (uint32_t)hash_mix(address) & order->location_mask;

	while (order->locations[i] && order->locations[i]->address != address)
		i = (i + 1) & order->location_mask;
	return i;
}

static void table_grow(struct order *order)
{
	uint32_t old_capacity = order->locations ? order->location_mask + 1 : 0;
	uint32_t capacity = old_capacity ? old_capacity * 2 : LOCATIONS_INITIAL;
	struct location **old = order->locations;

	order->locations = arena_alloc(order->arena, capacity * sizeof(*order->locations));
	order->location_mask = capacity - 1;
	for (uint32_t i = 0; i < old_capacity; i++)
		if (old[i])
			order->locations[find(order, old[i]->address)] = old[i];
}

static __attribute__((noinline)) struct location *look_up(struct order *order, uint64_t address)
{
	return order->locations ? order->locations[find(order, address)] : NULL;
}

/* NULL when nothing was released there. */
static inline struct location *location_find(struct order *order, uint64_t address)
{
	struct location **recent =
		&order->recent[(address >> 3 ^ address >> 9) & (ORDER_RECENT - 1)];

	if (*recent && (*recent)->address == address)
		return *recent;
	*recent = look_up(order, address);
	return *recent;
}

static struct location *location_get(struct order *order, uint64_t address)
{
	struct location *location = location_find(order, address);

	if (location)
		return location;
	if (!order->locations || order->location_count >= order->location_mask / 2)
		table_grow(order);
	location = arena_alloc(order->arena, sizeof(*location));
	location->address = address;
	location->leader = NO_HEAD;
	order->locations[find(order, address)] = location;
	order->location_count++;
	return location;
}

/* Of the sequences only those go on that the thread began. */
static void keep_own(struct location *location, const struct order_thread *self)
{
	for (uint32_t i = location->head_count; i-- > 0;) {
		struct head last = location->heads[location->head_count - 1];

		if (!location->heads[i].thread || location->heads[i].thread == self)
			continue;
		/* Its clock's storage is kept for the next. */
		location->heads[location->head_count - 1] = location->heads[i];
		location->heads[i] = last;
		location->head_count--;
	}
	location->leader = location->head_count == 1 ? 0 : NO_HEAD;
}

static void heads_merge(struct order *order, struct location *location)
{
	for (uint32_t i = 1; i < location->head_count; i++)
		clock_join(&location->heads[0].clock, order->arena, &location->heads[i].clock);
	location->heads[0].thread = NULL;
	location->head_count = 1;
	location->leader = 0;
}

static struct head *head_new(struct order *order, struct location *location)
{
	uint32_t capacity = location->head_capacity ? location->head_capacity * 2 : 1;
	struct head *heads;

	if (location->head_count == location->head_capacity) {
		heads = arena_alloc(order->arena, capacity * sizeof(*heads));
		for (uint32_t i = 0; i < location->head_count; i++)
			heads[i] = location->heads[i];
		location->heads = heads;
		location->head_capacity = capacity;
	}
	clock_clear(&location->heads[location->head_count].clock);
	location->heads[location->head_count].lessons = 0;
	return &location->heads[location->head_count++];
}

/* The thread's head; made if need be. */
static struct head *head_get(
	struct order *order, struct location *location, const struct order_thread *self)
{
	struct head *head;

	if (location->leader != NO_HEAD && location->heads[location->leader].thread == self)
		return &location->heads[location->leader];
	for (uint32_t i = 0; i < location->head_count; i++)
		if (location->heads[i].thread == self)
			return &location->heads[i];
	if (location->head_count == HEADS_MAX)
		heads_merge(order, location);
	head = head_new(order, location);
	head->thread = self;
	head->slot = self->slot;
	return head;
}

/* What the thread published here before, it knows. Nothing but its epoch may be new. */
static inline void head_renew(
	struct order *order, struct head *head, const struct order_thread *self)
{
	if (head->lessons == self->lessons) {
		head->clock.entries[self->slot] = self->now;
	} else {
		clock_copy(&head->clock, order->arena, &self->clock);
		head->lessons = self->lessons;
	}
	head->released = self->now;
}

static void head_join(struct order *order, struct head *head, const struct clock *published)
{
	clock_join(&head->clock, order->arena, published);
	head->released = clock_get(&head->clock, head->slot);
	head->lessons = 0;
}

/*
 * The location now hands on what `published` says, beside what it already does. `leads`: all
 * that it already does is known to `published`.
 */
static void publish(struct order *order, struct location *location,
	const struct order_thread *self, const struct clock *published, bool leads)
{
	struct head *head = head_get(order, location, self);
	uint32_t number = (uint32_t)(head - location->heads);

	if (published == &self->clock)
		head_renew(order, head, self);
	else
		head_join(order, head, published);
	if (leads || location->head_count == 1)
		location->leader = number;
	else if (location->leader != number)
		location->leader = NO_HEAD;
}

/* Whether the thread has acquired that release, or a later one of the head's thread. */
static bool knows(const struct order_thread *self, const struct head *head)
{
	return head->thread && clock_get(&self->clock, head->slot) >= head->released;
}

static __attribute__((noinline)) void take_in(struct order *order, struct order_thread *self,
	const struct clock *clock, int memory_order)
{
	if (acquires(memory_order)) {
		order_learn(order, self, clock);
	} else {
		clock_join(&self->observed, order->arena, clock);
		self->observing = true;
	}
}

struct location *order_atomic_load(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order)
{
	struct location *location = location_find(order, address);
	uint32_t first = 0, end;

	if (!location || !location->head_count)
		return location;
	end = location->head_count;
	if (location->leader != NO_HEAD) {
		first = location->leader;
		end = first + 1;
	}
	for (uint32_t i = first; i < end; i++)
		if (!knows(self, &location->heads[i]))
			take_in(order, self, &location->heads[i].clock, memory_order);
	return location;
}

/* What a write of that order hands on; NULL when it is nothing. */
static const struct clock *published_by(const struct order_thread *self, int memory_order)
{
	if (releases(memory_order))
		return &self->clock;
	return self->fenced ? &self->released : NULL;
}

void order_atomic_store(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order)
{
	const struct clock *published = published_by(self, memory_order);
	struct location *location =
		published ? location_get(order, address) : location_find(order, address);

	if (location)
		keep_own(location, self);
	if (published)
		publish(order, location, self, published, false);
	if (releases(memory_order))
		order_advance(order, self);
}

void order_atomic_update(struct order *order, struct order_thread *self,
	struct location *location, uint64_t address, int memory_order)
{
	const struct clock *published = published_by(self, memory_order);

	if (published)
		/* Its read half has acquired all that was there. */
		publish(order, location ? location : location_get(order, address), self,
			published, acquires(memory_order) && releases(memory_order));
	if (releases(memory_order))
		order_advance(order, self);
}

void order_fence(struct order *order, struct order_thread *self, int memory_order)
{
	if (acquires(memory_order) && self->observing) {
		order_learn(order, self, &self->observed);
		clock_clear(&self->observed);
		self->observing = false;
	}
	if (releases(memory_order)) {
		clock_copy(&self->released, order->arena, &self->clock);
		self->fenced = true;
		order_advance(order, self);
	}
}
