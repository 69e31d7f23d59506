/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random executions, judged also by a slow reference that follows the standard's own words: an
 * explicit relation over events, with release sequences and fences as C11 5.1.2.4 and 7.17.4
 * define them. Whatever the detector reports must be a race there; and the first race of each
 * granule there must be reported just when it happens.
 */
#include <stdlib.h>
#include <string.h>

#include "common/random.h"
#include "tests/hb/fixture.h"

#define TRACES 3000
#define EVENTS 120
#define THREADS 6
#define LOCKS 2
#define LOCATIONS 2
#define MEMORY 0x555555560000u /* 4 granules; the locations lie in the first two */
#define MEMORY_SIZE 32

typedef unsigned __int128 event_set;

enum event_type { ACCESS, LOAD, STORE, UPDATE, FENCE, ACQUIRE, RELEASE, CREATE, END, JOIN };

struct event {
	enum event_type type;
	uint32_t thread;
	uint32_t object; /* of locks and locations; the other thread of CREATE and JOIN */
	uint64_t address;
	uint32_t size;
	enum cell_kind kind;
	int memory_order;
	epoch when;
	event_set before; /* what happens before it */
};

struct reference {
	struct event events[EVENTS];
	uint32_t count;
	event_set known[THREADS];    /* what happens before a thread's next event */
	event_set observed[THREADS]; /* what its relaxed loads saw, for acquire fences */
	event_set fence[THREADS];    /* before and with its last release fence */
	bool fenced[THREADS];
	event_set locks[LOCKS];
	uint32_t writes[LOCATIONS][EVENTS]; /* in modification order */
	uint32_t write_count[LOCATIONS];
	event_set ends[THREADS];
	bool raced[MEMORY_SIZE / GRANULE_SIZE];
};

static bool acquires(int memory_order)
{
	return memory_order == __ATOMIC_ACQUIRE || memory_order == __ATOMIC_ACQ_REL ||
	       memory_order == __ATOMIC_SEQ_CST;
}

static bool releases(int memory_order)
{
	return memory_order == __ATOMIC_RELEASE || memory_order == __ATOMIC_ACQ_REL ||
	       memory_order == __ATOMIC_SEQ_CST;
}

static event_set with(const struct reference *r, uint32_t i)
{
	return r->events[i].before | (event_set)1 << i;
}

/* What synchronises with a read of the location's last write. */
static event_set read_from(const struct reference *r, uint32_t location,
	const event_set fences[EVENTS], const bool fenced[EVENTS])
{
	const uint32_t *writes = r->writes[location];
	uint32_t last = r->write_count[location];
	event_set sources = 0;

	for (uint32_t head = 0; head < last; head++) {
		const struct event *first = &r->events[writes[head]];
		bool continues = true;

		for (uint32_t i = head + 1; i < last; i++) {
			const struct event *next = &r->events[writes[i]];

			continues &= next->type == UPDATE || next->thread == first->thread;
		}
		if (!continues)
			continue;
		if (releases(first->memory_order))
			sources |= with(r, writes[head]);
		if (fenced[writes[head]])
			sources |= fences[writes[head]];
	}
	return sources;
}

/* Adds the event to the relation; returns its number. */
static uint32_t relate(struct reference *r, struct event event)
{
	static event_set fences[EVENTS];
	static bool fenced[EVENTS];
	uint32_t t = event.thread, i = r->count++;
	event_set sources = 0;

	event.before = r->known[t];
	if (event.type == LOAD || event.type == UPDATE)
		sources = read_from(r, event.object, fences, fenced);
	if (acquires(event.memory_order))
		event.before |= sources;
	else
		r->observed[t] |= sources;
	if (event.type == FENCE && acquires(event.memory_order))
		event.before |= r->observed[t];
	if (event.type == ACQUIRE)
		event.before |= r->locks[event.object];
	if (event.type == JOIN)
		event.before |= r->ends[event.object];
	r->events[i] = event;
	fences[i] = r->fence[t];
	fenced[i] = r->fenced[t];
	if (event.type == FENCE && releases(event.memory_order)) {
		r->fence[t] = with(r, i);
		r->fenced[t] = true;
	}
	if (event.type == STORE || event.type == UPDATE)
		r->writes[event.object][r->write_count[event.object]++] = i;
	if (event.type == RELEASE)
		r->locks[event.object] |= with(r, i);
	if (event.type == CREATE)
		r->known[event.object] = with(r, i);
	if (event.type == END)
		r->ends[t] = with(r, i);
	r->known[t] = with(r, i);
	return i;
}

