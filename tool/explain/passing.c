/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for an execution that passes; see passing.h. */
#include "tool/explain/passing.h"

#include <errno.h>
#include <stdlib.h>

#include "common/op.h"
#include "tool/launch/clock.h"

#define TRIALS 12
#define TIME_LIMIT_NS (8 * NS_PER_S)

static bool is_access(const struct wire_event *event)
{
	switch (event->op) {
	case OP_READ:
	case OP_WRITE:
		return event->decision == WIRE_DECISION_NONE && event->pc;
	default:
		return false;
	}
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

int passing_points(const struct recording *recording, uint64_t **ret_points, size_t *ret_count)
{
	uint64_t *points = calloc(recording->event_count + 1, sizeof(*points));
	size_t count = 0, kept = 0;

	if (!points)
		return -ENOMEM;
	for (size_t i = 0; i < recording->event_count; i++)
		if (is_access(&recording->events[i]))
			points[count++] = recording->events[i].pc;
	qsort(points, count, sizeof(*points), by_value);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || points[kept - 1] != points[i])
			points[kept++] = points[i];
	*ret_points = points;
	*ret_count = kept;
	return 0;
}

int passing_find(struct examiner *examiner, const struct finding *finding,
	struct recording **ret_recording, struct diag *diag)
{
	struct server_request request = { 0 };
	uint64_t deadline_ns = clock_now_ns() + TIME_LIMIT_NS;
	uint64_t *points;
	int r = passing_points(finding->recording, &points, &request.point_count);

	*ret_recording = NULL;
	if (r < 0)
		return r;
	request.points = points;
	for (uint32_t i = 0; i < TRIALS && !*ret_recording && r >= 0; i++) {
		struct observation seen = { 0 };

		request.wire = (struct wire_request){
			.strategy = i ? WIRE_STRATEGY_RANDOM : WIRE_STRATEGY_SEQUENTIAL,
			.record = WIRE_RECORD_ACCESSES,
			.execution = i + 1,
			.seed = i + 1,
		};
		r = examine_recorded(examiner, &request, &seen, diag);
		if (r >= 0 && seen.kind == FINDING_NONE) {
			*ret_recording = seen.recording;
			seen.recording = NULL;
		}
		observation_release(&seen);
		if (examiner_is_stopped(examiner) || clock_now_ns() > deadline_ns)
			break;
	}
	free(points);
	return r < 0 ? r : 0;
}
