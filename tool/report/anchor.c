/* SPDX-License-Identifier: Apache-2.0 */
/* Where a finding is shown; see anchor.h. */
#include "tool/report/anchor.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tool/analysis/interleaving.h"
#include "tool/analysis/naming.h"

static bool has_place(const struct finding *finding, const struct step *step)
{
	return step->event != WIRE_NONE && step->kind != STEP_OMITTED &&
	       step->thread < finding->recording->thread_count;
}

static bool is_switch(const struct step *step)
{
	return step->kind == STEP_PREEMPTED || step->kind == STEP_RESUMES || step->switched;
}

/* The last step with a source line that is a switch; if none is, the last with a line. */
static void find_switch(const struct finding *finding, const struct step *steps, size_t count,
	struct anchor *ret)
{
	const struct recording *recording = finding->recording;
	bool is_switched = false;

	for (size_t i = count; i-- > 0 && !is_switched;) {
		const struct wire_event *event;
		struct symbol_frame frame;

		if (!has_place(finding, &steps[i]) || (ret->file && !is_switch(&steps[i])))
			continue;
		event = &recording->events[steps[i].event];
		naming_display(recording, finding->symbols, event->stack, event->pc, &frame);
		if (!frame.file || !frame.line || frame.is_system)
			continue;
		is_switched = is_switch(&steps[i]);
		ret->role = is_switched ? "switched here" : "last seen here";
		ret->thread = recording->threads[steps[i].thread].path;
		ret->function = frame.function;
		ret->file = frame.file;
		ret->line = frame.line;
	}
}

int anchor_find(const struct finding *finding, struct anchor *ret)
{
	struct step *steps;
	size_t count;

	*ret = (struct anchor){ .location = finding->location_count };
	for (size_t i = 0; i < finding->location_count; i++) {
		const struct finding_location *location = &finding->locations[i];

		if (!location->file || !location->line)
			continue;
		*ret = (struct anchor){
			.role = location->role,
			.thread = location->thread,
			.function = location->function,
			.file = location->file,
			.line = location->line,
			.location = i,
		};
		return 0;
	}
	if (finding->unrepeated)
		return 0;
	if (interleaving_new(finding->recording, &steps, &count) < 0)
		return -ENOMEM;
	find_switch(finding, steps, count, ret);
	free(steps);
	return 0;
}
