/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a schedule down from a recording; see draft.h. */
#include "tool/analysis/draft.h"

#include <errno.h>
#include <string.h>

#include "common/bytes.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/naming.h"
#include "tool/analysis/resolve.h"

struct schedule *draft_settings(const struct server_setup *setup)
{
	struct schedule *schedule = schedule_new();

	if (!schedule)
		return NULL;
	schedule->program = schedule_keep(schedule, setup->argv[0]);
	if (!schedule->program)
		goto fail;
	for (char *const *argument = setup->argv + 1; *argument; argument++)
		if (schedule_add_argument(schedule, *argument) < 0)
			goto fail;
	schedule->model = setup->config.model;
	schedule->carrier = setup->config.carrier;
	schedule->points = setup->config.points;
	schedule->realtime_start_ns = setup->config.realtime_start_ns;
	schedule->random_seed = setup->config.random_seed;
	schedule->step_limit = setup->config.step_limit;
	schedule->memory_limit_mib = setup->config.memory_limit_mib;
	schedule->quarantine_mib = setup->config.quarantine_mib;
	return schedule;
fail:
	schedule_free(schedule);
	return NULL;
}

/* For people, where the coordinates don't say it: the user's line that led to the operation. */
static const char *comment_of(const struct recording *recording, struct symbols *symbols,
	const struct wire_event *event, char text[NAMING_SIZE])
{
	struct symbol_frame frame;

	naming_display(recording, symbols, event->stack, event->pc, &frame);
	return frame.is_system ? NULL : naming_frame(&frame, text);
}

/* The decision in words; its location is taken over from the list of all locations. */
static int add_decision(struct schedule *schedule, const struct recording *recording,
	struct symbols *symbols, const struct decision_list *list, size_t i,
	const struct schedule *all)
{
	const struct wire_decision *wire = &list->items[i];
	const struct wire_event *event = &recording->events[list->events[i]];
	struct schedule_decision decision = {
		.location = WIRE_NONE,
		.occurrence = wire->occurrence,
		.repetition = wire->repetition,
		.op = wire->op,
		.kind = wire->kind,
	};
	char comment[NAMING_SIZE];
	int r = 0;

	string_copy(decision.thread, recording->threads[event->thread].path, WIRE_PATH_SIZE);
	if (wire->kind == WIRE_DECISION_PREEMPT || wire->kind == WIRE_DECISION_NEXT)
		string_copy(decision.chosen, recording->threads[event->chosen].path,
			WIRE_PATH_SIZE);
	else
		decision.value = wire->value;
	if (wire->location != WIRE_NONE)
		r = schedule_add_location(
			schedule, &all->locations[wire->location], &decision.location);
	else
		decision.comment = comment_of(recording, symbols, event, comment);
	return r < 0 ? r : schedule_add_decision(schedule, &decision);
}

int draft_decisions(
	struct schedule *schedule, const struct recording *recording, struct symbols *symbols)
{
	struct schedule *all = schedule_new();
	struct line_locations lines = { .symbols = symbols, .schedule = all };
	struct location_map map = line_locations_map(&lines);
	struct decision_list list;
	int r;

	if (!all)
		return -ENOMEM;
	r = decisions_extract(recording, DECISIONS_UNUSUAL, &map, &list);
	line_locations_release(&lines);
	if (r < 0)
		goto out;
	for (size_t i = 0; i < list.count && r >= 0; i++)
		r = add_decision(schedule, recording, symbols, &list, i, all);
	decision_list_release(&list);
out:
	schedule_free(all);
	return r;
}
