/* SPDX-License-Identifier: Apache-2.0 */
/* The wait-for graph of one process; see graph.h. */
#include "tool/stuck/graph.h"

#include <errno.h>
#include <stdlib.h>

bool verdict_is_deadlock(enum verdict_kind kind)
{
	return kind >= VERDICT_CYCLE;
}

const char *verdict_kind_name(enum verdict_kind kind)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "none",
		[VERDICT_RUNS] = "runs",
		[VERDICT_OUTSIDE] = "waits-outside",
		[VERDICT_TIME] = "waits-for-time",
		[VERDICT_CYCLE] = "deadlock-cycle",
		[VERDICT_ABANDONED] = "deadlock-abandoned",
		[VERDICT_NOBODY] = "deadlock-all-wait",
	};

	return names[kind];
}

/* Threads that can do something yet. */
struct living {
	bool any;
	bool any_not_parked;
};

/* Can nobody but the dead wake it? */
static bool stays_dead(
	const struct stuck_wait *wait, const bool *is_dead, const struct living *living)
{
	switch (wait->waker) {
	case WAKER_NOBODY:
		return true;
	case WAKER_THREAD:
		return is_dead[wait->owner];
	case WAKER_ANY_THREAD:
		return !living->any;
	case WAKER_READERS:
		return !living->any_not_parked;
	default:
		return false;
	}
}

/* Takes away who can be woken, until nothing changes. */
static void find_dead(
	const struct stuck_wait *waits, size_t count, struct stuck_verdict *verdict)
{
	struct living living = { 0 };
	bool changed = true;

	for (size_t i = 0; i < count; i++)
		verdict->is_dead[i] = true;
	while (changed) {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			if (!verdict->is_dead[i] ||
				stays_dead(&waits[i], verdict->is_dead, &living))
				continue;
			verdict->is_dead[i] = false;
			living.any = changed = true;
			living.any_not_parked |= !waits[i].is_parked;
		}
	}
}

static bool waits_for_thread(const struct stuck_wait *wait)
{
	return wait->waker == WAKER_THREAD;
}

/*
 * Follows the owners from each dead thread; `seen` has the number of the walk that first came
 * by, so that a walk which meets itself has found a cycle.
 */
static void find_cycles(const struct stuck_wait *waits, size_t count, size_t *seen,
	struct stuck_verdict *verdict)
{
	for (size_t i = 0; i < count; i++) {
		size_t walk = i + 1;
		size_t at = i;

		while (verdict->is_dead[at] && !seen[at] && waits_for_thread(&waits[at])) {
			seen[at] = walk;
			at = waits[at].owner;
		}
		if (seen[at] != walk)
			continue;
		if (verdict->cycle_count++)
			continue;
		for (size_t next = at; verdict->cycle_len == 0 || next != at;
			next = waits[next].owner)
			verdict->cycle[verdict->cycle_len++] = next;
	}
}

static enum verdict_kind deadlock_kind(
	const struct stuck_wait *waits, size_t count, struct stuck_verdict *verdict)
{
	if (verdict->cycle_len)
		return VERDICT_CYCLE;
	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind == WAIT_ENDED || waits[i].waker != WAKER_NOBODY)
			continue;
		verdict->root = i;
		return VERDICT_ABANDONED;
	}
	return VERDICT_NOBODY;
}

/* Nobody is dead: why then do they not go on? */
static enum verdict_kind harmless_kind(const struct stuck_wait *waits, size_t count)
{
	bool outside = false, time = false;

	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind == WAIT_NOT || waits[i].kind == WAIT_UNSEEN)
			return VERDICT_RUNS;
		outside |= waits[i].waker == WAKER_OUTSIDE || waits[i].kind == WAIT_DESCRIPTOR;
		time |= waits[i].timeout != TIMEOUT_NEVER;
	}
	return outside ? VERDICT_OUTSIDE : time ? VERDICT_TIME : VERDICT_NONE;
}

/* A main thread that has left the others is not missing. */
static size_t count_dead(const struct stuck_wait *waits, size_t count, const bool *is_dead)
{
	size_t dead = 0;

	for (size_t i = 0; i < count; i++)
		dead += is_dead[i] && waits[i].kind != WAIT_ENDED;
	return dead;
}

int graph_judge(const struct stuck_wait *waits, size_t count, struct stuck_verdict *ret_verdict)
{
	struct stuck_verdict verdict = { .root = NO_THREAD };
	size_t *seen = calloc(count + 1, sizeof(*seen));

	verdict.is_dead = calloc(count + 1, sizeof(*verdict.is_dead));
	verdict.cycle = calloc(count + 1, sizeof(*verdict.cycle));
	if (!seen || !verdict.is_dead || !verdict.cycle) {
		free(seen);
		verdict_release(&verdict);
		return -ENOMEM;
	}
	find_dead(waits, count, &verdict);
	find_cycles(waits, count, seen, &verdict);
	free(seen);
	verdict.dead_count = count_dead(waits, count, verdict.is_dead);
	verdict.kind = verdict.dead_count ? deadlock_kind(waits, count, &verdict)
					  : harmless_kind(waits, count);
	*ret_verdict = verdict;
	return 0;
}

void verdict_release(struct stuck_verdict *verdict)
{
	free(verdict->is_dead);
	free(verdict->cycle);
	*verdict = (struct stuck_verdict){ 0 };
}
