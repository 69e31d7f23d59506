/* SPDX-License-Identifier: Apache-2.0 */
/* Epochs, slots, releases and acquisitions; see order.h. */
#include "runtime/hb/order.h"

#include "common/bug.h"

#define SLOTS_INITIAL 16u

void order_init(struct order *order, struct arena *arena, struct epoch_owner *owners)
{
	*order = (struct order){ .arena = arena, .owners = owners };
	order->slot_capacity = SLOTS_INITIAL;
	order->slots = arena_alloc(arena, SLOTS_INITIAL * sizeof(order->slots[0]));
}

static uint32_t slot_new(struct order *order)
{
	uint32_t capacity = order->slot_capacity;
	struct slot *slots;

	if (order->slot_count == capacity) {
		slots = arena_alloc(order->arena, capacity * 2 * sizeof(*slots));
		for (uint32_t i = 0; i < capacity; i++)
			slots[i] = order->slots[i];
		order->slots = slots;
		order->slot_capacity = capacity * 2;
	}
	return order->slot_count++;
}

/* One whose last thread's end the parent knows of, or a new one. */
static uint32_t slot_take(struct order *order, const struct order_thread *parent)
{
	uint32_t slot = 0;

	while (slot < order->slot_count &&
		(!order->slots[slot].ended ||
			clock_get(&parent->clock, slot) < order->slots[slot].ended))
		slot++;
	if (slot == order->slot_count)
		slot = slot_new(order);
	order->slots[slot].ended = 0;
	return slot;
}

void order_thread_start(struct order *order, struct order_thread *self, uint32_t number,
	struct order_thread *parent)
{
	self->thread = number;
	self->lessons = 1;
	self->slot = slot_take(order, parent);
	if (parent)
		clock_copy(&self->clock, order->arena, &parent->clock);
	order_advance(order, self);
	if (parent)
		order_advance(order, parent);
}

void order_thread_end(struct order *order, struct order_thread *self, struct sync *end)
{
	clock_copy(&end->clock, order->arena, &self->clock);
	end->slot = self->slot;
	end->released = self->now;
	order->slots[self->slot].ended = self->now;
}

/* Whether the thread has acquired that release, or a later one of the same thread. */
static bool knows(const struct order_thread *self, const struct sync *sync)
{
	return clock_get(&self->clock, sync->slot) >= sync->released;
}

void order_acquire(struct order *order, struct order_thread *self, const struct sync *sync)
{
	if (sync->scattered || !knows(self, sync))
		order_learn(order, self, &sync->clock);
}

void order_release(struct order *order, struct order_thread *self, struct sync *sync)
{
	if (!sync->scattered && knows(self, sync)) {
		clock_copy(&sync->clock, order->arena, &self->clock);
	} else {
		clock_join(&sync->clock, order->arena, &self->clock);
		sync->scattered = true;
	}
	sync->slot = self->slot;
	sync->released = self->now;
	order_advance(order, self);
}

bool order_knows_all(const struct order *order, const struct order_thread *self)
{
	for (uint32_t i = 0; i < order->slot_count; i++)
		if (i != self->slot &&
			(!order->slots[i].ended ||
				clock_get(&self->clock, i) < order->slots[i].ended))
			return false;
	return true;
}