static bool is_access(const struct event *event)
{
	return event->type <= UPDATE;
}

static bool conflict(const struct event *a, const struct event *b)
{
	bool write = (a->kind | b->kind) & 1, atomic = (a->kind & 2) && (b->kind & 2);

	return write && !atomic;
}

/* Whether events i < j race on a byte of the granule. */
static bool race_on(const struct reference *r, uint32_t i, uint32_t j, uint64_t granule)
{
	const struct event *a = &r->events[i], *b = &r->events[j];
	uint64_t low = a->address > b->address ? a->address : b->address;
	uint64_t a_end = a->address + a->size, b_end = b->address + b->size;
	uint64_t high = a_end < b_end ? a_end : b_end;

	if (!is_access(a) || !is_access(b) || a->thread == b->thread || !conflict(a, b))
		return false;
	low = low > granule ? low : granule;
	high = high < granule + GRANULE_SIZE ? high : granule + GRANULE_SIZE;
	return low < high && !(b->before >> i & 1);
}

static bool was_reported(uint64_t granule)
{
	for (size_t i = 0; i < hb.race_count; i++)
		if ((hb.races[i].earlier.address & ~UINT64_C(7)) == granule)
			return true;
	return false;
}

/* The first race of each granule is reported. */
static void check_complete(struct reference *r, uint32_t j)
{
	for (uint32_t g = 0; g < MEMORY_SIZE / GRANULE_SIZE; g++) {
		uint64_t granule = MEMORY + g * GRANULE_SIZE;
		bool races = false;

		for (uint32_t i = 0; i < j; i++)
			races |= race_on(r, i, j, granule);
		if (races && !r->raced[g])
			assert_true(was_reported(granule));
		r->raced[g] |= races;
	}
}

/* Everything reported is a race, and the earlier access is one that was made. */
static void check_sound(const struct reference *r, uint32_t j)
{
	for (size_t n = 0; n < hb.race_count; n++) {
		const struct earlier_access *e = &hb.races[n].earlier;
		uint64_t granule = e->address & ~UINT64_C(7);
		bool found = false;

		for (uint32_t i = 0; i < j; i++)
			found |= race_on(r, i, j, granule) &&
				 r->events[i].thread == e->thread &&
				 r->events[i].kind == e->kind && r->events[i].when == e->when;
		assert_true(found);
	}
}

/* ---- making a trace, and carrying it out on the detector ---- */

struct trace {
	struct random random;
	struct reference reference;
	bool alive[THREADS];
	bool ended[THREADS];
	bool joined[THREADS];
	uint32_t started;
};

static int any_order(struct random *random)
{
	static const int orders[] = { __ATOMIC_RELAXED, __ATOMIC_ACQUIRE, __ATOMIC_RELEASE,
		__ATOMIC_ACQ_REL, __ATOMIC_SEQ_CST };

	return orders[random_below(random, 5)];
}

static void carry_out(const struct event *e)
{
	static struct sync locks[LOCKS];

	switch (e->type) {
	case ACCESS:
		access_as(e->thread, e->address, e->size, e->kind);
		break;
	case LOAD:
		load_by(e->thread, e->address, e->memory_order);
		break;
	case STORE:
		store_by(e->thread, e->address, e->memory_order);
		break;
	case UPDATE:
		update_by(e->thread, e->address, e->memory_order);
		break;
	case FENCE:
		fence_by(e->thread, e->memory_order);
		break;
	case ACQUIRE:
		acquire_by(e->thread, &locks[e->object]);
		break;
	case RELEASE:
		release_by(e->thread, &locks[e->object]);
		break;
	case CREATE:
		/* The first of a trace: the locks of the last one are not this one's. */
		if (e->object == 1)
			memset(locks, 0, sizeof(locks));
		start(e->object, e->thread);
		break;
	case END:
		end(e->thread);
		break;
	case JOIN:
		join(e->thread, e->object);
		break;
	}
}

