/* SPDX-License-Identifier: Apache-2.0 */
/* The first difference of two recorded executions; see divergence.h. */
#include "tool/analysis/divergence.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/op.h"
#include "tool/analysis/naming.h"

/* Addresses and values may differ from one image to the next; what was done may not. */
static bool same_event(const struct wire_event *a, const struct wire_event *b)
{
	return a->thread == b->thread && a->op == b->op && a->pc == b->pc &&
	       a->object == b->object && a->decision == b->decision && a->chosen == b->chosen &&
	       a->usual == b->usual && a->result == b->result;
}

bool divergence_find(const struct recording *a, const struct recording *b, size_t *ret_event)
{
	size_t count = a->event_count < b->event_count ? a->event_count : b->event_count;
	size_t i = 0;

	while (i < count && same_event(&a->events[i], &b->events[i]))
		i++;
	*ret_event = i;
	return i < a->event_count || i < b->event_count;
}

static void describe_event(const struct recording *recording, struct symbols *symbols, size_t i,
	char text[2 * NAMING_SIZE])
{
	char thread[NAMING_SIZE], place[NAMING_SIZE];
	const struct wire_event *event;
	struct symbol_frame frame;

	if (i >= recording->event_count) {
		snprintf(text, 2 * NAMING_SIZE, "the execution had ended");
		return;
	}
	event = &recording->events[i];
	symbols_display_frame(symbols, event->pc, true, &frame);
	snprintf(text, 2 * NAMING_SIZE, "%s was at %s in %s",
		naming_thread(recording, symbols, event->thread, thread), op_name(event->op),
		naming_frame(&frame, place));
}

const char *divergence_limit(uint32_t limits)
{
	if (limits & WIRE_LIMIT_EXTERNAL_INPUT)
		return "the program waited for something outside of it";
	if (limits & WIRE_LIMIT_FORKED)
		return "a child process ran outside of the schedule";
	if (limits & WIRE_LIMIT_FOREIGN_THREAD)
		return "the program has threads that weft did not see being created";
	if (limits & WIRE_LIMIT_RECORD_FULL)
		return "the record of the execution did not fit";
	return "";
}

char *divergence_describe(
	const struct recording *a, const struct recording *b, struct symbols *symbols)
{
	char one[2 * NAMING_SIZE], other[2 * NAMING_SIZE];
	const char *limit = divergence_limit(a->result.limits | b->result.limits);
	char *text = NULL;
	size_t event;
	int r;

	if (divergence_find(a, b, &event)) {
		describe_event(a, symbols, event, one);
		describe_event(b, symbols, event, other);
		r = asprintf(&text,
			"two executions of the same schedule differ from event %zu on: in one "
			"%s, in the other %s%s%s",
			event + 1, one, other, limit[0] ? "; " : "", limit);
	} else {
		r = asprintf(&text, "the same events ended differently%s%s",
			limit[0] ? "; " : "", limit);
	}
	return r < 0 ? NULL : text;
}
