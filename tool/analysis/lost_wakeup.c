/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that nobody heard, and executions in which somebody did; see lost_wakeup.h. */
#include "tool/analysis/lost_wakeup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/wait_graph.h"

/* Executions in which the signal may be heard. */
#define TRIALS 24

static bool is_signal(const struct wire_event *event)
{
	return event->decision == WIRE_DECISION_NONE &&
	       (event->op == OP_COND_SIGNAL || event->op == OP_COND_BROADCAST);
}

/*
 * By thread, while the events go by: the event of the condition wait that it is in. It comes to
 * the operation, may be switched away from in front of it, and waits once it runs again or
 * another thread does. One that was woken and did not run since counts as still waiting, so
 * that a signal is sooner taken for a heard one.
 */
struct presence {
	uint32_t wait; /* or WIRE_NONE */
	bool away;     /* preempted in front of it */
};

static void follow(struct presence *threads, const struct recording *recording, uint32_t index)
{
	const struct wire_event *event = &recording->events[index];
	struct presence *own;

	if (event->thread == WIRE_NONE)
		return;
	own = &threads[event->thread];
	if (event->decision == WIRE_DECISION_NONE) {
		own->wait = event->op == OP_COND_WAIT ? index : WIRE_NONE;
		own->away = false;
		return;
	}
	if (event->decision == WIRE_DECISION_PREEMPT)
		own->away = event->chosen != event->thread;
	if (event->chosen != WIRE_NONE && event->chosen != event->thread)
		threads[event->chosen].away = false;
}

static bool waits(
	const struct presence *presence, const struct recording *recording, uint32_t object)
{
	return presence->wait != WIRE_NONE && !presence->away &&
	       recording->events[presence->wait].object == object;
}

static bool anyone_waits(
	const struct presence *threads, const struct recording *recording, uint32_t object)
{
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (waits(&threads[i], recording, object))
			return true;
	return false;
}

static struct presence *presence_new(const struct recording *recording)
{
	struct presence *threads = calloc(recording->thread_count + 1, sizeof(*threads));

	for (uint32_t i = 0; threads && i < recording->thread_count; i++)
		threads[i].wait = WIRE_NONE;
	return threads;
}

uint32_t lost_wakeup_signal(const struct recording *recording, uint32_t thread)
{
	uint32_t object = recording->threads[thread].wait_object;
	struct presence *threads;
	uint32_t lost = WIRE_NONE;

	if (object == WIRE_NONE || recording->objects[object].kind != WIRE_OBJECT_COND)
		return WIRE_NONE;
	threads = presence_new(recording);
	for (uint32_t i = 0; threads && i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		follow(threads, recording, i);
		if (is_signal(event) && event->object == object)
			lost = anyone_waits(threads, recording, object) ? WIRE_NONE : i;
	}
	free(threads);
	return lost;
}

bool lost_wakeup_find(const struct recording *recording, struct lost_wakeup *ret_lost)
{
	uint32_t *cycle = NULL;
	int length = wait_graph_cycle(recording, &cycle);

	free(cycle);
	if (length != 0)
		return false;
	for (uint32_t i = 0; i < recording->thread_count; i++) {
		uint32_t signal = wait_graph_is_root(recording, i)
					  ? lost_wakeup_signal(recording, i)
					  : WIRE_NONE;

		if (signal == WIRE_NONE || recording->events[signal].thread == i)
			continue;
		ret_lost->waiter = i;
		ret_lost->signal = signal;
		return true;
	}
	return false;
}

/* What has to meet in another execution: the same two threads at the same two places. */
struct meeting {
	uint64_t waiter; /* path hash */
	uint64_t signaller;
	uint64_t wait_pc;
	uint64_t signal_pc;
};

static bool is_waiter(const struct meeting *meeting, const struct recording *recording,
	const struct presence *presence, uint32_t thread)
{
	return recording_path_hash(recording, thread) == meeting->waiter &&
	       recording->events[presence->wait].pc == meeting->wait_pc;
}

static bool is_heard(const struct meeting *meeting, const struct recording *recording)
{
	struct presence *threads = presence_new(recording);
	bool heard = false;

	for (uint32_t i = 0; threads && i < recording->event_count && !heard; i++) {
		const struct wire_event *event = &recording->events[i];

		follow(threads, recording, i);
		if (!is_signal(event) || event->pc != meeting->signal_pc ||
			recording_path_hash(recording, event->thread) != meeting->signaller)
			continue;
		for (uint32_t t = 0; t < recording->thread_count && !heard; t++)
			heard = waits(&threads[t], recording, event->object) &&
				is_waiter(meeting, recording, &threads[t], t);
	}
	free(threads);
	return heard;
}

int lost_wakeup_confirm(struct examiner *examiner, const struct recording *recording,
	const struct server_request *points, struct diag *diag)
{
	struct server_request request = {
		.points = points->points,
		.point_count = points->point_count,
	};
	struct lost_wakeup lost;
	struct meeting meeting;
	bool heard = false;
	int r = 0;

	if (!lost_wakeup_find(recording, &lost))
		return 0;
	meeting = (struct meeting){
		.waiter = recording_path_hash(recording, lost.waiter),
		.signaller =
			recording_path_hash(recording, recording->events[lost.signal].thread),
		.wait_pc = recording->threads[lost.waiter].pc,
		.signal_pc = recording->events[lost.signal].pc,
	};
	for (uint64_t i = 1; i <= TRIALS && !heard && r >= 0; i++) {
		struct observation seen = { 0 };

		request.wire = (struct wire_request){
			.strategy = i == 1 ? WIRE_STRATEGY_SEQUENTIAL : WIRE_STRATEGY_RANDOM,
			.execution = i,
			.seed = i,
		};
		r = examine_recorded(examiner, &request, &seen, diag);
		heard = r >= 0 && seen.kind == FINDING_NONE &&
			is_heard(&meeting, seen.recording);
		observation_release(&seen);
	}
	return r < 0 ? r : heard;
}
