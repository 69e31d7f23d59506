/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What C11 atomics order: release and acquire, release sequences, and fences (C11 5.1.2.4 and
 * 7.17.4). Fences synchronise through what is stored after and loaded before them, as the
 * standard has it: a release fence publishes by any later store, an acquire fence takes in what
 * any earlier load saw.
 *
 * A store by the thread whose release heads the sequence continues it, as in C11 and C++11;
 * C++20 ends it there. The older rule orders more, and so accuses less.
 */
#include "common/hash.h"
#include "runtime/hb/order.h"

#define ATOMICS_INITIAL 64u

static bool acquires(int memory_order)
{
	return memory_order != __ATOMIC_RELAXED && memory_order != __ATOMIC_RELEASE;
}

static bool releases(int memory_order)
{
	return memory_order == __ATOMIC_RELEASE || memory_order == __ATOMIC_ACQ_REL ||
	       memory_order == __ATOMIC_SEQ_CST;
}

static uint32_t find(const struct order *order, uint64_t address)
{
	uint32_t i = (uint32_t)hash_mix(address) & order->atomic_mask;

	while (order->atomics[i] && order->atomic_addresses[i] != address)
		i = (i + 1) & order->atomic_mask;
	return i;
}

static void table_grow(struct order *order)
{
	uint32_t capacity = order->atomics ? (order->atomic_mask + 1) * 2 : ATOMICS_INITIAL;
	uint32_t old_capacity = order->atomics ? order->atomic_mask + 1 : 0;
	struct sync **old = order->atomics;
	uint64_t *old_addresses = order->atomic_addresses;

	order->atomics = arena_alloc(order->arena, capacity * sizeof(*order->atomics));
	order->atomic_addresses =
		arena_alloc(order->arena, capacity * sizeof(*order->atomic_addresses));
	order->atomic_mask = capacity - 1;
	for (uint32_t i = 0; i < old_capacity; i++) {
		uint32_t place;

		if (!old[i])
			continue;
		place = find(order, old_addresses[i]);
		order->atomics[place] = old[i];
		order->atomic_addresses[place] = old_addresses[i];
	}
}

struct sync *order_atomic(struct order *order, uint64_t address, bool create)
{
	uint32_t i;

	if (!order->atomics) {
		if (!create)
			return NULL;
		table_grow(order);
	}
	i = find(order, address);
	if (order->atomics[i] || !create)
		return order->atomics[i];
	if (order->atomic_count >= order->atomic_mask / 2) {
		table_grow(order);
		i = find(order, address);
	}
	order->atomics[i] = arena_alloc(order->arena, sizeof(struct sync));
	order->atomic_addresses[i] = address;
	order->atomic_count++;
	return order->atomics[i];
}

void order_atomic_load(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order)
{
	const struct sync *sync = order_atomic(order, address, false);

	if (!sync || !sync->set)
		return;
	if (acquires(memory_order)) {
		order_acquire(order, self, sync);
		return;
	}
	clock_join(&self->observed, order->arena, &sync->clock);
	self->observing = true;
}

/* A store begins a new release sequence, or none; unless its thread continues its own. */
static void store_relaxed(struct order *order, struct order_thread *self, uint64_t address)
{
	struct sync *sync = order_atomic(order, address, self->fenced);

	if (!sync)
		return;
	if (sync->owner != self) {
		clock_clear(&sync->clock);
		sync->set = false;
		sync->owner = NULL;
	}
	if (!self->fenced)
		return;
	clock_join(&sync->clock, order->arena, &self->released);
	sync->set = true;
	sync->owner = self;
}

void order_atomic_store(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order)
{
	struct sync *sync;

	if (!releases(memory_order)) {
		store_relaxed(order, self, address);
		return;
	}
	sync = order_atomic(order, address, true);
	clock_clear(&sync->clock);
	sync->owner = self;
	order_release(order, self, sync);
}

void order_atomic_update(
	struct order *order, struct order_thread *self, uint64_t address, int memory_order)
{
	struct sync *sync;

	if (!releases(memory_order) && !self->fenced)
		return;
	sync = order_atomic(order, address, true);
	if (!sync->set)
		sync->owner = self;
	if (releases(memory_order)) {
		order_release(order, self, sync);
		return;
	}
	clock_join(&sync->clock, order->arena, &self->released);
	sync->set = true;
}

void order_fence(struct order *order, struct order_thread *self, int memory_order)
{
	if (acquires(memory_order) && self->observing) {
		clock_join(&self->clock, order->arena, &self->observed);
		clock_clear(&self->observed);
		self->observing = false;
	}
	if (releases(memory_order)) {
		struct sync published = { .clock = self->released };

		clock_clear(&published.clock);
		order_release(order, self, &published);
		self->released = published.clock;
		self->fenced = true;
	}
}
