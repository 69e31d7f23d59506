/* SPDX-License-Identifier: Apache-2.0 */
/* An open-addressing table, at most half full; see value_set.h. */
#include "tool/search/value_set.h"

#include <errno.h>
#include <stdlib.h>

#include "common/hash.h"

#define FIRST_CAPACITY 256

static uint64_t *find_slot(uint64_t *slots, size_t capacity, uint64_t value)
{
	size_t i = (size_t)hash_mix(value) & (capacity - 1);

	while (slots[i] != 0 && slots[i] != value)
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

static int grow(struct value_set *set)
{
	size_t capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
	uint64_t *slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->capacity; i++)
		if (set->slots[i])
			*find_slot(slots, capacity, set->slots[i]) = set->slots[i];
	free(set->slots);
	set->slots = slots;
	set->capacity = capacity;
	return 0;
}

int value_set_add(struct value_set *set, uint64_t value)
{
	if (value == 0) {
		bool is_new = !set->has_zero;

		set->has_zero = true;
		return is_new;
	}
	if (set->used * 2 >= set->capacity) {
		int r = grow(set);

		if (r < 0)
			return r;
	}

	uint64_t *slot = find_slot(set->slots, set->capacity, value);

	if (*slot == value)
		return 0;
	*slot = value;
	set->used++;
	return 1;
}

size_t value_set_count(const struct value_set *set)
{
	return set->used + set->has_zero;
}

void value_set_release(struct value_set *set)
{
	free(set->slots);
	*set = (struct value_set){ .slots = NULL };
}