static void happen(struct trace *trace, struct event event)
{
	struct reference *r = &trace->reference;
	uint32_t i;

	event.when = hb.threads[event.thread].now;
	i = relate(r, event);
	hb.race_count = 0;
	carry_out(&event);
	check_sound(r, i);
	check_complete(r, i);
}

static struct event any_access(struct random *random, uint32_t thread)
{
	struct event event = { .type = ACCESS, .thread = thread };

	event.memory_order = __ATOMIC_RELAXED;
	event.address = MEMORY + random_below(random, MEMORY_SIZE - 4);
	event.size = 1 + random_below(random, (uint32_t)(MEMORY + MEMORY_SIZE - event.address));
	if (event.size > 12)
		event.size = 4;
	event.kind = random_below(random, 2) ? CELL_PLAIN_WRITE : CELL_PLAIN_READ;
	return event;
}

static struct event any_atomic(struct random *random, uint32_t thread)
{
	struct event event = { .thread = thread };

	event.type = (enum event_type)(LOAD + random_below(random, 4));
	event.memory_order = any_order(random);
	event.object = random_below(random, LOCATIONS);
	event.address = MEMORY + event.object * GRANULE_SIZE;
	event.size = 4;
	event.kind = event.type == LOAD ? CELL_ATOMIC_READ : CELL_ATOMIC_WRITE;
	return event;
}

static bool any_thread_event(struct trace *trace, uint32_t thread, struct event *ret_event)
{
	struct event event = { .thread = thread, .memory_order = __ATOMIC_RELAXED };
	uint32_t other = random_below(&trace->random, THREADS);

	event.object = other;
	if (random_below(&trace->random, 3) == 0 && thread != 0) {
		event.type = END;
	} else if (trace->ended[other] && !trace->joined[other]) {
		event.type = JOIN;
	} else if (trace->started < THREADS) {
		event.type = CREATE;
		event.object = trace->started;
	} else {
		return false;
	}
	*ret_event = event;
	return true;
}

static void note(struct trace *trace, const struct event *event)
{
	if (event->type == CREATE)
		trace->alive[trace->started++] = true;
	if (event->type == END) {
		trace->alive[event->thread] = false;
		trace->ended[event->thread] = true;
	}
	if (event->type == JOIN)
		trace->joined[event->object] = true;
}

static void one_event(struct trace *trace)
{
	uint32_t what = random_below(&trace->random, 16), thread;
	struct event event;

	do
		thread = random_below(&trace->random, THREADS);
	while (!trace->alive[thread]);
	event = any_access(&trace->random, thread);
	if (what < 6) {
		event = any_atomic(&trace->random, thread);
	} else if (what < 9) {
		event.type = random_below(&trace->random, 2) ? ACQUIRE : RELEASE;
		event.object = random_below(&trace->random, LOCKS);
	} else if (what == 9 && !any_thread_event(trace, thread, &event)) {
		return;
	}
	note(trace, &event);
	happen(trace, event);
}

static void random_trace(uint64_t seed)
{
	static struct trace trace;

	memset(&trace, 0, sizeof(trace));
	random_init(&trace.random, seed);
	trace.alive[0] = true;
	trace.started = 1;
	while (trace.started < 4) {
		struct event create = { .type = CREATE,
			.object = trace.started,
			.memory_order = __ATOMIC_RELAXED };

		note(&trace, &create);
		happen(&trace, create);
	}
	while (trace.reference.count < EVENTS)
		one_event(&trace);
}

static void random_executions_agree_with_the_standard(void **state)
{
	for (uint64_t seed = 1; seed <= TRACES; seed++) {
		fixture_setup(state);
		random_trace(seed);
		fixture_teardown(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_executions_agree_with_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
