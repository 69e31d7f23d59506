/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interleaving as a SARIF code flow: a thread flow for each thread, whose steps are
 * numbered over all of them (executionOrder), so that viewers can show either. See
 * sarif_parts.h.
 */
#include <stdlib.h>

#include "common/op.h"
#include "tool/analysis/interleaving.h"
#include "tool/analysis/naming.h"
#include "tool/report/sarif_parts.h"
#include "tool/report/words.h"

struct flow {
	const struct report *report;
	const struct finding *finding;
	const struct step *steps;
	size_t count;
};

static bool has_place(const struct step *step)
{
	return step->event != WIRE_NONE && step->kind != STEP_OMITTED &&
	       step->kind != STEP_REPEATED && step->thread != WIRE_NONE;
}

/* The standard's words for what happens at a step, as far as it has any. */
static json_t *make_kinds(uint32_t op)
{
	switch (op) {
	case OP_MUTEX_LOCK:
	case OP_RWLOCK_RDLOCK:
	case OP_RWLOCK_WRLOCK:
		return json_pack("[s, s]", "acquire", "lock");
	case OP_MUTEX_UNLOCK:
	case OP_RWLOCK_UNLOCK:
		return json_pack("[s, s]", "release", "lock");
	case OP_READ:
	case OP_ATOMIC_LOAD:
		return json_pack("[s]", "memory");
	default:
		return json_array();
	}
}

/* "lock balance_lock", "switched away before: reads balance" */
static void name_step(const struct flow *flow, const struct step *step, char words[])
{
	const struct recording *recording = flow->finding->recording;
	const struct wire_event *event = &recording->events[step->event];
	char operation[WORDS_OPERATION], text[WORDS_CHOICE];
	const char *choice = words_choice(step, text);

	words_operation(recording, flow->finding->symbols, step->event, operation);
	if (step->kind != STEP_PREEMPTED && step->kind != STEP_WAITS)
		words_add_result(event, flow->finding->symbols, operation);
	snprintf(words, 2 * WORDS_OPERATION, "%s%s%s%s%s%s",
		step->kind == STEP_PREEMPTED ? "preempted before: " : "", operation,
		step->kind == STEP_WAITS ? " (waits)" : "", choice ? " (" : "",
		choice ? choice : "", choice ? ")" : "");
}

static json_t *make_step(const struct flow *flow, size_t index)
{
	const struct step *step = &flow->steps[index];
	const struct recording *recording = flow->finding->recording;
	const struct wire_event *event = &recording->events[step->event];
	bool is_important =
		step->kind == STEP_PREEMPTED || step->kind == STEP_WAITS || step->decision;
	struct symbol_frame frame;
	char words[2 * WORDS_OPERATION];

	name_step(flow, step, words);
	naming_display(recording, flow->finding->symbols, event->stack, event->pc, &frame);
	return json_pack("{s:o, s:i, s:s, s:o}", "location",
		sarif_location(flow->report, &frame, words), "executionOrder", (int)index + 1,
		"importance", is_important ? "essential" : "important", "kinds",
		make_kinds(event->op));
}

/* Null for a thread of which no step is told. */
static json_t *make_thread_flow(const struct flow *flow, uint32_t thread)
{
	const struct finding *finding = flow->finding;
	json_t *steps = json_array();
	char name[NAMING_SIZE];

	for (size_t i = 0; i < flow->count; i++)
		if (flow->steps[i].thread == thread && has_place(&flow->steps[i]))
			steps = sarif_append(steps, make_step(flow, i));
	if (steps && json_array_size(steps) == 0) {
		json_decref(steps);
		return json_null();
	}
	naming_thread(finding->recording, finding->symbols, thread, name);
	return json_pack("{s:o, s:{s:o}, s:o}", "id",
		sarif_text(finding->recording->threads[thread].path), "message", "text",
		sarif_text(name), "locations", steps);
}

static json_t *make_thread_flows(const struct flow *flow)
{
	json_t *flows = json_array();

	for (uint32_t i = 0; i < flow->finding->recording->thread_count; i++) {
		json_t *thread_flow = make_thread_flow(flow, i);

		if (!json_is_null(thread_flow))
			flows = sarif_append(flows, thread_flow);
	}
	return flows;
}

json_t *sarif_flows(const struct report *report, const struct finding *finding)
{
	struct flow flow = { .report = report, .finding = finding };
	json_t *flows;
	struct step *steps;

	if (finding->unrepeated)
		return json_array();
	if (interleaving_new(finding->recording, &steps, &flow.count) < 0)
		return NULL;
	flow.steps = steps;
	flows = make_thread_flows(&flow);
	free(steps);
	if (flows && json_array_size(flows) == 0)
		return flows;
	return json_pack("[{s:{s:s}, s:o}]", "message", "text", "how it came about",
		"threadFlows", flows);
}
