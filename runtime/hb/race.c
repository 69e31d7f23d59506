/* SPDX-License-Identifier: Apache-2.0 */
/* The check of one access against its granules' shadow; see race.h. */
#include "runtime/hb/race.h"

#define NO_CELL UINT32_MAX
/* From so many accesses to a granule on, all that can go does. */
#define CROWD 8u
#define SHORT(kind) (1u << (kind))
#define ANY_WRITE (SHORT(CELL_PLAIN_WRITE) | SHORT(CELL_ATOMIC_WRITE))
#define ANY_PLAIN (SHORT(CELL_PLAIN_WRITE) | SHORT(CELL_PLAIN_READ))

/* What each kind conflicts with. */
static const uint8_t conflicts[] = {
	[CELL_PLAIN_READ] = ANY_WRITE,
	[CELL_PLAIN_WRITE] = ANY_WRITE | ANY_PLAIN | SHORT(CELL_ATOMIC_READ),
	[CELL_ATOMIC_READ] = SHORT(CELL_PLAIN_WRITE),
	[CELL_ATOMIC_WRITE] = ANY_PLAIN,
};

/* Whether whatever conflicts with an access of kind `old` conflicts with one of kind `new` too.
 */
static bool stands_for(enum cell_kind new, enum cell_kind old)
{
	return (conflicts[old] & ~conflicts[new]) == 0;
}

/* One granule's part of an access. */
struct part {
	const struct present_access *access;
	struct granule *granule;
	uint64_t granule_address;
	uint32_t tag;
};

static void tell_race(
	const struct race_detector *detector, const struct part *part, struct cell cell)
{
	epoch when = tag_epoch(cell.tag);
	struct earlier_access earlier = {
		.address = part->granule_address + tag_first(cell.tag),
		.pc = shadow_pc(detector->shadow, cell.pc),
		.size = tag_last(cell.tag) - tag_first(cell.tag) + 1,
		.thread = detector->order->owners[when].thread,
		.when = when,
		.kind = tag_kind(cell.tag),
	};

	detector->race(part->access, &earlier);
}

/* Also notes that it is about to be. */
static inline bool was_told(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	struct told *told =
		&detector->told[(cell.pc ^ part->access->pc ^ part->access->pc >> 6) &
				(TOLD_SLOTS - 1)];
	uint32_t kinds = (uint32_t)tag_kind(cell.tag) << 2 | (uint32_t)tag_kind(part->tag);

	if (told->granule == part->granule && told->later_pc == part->access->pc &&
		told->earlier_pc == cell.pc && told->kinds == kinds)
		return true;
	*told = (struct told){ part->granule, part->access->pc, cell.pc, kinds };
	return false;
}

/*
 * Compares the part with one earlier access. Returns true when that one need not be kept: it is
 * ordered before this one, or raced with it, and this one covers its bytes and its kind.
 */
static inline bool compare(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	enum cell_kind old = tag_kind(cell.tag), new = tag_kind(part->tag);
	bool covers;

	if (tag_first(cell.tag) > tag_last(part->tag) ||
		tag_first(part->tag) > tag_last(cell.tag))
		return false;
	covers = tag_first(part->tag) <= tag_first(cell.tag) &&
		 tag_last(part->tag) >= tag_last(cell.tag) && stands_for(new, old);
	if (!covers && !(conflicts[new] & SHORT(old)))
		return false;
	if (order_precedes(detector->order, tag_epoch(cell.tag), part->access->self))
		return covers;
	if (!(conflicts[new] & SHORT(old)))
		return false;
	if (!was_told(detector, part, cell))
		tell_race(detector, part, cell);
	return covers;
}

/*
 * Whether to leave the comparison out: the two can't race, as two reads, and as long as they
 * are few it matters little whether the older could go. The thread's own goes.
 */
static inline bool is_idle(
	const struct race_detector *detector, const struct part *part, struct cell cell)
{
	const struct order *order = detector->order;

	return !(conflicts[tag_kind(part->tag)] & SHORT(tag_kind(cell.tag))) &&
	       (order->runner != part->access->self || tag_epoch(cell.tag) < order->run_start);
}

/* Compares the part with a cell at hand. Returns whether that one stays. */
static inline bool stays(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	return cell.tag && (is_idle(detector, part, cell) || !compare(detector, part, cell));
}

static inline uint32_t key_of(const struct order *order, uint32_t tag)
{
	return cell_key(order->owners[tag_epoch(tag)].slot, tag);
}

