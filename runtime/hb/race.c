/* SPDX-License-Identifier: Apache-2.0 */
/* The check of one access against its granules' shadow; see race.h. */
#include "runtime/hb/race.h"

#define NO_CELL UINT32_MAX
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
	struct cell cell; /* what is to be kept of it */
};

static bool tell_race(
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

	return detector->race(part->access, &earlier);
}

/* The part races with the access of that cell. */
static inline void raced(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	struct told *told = &detector->told[(cell.pc ^ part->cell.pc ^ part->cell.pc >> 6) &
					    (TOLD_SLOTS - 1)];
	uint32_t kinds = (uint32_t)tag_kind(cell.tag) << 2 | (uint32_t)tag_kind(part->cell.tag);

	if (told->granule == part->granule && told->later_pc == part->access->pc &&
		told->earlier_pc == cell.pc && told->kinds == kinds)
		return;
	if (tell_race(detector, part, cell))
		*told = (struct told){ part->granule, part->access->pc, cell.pc, kinds };
}

/*
 * Compares the part with one earlier access. Returns true when that one need not be kept: it is
 * ordered before this one, or raced with it, and this one covers its bytes and its kind.
 */
static inline __attribute__((always_inline)) bool compare(
	struct race_detector *detector, const struct part *part, struct cell cell)
{
	enum cell_kind old = tag_kind(cell.tag), new = tag_kind(part->cell.tag);
	uint32_t first = tag_first(part->cell.tag), last = tag_last(part->cell.tag);
	bool conflicting = conflicts[new] & SHORT(old);
	bool covers = first <= tag_first(cell.tag) && last >= tag_last(cell.tag) &&
		      stands_for(new, old);

	if (!covers &&
		(!conflicting || tag_first(cell.tag) > last || first > tag_last(cell.tag)))
		return false;
	if (order_precedes(detector->order, tag_epoch(cell.tag), part->access->self))
		return covers;
	if (!conflicting)
		return false;
	raced(detector, part, cell);
	return covers;
}

static inline uint32_t key_of(const struct order *order, uint32_t tag)
{
	return cell_key(order->owners[tag_epoch(tag)].slot, tag);
}

static __attribute__((noinline)) void list_begin(
	struct race_detector *detector, struct granule *granule, struct cell cell)
{
	const struct order *order = detector->order;
	const struct cell *old = granule->cells;
	const uint32_t keys[2] = { key_of(order, old[0].tag), key_of(order, old[1].tag) };
	struct cell_list *list = shadow_list_new(detector->shadow, granule, keys);

	shadow_list_add(detector->shadow, list, cell, key_of(order, cell.tag));
}

/* With cells at hand the first is taken before the second. */
static inline __attribute__((always_inline)) void check_at_hand(
	struct race_detector *detector, const struct part *part)
{
	struct granule *granule = part->granule;
	struct cell second = granule->cells[1];
	bool first_stays = granule->cells[0].tag && !compare(detector, part, granule->cells[0]);
	bool second_stays = second.tag && !compare(detector, part, second);

	if (first_stays && second_stays) {
		list_begin(detector, granule, part->cell);
		return;
	}
	granule->cells[first_stays] = part->cell;
	if (!first_stays && !second_stays)
		granule->cells[1] = (struct cell){ 0 };
}

/*
 * Where in the list the thread's slot did the same before; NO_CELL when it did not. Who came
 * last is at the end.
 */
static inline uint32_t find_key(const struct cell_list *list, uint32_t key)
{
	for (uint32_t i = list->count; i-- > 0;)
		if (list->keys[i] == key)
			return i;
	return NO_CELL;
}

/*
 * Compares the part with the whole list, and takes out what it makes superfluous. `thorough`:
 * all of it; else what can't race stays unseen, as for one of many readers.
 */
static void compare_all(struct race_detector *detector, const struct part *part,
	struct cell_list *list, bool thorough)
{
	uint32_t conflicting = conflicts[tag_kind(part->cell.tag)];
	uint32_t kinds = 0;

