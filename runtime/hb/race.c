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

/*
 * Compares the part with all that its granule holds. Sets the place of the first cell that it
 * makes superfluous and removes the others. Returns false when it is there already.
 */
static bool compare_all(
	struct race_detector *detector, const struct part *part, uint32_t *ret_place)
{
	struct shadow *shadow = detector->shadow;
	uint32_t count, place = NO_CELL;
	struct cell *cells = shadow_cells(shadow, part->granule, &count);
	bool crowded = count >= CROWD;

	for (uint32_t i = count; i-- > 0;) {
		if (cells[i].tag == part->tag)
			return false;
		if ((!crowded && is_idle(detector, part, cells[i])) ||
			!compare(detector, part, cells[i]))
			continue;
		if (place == NO_CELL) {
			place = i;
			continue;
		}
		/* The last one comes here. */
		shadow_remove(shadow, part->granule, i);
		place = place == --count ? i : place;
		cells = shadow_cells(shadow, part->granule, &count);
	}
	*ret_place = place;
	return true;
}

static void check_part(struct race_detector *detector, const struct part *part)
{
	struct shadow *shadow = detector->shadow;
	struct cell cell = { .tag = part->tag };
	uint32_t block, count, place;

	if (__builtin_expect(shadow_freed(part->granule, &block), 0)) {
		detector->freed(part->access, block);
		return;
	}
	if (!compare_all(detector, part, &place))
		return;
	cell.pc = shadow_pc_shorten(shadow, part->access->pc);
	if (place == NO_CELL)
		shadow_add(shadow, part->granule, cell);
	else
		shadow_cells(shadow, part->granule, &count)[place] = cell;
	if (detector->stored)
		detector->stored(part->access);
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