static __attribute__((noinline)) void list_begin(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	const struct order *order = detector->order;
	const struct cell *old = part->granule->cells;
	const uint32_t keys[2] = { key_of(order, old[0].tag), key_of(order, old[1].tag) };
	struct cell_list *list = shadow_list_new(detector->shadow, part->granule, keys);

	shadow_list_add(detector->shadow, list, cell, key_of(order, cell.tag));
}

static inline void check_at_hand(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	struct granule *granule = part->granule;
	bool first_stays = stays(detector, part, granule->cells[0]);
	bool second_stays = stays(detector, part, granule->cells[1]);

	if (first_stays && second_stays) {
		list_begin(detector, part, cell);
	} else if (first_stays) {
		granule->cells[1] = cell;
	} else {
		granule->cells[0] = cell;
		if (!second_stays)
			granule->cells[1] = (struct cell){ 0 };
	}
}

/* Where in the list the thread's slot did the same before; NO_CELL when it did not. */
static inline uint32_t find_key(const struct cell_list *list, uint32_t key)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->keys[i] == key)
			return i;
	return NO_CELL;
}

/* Compares the part with the whole list, and takes out what it makes superfluous. */
static void compare_all(
	struct race_detector *detector, const struct part *part, struct cell_list *list)
{
	bool crowded = list->count >= CROWD;
	uint32_t kinds = 0;

	for (uint32_t i = list->count; i-- > 0;) {
		struct cell cell = list->cells[i];

		if ((crowded || !is_idle(detector, part, cell)) &&
			compare(detector, part, cell))
			shadow_list_remove(list, i);
		else
			kinds |= SHORT(tag_kind(cell.tag));
	}
	list->kinds = kinds;
}

static void check_list(struct race_detector *detector, const struct part *part,
	struct cell_list *list, struct cell cell)
{
	uint32_t key = cell_key(part->access->self->slot, cell.tag);
	uint32_t same = find_key(list, key);
	bool conflicting = conflicts[tag_kind(cell.tag)] & list->kinds;

	if (same != NO_CELL && (!conflicting || list->cells[same].tag == cell.tag)) {
		/* It covers the former one, which is ordered before it. */
		list->cells[same] = cell;
		return;
	}
	if (conflicting || list->count >= CROWD)
		compare_all(detector, part, list);
	if (list->count >= 2) {
		shadow_list_add(detector->shadow, list, cell, key);
		return;
	}
	shadow_list_end(detector->shadow, part->granule);
	part->granule->cells[part->granule->cells[0].tag != 0] = cell;
}

static void check_part(struct race_detector *detector, const struct part *part)
{
	struct shadow *shadow = detector->shadow;
	struct cell cell = { .tag = part->tag };
	struct cell_list *list;
	uint32_t block;

	if (__builtin_expect(shadow_freed(part->granule, &block), 0)) {
		detector->freed(part->access, block);
		return;
	}
	cell.pc = shadow_pc_shorten(shadow, part->access->pc);
	list = shadow_list(shadow, part->granule);
	if (list)
		check_list(detector, part, list, cell);
	else
		check_at_hand(detector, part, cell);
	if (__builtin_expect(detector->stored != NULL, 0))
		detector->stored(part->access);
}

void race_check_within(struct race_detector *detector, const struct present_access *access,
	struct granule *granule)
{
	uint32_t first = (uint32_t)(access->address & (GRANULE_SIZE - 1));
	const struct part part = {
		.access = access,
		.granule = granule,
		.granule_address = access->address - first,
		.tag = access->self->now << TAG_EPOCH_SHIFT |
		       tag_what(first, (uint32_t)access->size, access->kind),
	};

	if (!detector->order->exhausted)
		check_part(detector, &part);
}

void race_check(struct race_detector *detector, const struct present_access *access)
{
	const struct order_thread *self = access->self;
	uint64_t address = access->address;
	uint64_t end = address + access->size;

	if (detector->order->exhausted)
		return;
	while (address < end) {
		uint64_t base = address & ~(uint64_t)(GRANULE_SIZE - 1);
		uint64_t stop = base + GRANULE_SIZE < end ? base + GRANULE_SIZE : end;
		uint32_t what = tag_what(
			(uint32_t)(address - base), (uint32_t)(stop - address), access->kind);
		struct part part = {
			.access = access,
			.granule = shadow_granule(detector->shadow, address),
			.granule_address = base,
			.tag = self->now << TAG_EPOCH_SHIFT | what,
		};

		if (part.granule && !race_known(part.granule, self, what))
			check_part(detector, &part);
		address = stop;
	}
}