	for (uint32_t i = list->count; i-- > 0;) {
		struct cell cell = list->cells[i];
		uint32_t kind = SHORT(tag_kind(cell.tag));

		if ((thorough || (conflicting & kind)) && compare(detector, part, cell))
			shadow_list_remove(list, i);
		else
			kinds |= kind;
	}
	list->kinds = kinds;
}

/* The thread's slot did the same before, and that is covered: it is ordered before this. */
static inline void list_replace(struct cell_list *list, uint32_t i, struct cell cell)
{
	uint32_t last = list->count - 1, key = list->keys[i];

	list->cells[i] = list->cells[last];
	list->keys[i] = list->keys[last];
	list->cells[last] = cell;
	list->keys[last] = key;
}

/* Whether no other access in the list conflicts with one like that at index `same`. */
static inline bool is_undisputed(const struct cell_list *list, uint32_t same, struct cell cell)
{
	return same != NO_CELL && ((conflicts[tag_kind(cell.tag)] & list->kinds) == 0 ||
					  list->cells[same].tag == cell.tag);
}

bool race_settled_in_list(const struct race_detector *detector, struct granule *granule,
	const struct order_thread *self, uint32_t what, uint64_t pc)
{
	struct cell_list *list = shadow_list(detector->shadow, granule);
	struct cell cell = {
		.tag = self->now << TAG_EPOCH_SHIFT | what,
		.pc = (uint32_t)(pc & SHADOW_PC_MASK),
	};
	uint32_t same;

	if (!list || detector->stored || !shadow_pc_is_common(detector->shadow, pc))
		return false;
	same = find_key(list, cell_key(self->slot, cell.tag));
	if (!is_undisputed(list, same, cell))
		return false;
	list_replace(list, same, cell);
	return true;
}

static void check_list(
	struct race_detector *detector, const struct part *part, struct cell_list *list)
{
	uint32_t key = cell_key(part->access->self->slot, part->cell.tag);
	uint32_t same = find_key(list, key);

	if (is_undisputed(list, same, part->cell)) {
		list_replace(list, same, part->cell);
		return;
	}
	/* The former of the same key goes, whatever its kind. */
	if (same != NO_CELL)
		shadow_list_remove(list, same);
	compare_all(detector, part, list, same == NO_CELL);
	if (list->count >= 2) {
		shadow_list_add(detector->shadow, list, part->cell, key);
		return;
	}
	shadow_list_end(detector->shadow, part->granule);
	part->granule->cells[part->granule->cells[0].tag != 0] = part->cell;
}

static void check_part(struct race_detector *detector, const struct part *part)
{
	uint32_t block;

	if (__builtin_expect(shadow_freed(detector->shadow, part->granule,
				     part->granule_address, &block),
		    0)) {
		detector->freed(part->access, block);
		return;
	}
	if (part->granule->cells[0].tag == TAG_LIST)
		check_list(detector, part, shadow_list(detector->shadow, part->granule));
	else if (!race_renew(detector->order, part->granule, part->access->self, part->cell))
		check_at_hand(detector, part);
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
		.cell = {
			.tag = access->self->now << TAG_EPOCH_SHIFT |
			       tag_what(first, (uint32_t)access->size, access->kind),
			.pc = shadow_pc_shorten(detector->shadow, access->pc),
		},
	};

	if (!detector->order->exhausted)
		check_part(detector, &part);
}

void race_check(struct race_detector *detector, const struct present_access *access)
{
	const struct order_thread *self = access->self;
	uint32_t pc = shadow_pc_shorten(detector->shadow, access->pc);
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
			.cell = { .tag = self->now << TAG_EPOCH_SHIFT | what, .pc = pc },
		};

		if (part.granule && !race_known(part.granule, self, what))
			check_part(detector, &part);
		address = stop;
	}
}
