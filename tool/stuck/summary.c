/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences for verdicts; see summary.h. */
#include "tool/stuck/summary.h"

#include <stdio.h>
#include <string.h>

#include "tool/stuck/object_name.h"

static size_t count_kind(const struct stuck *stuck, enum wait_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < stuck->snapshot->thread_count; i++)
		count += stuck->waits[i].kind == kind;
	return count;
}

static size_t alive(const struct stuck *stuck)
{
	return stuck->snapshot->thread_count - count_kind(stuck, WAIT_ENDED);
}

static void write_cycle(struct stuck *stuck)
{
	const struct stuck_verdict *verdict = &stuck->verdict;
	size_t len = verdict->cycle_len;
	char name[OBJECT_NAME_SIZE];
	char more[64] = "";

	if (verdict->dead_count > len)
		snprintf(more, sizeof(more), "; %zu more wait for them or are stuck as well",
			verdict->dead_count - len);
	if (len == 1)
		snprintf(stuck->summary, SUMMARY_SIZE, "%s waits for %.*s, %s%s",
			thread_name(stuck->snapshot, verdict->cycle[0], name), 120,
			stuck->waits[verdict->cycle[0]].what,
			stuck->waits[verdict->cycle[0]].kind == WAIT_JOIN
				? "that is itself"
				: "which it holds itself",
			more);
	else
		snprintf(stuck->summary, SUMMARY_SIZE,
			"%zu threads wait for each other in a cycle%s", len, more);
}

static void write_abandoned(struct stuck *stuck)
{
	const struct stuck_verdict *verdict = &stuck->verdict;
	const struct stuck_wait *wait = &stuck->waits[verdict->root];
	char name[OBJECT_NAME_SIZE];
	char more[64] = "";

	if (verdict->dead_count > 1)
		snprintf(more, sizeof(more), "; %zu more threads are stuck as well",
			verdict->dead_count - 1);
	snprintf(stuck->summary, SUMMARY_SIZE, "%s waits for %.*s, %.*s%s",
		thread_name(stuck->snapshot, verdict->root, name), 120, wait->what, 160,
		wait->whom, more);
}

static bool is_reader_cycle(const struct stuck *stuck)
{
	for (size_t i = 0; i < stuck->snapshot->thread_count; i++)
		if (stuck->verdict.is_dead[i] && stuck->waits[i].waker == WAKER_READERS)
			return true;
	return false;
}

static void write_nobody(struct stuck *stuck)
{
	size_t dead = stuck->verdict.dead_count;

	if (is_reader_cycle(stuck))
		snprintf(stuck->summary, SUMMARY_SIZE,
			"a rwlock is held by readers that are among those who wait: %zu "
			"threads "
			"can never go on",
			dead);
	else if (dead == 1)
		snprintf(stuck->summary, SUMMARY_SIZE,
			"the only thread waits for what no other can bring about");
	else
		snprintf(stuck->summary, SUMMARY_SIZE,
			"no thread can ever run again: each of the %zu waits for another to do "
			"something, and nothing from outside can end that",
			dead);
}

/* Waits that would be a deadlock, if only it were certain that nobody else can help. */
static const char *reservation(const struct stuck *stuck)
{
	size_t readers = 0, unsure = 0;

	for (size_t i = 0; i < stuck->snapshot->thread_count; i++) {
		const struct stuck_wait *wait = &stuck->waits[i];

		readers += wait->waker == WAKER_READERS;
		unsure += wait->by_handler && wait->kind != WAIT_DESCRIPTOR &&
			  wait->waker == WAKER_OUTSIDE;
	}
	if (readers)
		return "; a rwlock is held by readers, and a deadlock if they are among the "
		       "threads that wait";
	if (unsure && stuck->snapshot->core)
		return "; whether a signal handler could end it a core file does not say";
	return unsure ? "; a signal handler of the process could end some of it" : "";
}

static void write_harmless(struct stuck *stuck)
{
	size_t count = alive(stuck);
	size_t running = count_kind(stuck, WAIT_NOT);
	size_t unseen = count_kind(stuck, WAIT_UNSEEN);

	switch (stuck->verdict.kind) {
	case VERDICT_RUNS:
		snprintf(stuck->summary, SUMMARY_SIZE, "%zu of %zu threads %s%s",
			running + unseen, count, running ? "run" : "are busy in the kernel",
			reservation(stuck));
		break;
	case VERDICT_OUTSIDE:
		snprintf(stuck->summary, SUMMARY_SIZE, "%s, for the outside at least in part%s",
			count == 1 ? "the only thread waits" : "all threads wait",
			reservation(stuck));
		break;
	case VERDICT_TIME:
		snprintf(stuck->summary, SUMMARY_SIZE, "%s until some time has passed%s",
			count == 1 ? "the only thread waits" : "all threads wait, some",
			reservation(stuck));
		break;
	default:
		snprintf(stuck->summary, SUMMARY_SIZE,
			"the threads are about to go on: their waits are over");
	}
}

void summary_write(struct stuck *stuck)
{
	switch (stuck->verdict.kind) {
	case VERDICT_CYCLE:
		write_cycle(stuck);
		break;
	case VERDICT_ABANDONED:
		write_abandoned(stuck);
		break;
	case VERDICT_NOBODY:
		write_nobody(stuck);
		break;
	default:
		write_harmless(stuck);
	}
}
