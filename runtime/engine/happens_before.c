/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, synchronisation and accesses as runtime/hb wants them; see happens_before.h. */
#include "runtime/engine/happens_before.h"

#include <sys/stat.h>

#include "runtime/engine/access.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/races.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

/* Address space only. A quarter is tried when there is not that much, and so on. */
#define POOL_SIZE_MAX (UINT64_C(64) << 30)
#define POOL_SIZE_MIN (UINT64_C(256) << 20)

struct happens_before happens_before;

static struct epoch_owner *owners;
static struct granule **regions;
static char *pool;
static size_t pool_size;

bool happens_before_prepare(void)
{
	owners = memory_reserve(sizeof(*owners) << EPOCH_BITS);
	regions = memory_reserve(sizeof(struct granule *) * SHADOW_REGIONS);
	for (pool_size = POOL_SIZE_MAX; !pool && pool_size >= POOL_SIZE_MIN; pool_size /= 4)
		pool = memory_reserve(pool_size);
	pool_size *= 4;
	return owners && regions && pool;
}

static struct order_thread *make_thread(void)
{
	return arena_alloc(happens_before.order.arena, sizeof(struct order_thread));
}

void happens_before_begin(struct wire_region *region, struct arena *arena)
{
	struct shadow_args args = {
		.arena = arena,
		.regions = regions,
		.pool = pool,
		.pool_size = pool_size,
		.discard = memory_discard,
	};

	happens_before.on = false;
	happens_before.alone = true;
	if (!owners || !regions || !pool)
		return;
	order_init(&happens_before.order, arena, owners);
	shadow_init(&happens_before.shadow, &args);
	happens_before.detector = (struct race_detector){
		.order = &happens_before.order,
		.shadow = &happens_before.shadow,
	};
	races_begin(region, &happens_before.detector);
}

static bool is_incomplete(void)
{
	const struct happens_before *hb = &happens_before;

	if (!hb->on)
		return access_instrumented && !hb->order.owners;
	return hb->order.exhausted || hb->shadow.exhausted;
}

void happens_before_tell_limit(void)
{
	if (!runtime.forked && is_incomplete())
		runtime.core.result->limits |= WIRE_LIMIT_RACES;
}

/* What threads did before nobody saw: it counts as known to all. */
void happens_before_turn_on(void)
{
	struct core *core = &runtime.core;
	struct happens_before *hb = &happens_before;

	if (hb->on || !hb->order.owners || runtime.forked)
		return;
	for (uint32_t i = 0; i < core->thread_count; i++) {
		struct thread *thread = core->threads[i];

		if (thread->state == THREAD_FINISHED)
			continue;
		thread->order = make_thread();
		order_thread_start(&hb->order, thread->order, i, NULL);
	}
	hb->on = true;
	hb->alone = core->live_count <= 1;
}

void happens_before_thread_start(struct thread *self, struct thread *parent)
{
	struct happens_before *hb = &happens_before;

	if (!hb->on)
		return;
	self->order = make_thread();
	order_thread_start(&hb->order, self->order, self->id, parent->order);
	hb->alone = false;
}

/* A thread may be alone from now on: others have ended, and their ends are known. */
static void look_around(const struct thread *self)
{
	struct happens_before *hb = &happens_before;

	hb->alone = runtime.core.live_count == 1 && order_knows_all(&hb->order, self->order);
}

void happens_before_thread_end(struct thread *self)
{
	struct happens_before *hb = &happens_before;

	if (!hb->on || !self->order)
		return;
	self->self_object->released = arena_alloc(hb->order.arena, sizeof(struct sync));
	order_thread_end(&hb->order, self->order, self->self_object->released);
}

void happens_before_thread_join(struct thread *self, struct thread *ended)
{
	struct happens_before *hb = &happens_before;

	if (!hb->on || !ended->self_object->released)
		return;
	order_acquire(&hb->order, self->order, ended->self_object->released);
	look_around(self);
}

void happens_before_acquire_now(struct thread *self, struct sync *sync)
{
	order_acquire(&happens_before.order, self->order, sync);
}

void happens_before_release_now(struct thread *self, struct sync **sync)
{
	struct order *order = &happens_before.order;

	if (!*sync)
		*sync = arena_alloc(order->arena, sizeof(**sync));
	order_release(order, self->order, *sync);
}

void happens_before_acquire_at(struct thread *self, uint64_t address)
{
	struct order *order = &happens_before.order;

	if (happens_before_counts())
		order_atomic_load(order, self->order, address, __ATOMIC_ACQUIRE);
}

/* Joins what was released there before, as an annotation of several releasers means it. */
void happens_before_release_at(struct thread *self, uint64_t address)
{
	struct order *order = &happens_before.order;

	if (happens_before_counts())
		order_atomic_update(order, self->order, NULL, address, __ATOMIC_RELEASE);
}

/* A key that is no user address; 0 when the descriptor is no channel. */
static uint64_t channel_of(int fd)
{
	struct stat status;

	if (raw_syscall(SYS_fstat, fd, &status) < 0 || S_ISREG(status.st_mode) ||
		S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))
		return 0;
	return UINT64_C(1) << 63 | (S_ISSOCK(status.st_mode) ? 0 : status.st_ino);
}

