/* SPDX-License-Identifier: Apache-2.0 */
/* See fixture.h. */
#include "tests/hb/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/bug.h"

#define ARENA_SIZE (UINT64_C(1) << 30) /* address space only, as all of these */
#define POOL_SIZE (UINT64_C(1) << 30)
#define OWNERS_SIZE (sizeof(struct epoch_owner) << EPOCH_BITS)
#define REGIONS_SIZE (sizeof(struct granule *) * SHADOW_REGIONS)

struct hb_fixture hb;

static void *arena_block, *owners, *regions, *pool;

void bug_report(const char *file, int line, const char *condition)
{
	mock_assert(0, condition, file, line);
	abort();
}

static void *reserve(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static void discard(void *start, size_t size)
{
	assert_int_equal(madvise(start, size, MADV_DONTNEED), 0);
}

static bool found(const struct present_access *access, const struct earlier_access *earlier)
{
	struct found_race *race = &hb.races[hb.race_count++];

	assert_true(hb.race_count < FIXTURE_RACES);
	race->later = *access;
	race->earlier = *earlier;
	race->thread = access->self->thread;
	return !hb.wants_again;
}

static void found_freed(const struct present_access *access, uint32_t block)
{
	(void)access;
	hb.freed_block = block;
	hb.freed_count++;
}

int fixture_setup(void **state)
{
	struct shadow_args args = { .arena = &hb.arena, .discard = discard };

	(void)state;
	hb = (struct hb_fixture){ 0 };
	arena_block = reserve(ARENA_SIZE);
	owners = reserve(OWNERS_SIZE);
	regions = reserve(REGIONS_SIZE);
	pool = reserve(POOL_SIZE);
	args.regions = regions;
	args.pool = pool;
	args.pool_size = POOL_SIZE;
	arena_init(&hb.arena, arena_block, ARENA_SIZE);
	order_init(&hb.order, &hb.arena, owners);
	shadow_init(&hb.shadow, &args);
	hb.detector = (struct race_detector){
		.order = &hb.order,
		.shadow = &hb.shadow,
		.race = found,
		.freed = found_freed,
	};
	order_thread_start(&hb.order, &hb.threads[0], 0, NULL);
	return 0;
}

int fixture_teardown(void **state)
{
	(void)state;
	munmap(arena_block, ARENA_SIZE);
	munmap(owners, OWNERS_SIZE);
	munmap(regions, REGIONS_SIZE);
	munmap(pool, POOL_SIZE);
	return 0;
}

void start(uint32_t thread, uint32_t parent)
{
	order_thread_start(&hb.order, &hb.threads[thread], thread, &hb.threads[parent]);
}

void end(uint32_t thread)
{
	order_thread_end(&hb.order, &hb.threads[thread], &hb.ends[thread]);
}

void join(uint32_t thread, uint32_t ended)
{
	order_acquire(&hb.order, &hb.threads[thread], &hb.ends[ended]);
}

/* The short ways, in the engine's order. */
static bool is_settled(
	const struct present_access *access, struct granule *granule, uint32_t what)
{
	const struct order_thread *self = access->self;
	bool is_plain = access->kind == CELL_PLAIN_READ || access->kind == CELL_PLAIN_WRITE;

	return race_known(granule, self, what) ||
	       (is_plain && race_settled_own(&hb.detector, granule, self, what, access->pc)) ||
	       race_settled(&hb.detector, granule, self, access->address, what, access->pc) ||
	       race_settled_in_list(&hb.detector, granule, self, what, access->pc);
}

/* As the engine does it. */
static void check(const struct present_access *access)
{
	uint32_t first = (uint32_t)(access->address & (GRANULE_SIZE - 1));
	uint32_t what = tag_what(first, (uint32_t)access->size, access->kind);
	struct granule *granule = shadow_granule(&hb.shadow, access->address);

	if (access->size > GRANULE_SIZE - first)
		race_check(&hb.detector, access);
	else if (granule && !is_settled(access, granule, what))
		race_check_within(&hb.detector, access, granule);
}

void access_as(uint32_t thread, uint64_t address, size_t size, enum cell_kind kind)
{
	struct present_access access = {
		.address = address,
		.pc = 0x555555554000 + thread,
		.size = size,
		.kind = kind,
		.self = &hb.threads[thread],
	};

	/* Each race is wanted, not only the first of its places. */
	if (!hb.tells_once)
		memset(hb.detector.told, 0, sizeof(hb.detector.told));
	check(&access);
}

void read_by(uint32_t thread, uint64_t address, size_t size)
{
	access_as(thread, address, size, CELL_PLAIN_READ);
}

void write_by(uint32_t thread, uint64_t address, size_t size)
{
	access_as(thread, address, size, CELL_PLAIN_WRITE);
}

void load_by(uint32_t thread, uint64_t address, int memory_order)
{
	order_atomic_load(&hb.order, &hb.threads[thread], address, memory_order);
	access_as(thread, address, 4, CELL_ATOMIC_READ);
}

void store_by(uint32_t thread, uint64_t address, int memory_order)
{
	access_as(thread, address, 4, CELL_ATOMIC_WRITE);
	order_atomic_store(&hb.order, &hb.threads[thread], address, memory_order);
}

void update_by(uint32_t thread, uint64_t address, int memory_order)
{
	struct location *location =
		order_atomic_load(&hb.order, &hb.threads[thread], address, memory_order);

	access_as(thread, address, 4, CELL_ATOMIC_WRITE);
	order_atomic_update(&hb.order, &hb.threads[thread], location, address, memory_order);
}

void fence_by(uint32_t thread, int memory_order)
{
	order_fence(&hb.order, &hb.threads[thread], memory_order);
}

void acquire_by(uint32_t thread, struct sync *sync)
{
	order_acquire(&hb.order, &hb.threads[thread], sync);
}

void release_by(uint32_t thread, struct sync *sync)
{
	order_release(&hb.order, &hb.threads[thread], sync);
}