void happens_before_send(struct thread *self, int fd)
{
	uint64_t channel = happens_before_counts() ? channel_of(fd) : 0;

	if (channel)
		happens_before_release_at(self, channel);
}

void happens_before_receive(struct thread *self, int fd)
{
	uint64_t channel = happens_before_counts() ? channel_of(fd) : 0;

	if (channel)
		happens_before_acquire_at(self, channel);
}

static bool ignored(const struct thread *self, enum cell_kind kind)
{
	return (kind == CELL_PLAIN_READ && self->ignored_reads > 0) ||
	       (kind == CELL_PLAIN_WRITE && self->ignored_writes > 0);
}

/* `granule`: where it lies, or NULL when that is more than one. */
static __attribute__((noinline)) void check(
	struct thread *self, const struct present_access *access, struct granule *granule)
{
	struct thread *before = runtime_self;

	/* A signal handler that runs now is not to come in here, too. */
	runtime_self = NULL;
	races_access(self);
	if (granule)
		race_check_within(&happens_before.detector, access, granule);
	else
		race_check(&happens_before.detector, access);
	runtime_self = before;
}

void happens_before_range(
	struct thread *self, uint64_t address, size_t size, enum cell_kind kind, uint64_t pc)
{
	const struct present_access access = { address, pc, size, kind, self->order };

	if (!ignored(self, kind))
		check(self, &access, NULL);
}

static __attribute__((noinline)) void compare(struct thread *self, struct granule *granule,
	uint64_t address, uint32_t what, uint64_t pc)
{
	const struct present_access access = {
		.address = address,
		.pc = pc,
		.size = tag_last(what) - tag_first(what) + 1,
		.kind = tag_kind(what),
		.self = self->order,
	};

	if (!ignored(self, access.kind))
		check(self, &access, granule);
}

/* A list is changed in steps: no signal handler is to come in here meanwhile. */
static inline bool settled_in_list(
	struct thread *self, struct granule *granule, uint32_t what, uint64_t pc)
{
	struct thread *before = runtime_self;
	bool settled;

	runtime_self = NULL;
	settled =
		race_settled_in_list(&happens_before.detector, granule, self->order, what, pc);
	runtime_self = before;
	return settled;
}

/* The rest of what happens_before_access_new() does. */
static __attribute__((noinline)) void access_others(struct thread *self,
	struct granule *granule, uint64_t address, uint32_t what, uint64_t pc)
{
	const struct race_detector *detector = &happens_before.detector;

	if (__builtin_expect(self->ignored_reads | self->ignored_writes, 0) ||
		(!race_settled(detector, granule, self->order, address, what, pc) &&
			!settled_in_list(self, granule, what, pc)))
		compare(self, granule, address, what, pc);
}

/* Kept small: it is all that happens to most accesses that come here. */
void happens_before_access_new(struct thread *self, struct granule *granule, uint64_t address,
	uint32_t what, uint64_t pc)
{
	if (__builtin_expect(self->ignored_reads | self->ignored_writes, 0) ||
		!race_settled_own(&happens_before.detector, granule, self->order, what, pc))
		access_others(self, granule, address, what, pc);
}

static void compare_atomic(struct thread *self, const struct atomic_done *done)
{
	struct race_detector *detector = &happens_before.detector;
	enum cell_kind kind = done->wrote ? CELL_ATOMIC_WRITE : CELL_ATOMIC_READ;
	const struct order_thread *order = self->order;
	uint32_t first = (uint32_t)(done->address & (GRANULE_SIZE - 1));
	uint32_t what = tag_what(first, (uint32_t)done->size, kind);
	struct granule *granule;

	if (__builtin_expect(first + done->size > GRANULE_SIZE, 0)) {
		happens_before_range(self, done->address, done->size, kind, done->pc);
		return;
	}
	granule = shadow_granule(detector->shadow, done->address);
	if (granule && !race_known(granule, order, what) &&
		!race_settled(detector, granule, order, done->address, what, done->pc) &&
		!settled_in_list(self, granule, what, done->pc))
		compare(self, granule, done->address, what, done->pc);
}

/*
 * The access is compared between what it acquires and what it releases: a store that it reads
 * from orders it, and those who read from it are ordered after it.
 */
void happens_before_atomic(struct thread *self, const struct atomic_done *done)
{
	struct order *order = &happens_before.order;
	struct location *location = NULL;

	if (!happens_before_counts()) {
		heap_check(self, done->address, done->size, done->op, done->pc);
		return;
	}
	if (done->op == OP_FENCE) {
		order_fence(order, self->order, done->memory_order);
		return;
	}
	if (done->op != OP_ATOMIC_STORE)
		location = order_atomic_load(
			order, self->order, done->address, done->memory_order);
	compare_atomic(self, done);
	if (done->op == OP_ATOMIC_STORE)
		order_atomic_store(order, self->order, done->address, done->memory_order);
	else if (done->wrote)
		order_atomic_update(
			order, self->order, location, done->address, done->memory_order);
}

void happens_before_forget(uint64_t address, size_t size)
{
	if (happens_before.on)
		shadow_clear(&happens_before.shadow, address, size);
}
