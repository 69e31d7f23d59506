/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign as JSON. The fields are documented in docs/json.md and described by
 * docs/schema/campaign.json; both change with this file.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/interleaving.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/naming.h"
#include "tool/analysis/block.h"
#include "tool/analysis/naming_memory.h"
#include "tool/analysis/race.h"
#include "tool/analysis/thread_birth.h"
#include "tool/analysis/wait_graph.h"
#include "tool/analysis/wakers.h"
#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/utf8.h"
#include "tool/report/words.h"
#include "tool/trace/names.h"

/* Text, or null. */
static json_t *make_string(const char *text)
{
	char *copy = text ? utf8_copy(text) : NULL;
	json_t *string = copy ? json_string(copy) : NULL;

	free(copy);
	return text ? string : json_null();
}

/* 64 bits don't fit the numbers of most JSON readers. */
static json_t *make_hash(uint64_t hash)
{
	return json_sprintf("%016llx", (unsigned long long)hash);
}

static json_t *make_count(uint64_t count)
{
	return json_integer((json_int_t)count);
}

/* Failures to allocate leave a NULL in it, which `set` and `append` turn into an error. */
struct out {
	int error;
};

static void set(struct out *out, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		out->error = -ENOMEM;
}

static void append(struct out *out, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		out->error = -ENOMEM;
}

static json_t *make_place(struct out *out, const struct symbol_frame *frame)
{
	json_t *place = json_object();

	set(out, place, "function", make_string(frame->function));
	set(out, place, "file", make_string(frame->file));
	set(out, place, "line", frame->line ? make_count(frame->line) : json_null());
	set(out, place, "module", make_string(frame->module));
	set(out, place, "offset", make_count(frame->module_offset));
	return place;
}

/* ---- threads ---- */

static const char *state_name(const struct wire_thread *thread)
{
	switch (thread->state) {
	case WIRE_THREAD_WAITING:
		return "waiting";
	case WIRE_THREAD_FINISHED:
		return "finished";
	default:
		return thread->spinning ? "spinning" : "runnable";
	}
}

static json_t *make_stack(
	struct out *out, const struct finding *finding, uint32_t stack, uint64_t pc)
{
	struct symbol_frame frames[NAMING_FRAMES];
	size_t count = naming_stack(finding->recording, finding->symbols, stack, pc, frames);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		append(out, array, make_place(out, &frames[i]));
	return array;
}

static json_t *make_held(struct out *out, const struct finding *finding, uint32_t thread)
{
	const struct recording *recording = finding->recording;
	json_t *array = json_array();
	char name[NAMING_SIZE];

	for (uint32_t i = 0; i < recording->object_count; i++) {
		const struct wire_object *object = &recording->objects[i];

		for (uint32_t j = 0; j < object->holder_count && j < WIRE_HOLDERS; j++)
			if (object->holders[j] == thread)
				append(out, array,
					make_string(naming_object(
						recording, finding->symbols, i, name)));
	}
	return array;
}

/* Who has what the thread waits for, and where each of them took it. */
static json_t *make_held_by(struct out *out, const struct finding *finding, uint32_t number)
{
	const struct recording *recording = finding->recording;
	const struct wire_thread *thread = &recording->threads[number];
	json_t *array = json_array();
	uint32_t holder;

	for (uint32_t n = 0; (holder = wait_graph_edge(recording, number, n)) != WIRE_NONE;
		n++) {
		const struct wire_object *object = &recording->objects[thread->wait_object];
		json_t *entry = json_object();
		bool joins = object->kind == WIRE_OBJECT_THREAD;

		set(out, entry, "thread", make_string(recording->threads[holder].path));
		set(out, entry, "acquired",
			joins ? json_array()
			      : make_stack(out, finding, object->holder_stacks[n],
					object->holder_pcs[n]));
		append(out, array, entry);
	}
	return array;
}

/* Who ended waits of that sort before, when nothing says who was to end this one. */
static json_t *make_woken_by(struct out *out, const struct finding *finding, uint32_t number)
{
	const struct recording *recording = finding->recording;
	const struct wire_thread *thread = &recording->threads[number];
	json_t *array = json_array();
	struct waker *wakers = NULL;
	int count = 0;

	if (thread->state == WIRE_THREAD_WAITING && thread->wait_object != WIRE_NONE)
		count = wakers_find(recording, thread->wait_object, &wakers);
	if (count < 0)
		out->error = count;
	for (int i = 0; i < count; i++) {
		const struct wire_event *event = &recording->events[wakers[i].event];
		json_t *entry = json_object();

		set(out, entry, "thread",
			make_string(recording->threads[wakers[i].thread].path));
		set(out, entry, "times", make_count(wakers[i].count));
		set(out, entry, "last", make_stack(out, finding, event->stack, event->pc));
		append(out, array, entry);
	}
	free(wakers);
	return array;
}

/* What part the thread has in the failure: one of those it is about, or one that waits for
 * them. */
static json_t *make_role(struct out *out, const struct finding *finding, uint32_t number)
{
	const struct wire_thread *thread = &finding->recording->threads[number];
	uint32_t *involved = NULL;
	bool is_cycle, is_involved = false;
	int count;

	if (!finding_is_deadlock(finding->kind) && finding->kind != FINDING_LIVELOCK)
		return json_null();
	count = locations_involved(finding->recording, finding->kind, &involved, &is_cycle);
	if (count < 0)
		out->error = count;
	for (int i = 0; i < count; i++)
		is_involved |= involved[i] == number;
	free(involved);
	if (is_involved)
		return json_string(is_cycle ? "cycle" : "origin");
	return thread->state == WIRE_THREAD_WAITING ? json_string("bystander") : json_null();
}

static json_t *make_thread(struct out *out, const struct finding *finding, uint32_t number)
{
	const struct wire_thread *thread = &finding->recording->threads[number];
	json_t *object = json_object();
	char name[NAMING_SIZE];

	set(out, object, "path", make_string(thread->path));
	set(out, object, "name", make_string(thread->name[0] ? thread->name : NULL));
	set(out, object, "state", json_string(state_name(thread)));
	set(out, object, "operation", json_string(op_name(thread->op)));
	set(out, object, "waits_for",
		thread->state == WIRE_THREAD_WAITING
			? make_string(naming_object(finding->recording, finding->symbols,
				  thread->wait_object, name))
			: json_null());
	set(out, object, "holds", make_held(out, finding, number));
	set(out, object, "role", make_role(out, finding, number));
	set(out, object, "held_by", make_held_by(out, finding, number));
	set(out, object, "woken_by", make_woken_by(out, finding, number));
	set(out, object, "stack",
		thread->state == WIRE_THREAD_FINISHED
			? json_array()
			: make_stack(out, finding, thread->stack, thread->pc));
	return object;
}

static json_t *make_threads(struct out *out, const struct finding *finding)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < finding->recording->thread_count && !finding->unrepeated; i++)
		append(out, array, make_thread(out, finding, i));
	return array;
}

/* ---- the interleaving ---- */

static const char *step_name(enum step_kind kind)
{
	switch (kind) {
	case STEP_RUNS:
		return "runs";
	case STEP_RESUMES:
		return "resumes";
	case STEP_PREEMPTED:
		return "preempted";
	case STEP_WAITS:
		return "waits";
	case STEP_YIELDS:
		return "yields";
	case STEP_ENDS:
		return "ends";
	case STEP_REPEATED:
		return "repeated";
	default:
		return "omitted";
	}
}

static json_t *make_step(
	struct out *out, const struct finding *finding, const struct step *step)
{
	const struct recording *recording = finding->recording;
	json_t *object = json_object();
	struct symbols *symbols = finding->symbols;
	char words[WORDS_OPERATION], value[WORDS_VALUE], before[WORDS_VALUE];
	char choice[WORDS_CHOICE];
	const struct wire_event *event;
	struct symbol_frame frame;

	set(out, object, "thread",
		step->thread == WIRE_NONE ? json_null()
					  : make_string(recording->threads[step->thread].path));
	set(out, object, "step", json_string(step_name(step->kind)));
	if (step->event == WIRE_NONE || step->kind == STEP_OMITTED) {
		set(out, object, "count", make_count(step->count));
		if (step->kind == STEP_REPEATED)
			set(out, object, "length", make_count(step->length));
		return object;
	}
	event = &recording->events[step->event];
	words_operation(recording, finding->symbols, step->event, words);
	naming_display(recording, finding->symbols, event->stack, event->pc, &frame);
	set(out, object, "operation", make_string(words));
	if (step->kind != STEP_PREEMPTED && step->kind != STEP_WAITS) {
		set(out, object, "value", make_string(words_value(event, symbols, value)));
		set(out, object, "before", make_string(words_before(event, symbols, before)));
	}
	set(out, object, "chosen", make_string(words_choice(step, choice)));
	set(out, object, "location", make_place(out, &frame));
	return object;
}

static json_t *make_interleaving(struct out *out, const struct finding *finding)
{
	json_t *array = json_array();
	struct step *steps;
	size_t count;

	if (finding->unrepeated)
		return array;
	if (interleaving_new(finding->recording, &steps, &count) < 0) {
		out->error = -ENOMEM;
		return array;
	}
	for (size_t i = 0; i < count; i++)
		append(out, array, make_step(out, finding, &steps[i]));
	free(steps);
	return array;
}

/* ---- findings ---- */

static json_t *make_location(struct out *out, const struct finding_location *location)
{
	json_t *object = json_object();

	set(out, object, "role", json_string(location->role));
	set(out, object, "thread", make_string(location->thread));
	set(out, object, "function", make_string(location->function));
	set(out, object, "file", make_string(location->file));
	set(out, object, "line", location->line ? make_count(location->line) : json_null());
	set(out, object, "module", make_string(location->module));
	set(out, object, "offset", make_count(location->module_offset));
	return object;
}

static json_t *make_locations(struct out *out, const struct finding *finding)
{
	json_t *array = json_array();

	for (size_t i = 0; i < finding->location_count; i++)
		append(out, array, make_location(out, &finding->locations[i]));
	return array;
}

/* ---- data races ---- */

static json_t *make_locks(
	struct out *out, const struct finding *finding, const struct wire_access *access)
{
	json_t *array = json_array();
	char name[NAMING_SIZE];

	for (uint32_t i = 0; i < access->held_count && i < WIRE_HELD; i++)
		append(out, array,
			make_string(naming_object(
				finding->recording, finding->symbols, access->held[i], name)));
	return array;
}

/* Where the thread was created; empty for main. */
static json_t *make_birth(struct out *out, const struct finding *finding, uint32_t thread)
{
	const struct recording *recording = finding->recording;
	uint32_t event = thread_birth(recording, thread);
	uint32_t stack = event == WIRE_NONE ? WIRE_NONE : recording->events[event].stack;

	if (thread == WIRE_NONE || thread == 0)
		return json_array();
	return make_stack(out, finding, stack, recording->threads[thread].create_pc);
}

static json_t *make_access(
	struct out *out, const struct finding *finding, const struct wire_access *access)
{
	const struct recording *recording = finding->recording;
	json_t *object = json_object();

	set(out, object, "thread",
		access->thread == WIRE_NONE
			? json_null()
			: make_string(recording->threads[access->thread].path));
	set(out, object, "access", json_string(race_access_name(access)));
	set(out, object, "size", make_count(access->size));
	set(out, object, "holds", make_locks(out, finding, access));
	set(out, object, "stack", make_stack(out, finding, access->stack, access->pc));
	set(out, object, "thread_created", make_birth(out, finding, access->thread));
	return object;
}

/* The heap block that the race is on, or null. */
static json_t *make_block(
	struct out *out, const struct finding *finding, const struct wire_race *race)
{
	const struct recording *recording = finding->recording;
	const struct wire_block *block = block_around(recording, race->earlier.address);
	json_t *object;

	if (!block)
		return json_null();
	object = json_object();
	set(out, object, "size", make_count(block->size));
	set(out, object, "offset", make_count(race->earlier.address - block->address));
	set(out, object, "thread",
		block->alloc_thread == WIRE_NONE
			? json_null()
			: make_string(recording->threads[block->alloc_thread].path));
	set(out, object, "allocated",
		make_stack(out, finding, block->alloc_stack, block->alloc_pc));
	return object;
}

static const char *effect_name(enum race_effect effect)
{
	switch (effect) {
	case RACE_EFFECT_NONE:
		return "none";
	case RACE_EFFECT_DIFFERS:
		return "differs";
	case RACE_EFFECT_FAILS:
		return "fails";
	default:
		return "unknown";
	}
}

static json_t *make_race(struct out *out, const struct finding *finding)
{
	const struct recording *recording = finding->recording;
	const struct wire_race *race;
	json_t *object, *accesses;
	char memory[NAMING_SIZE];

	if (finding->kind != FINDING_DATA_RACE || recording->race >= recording->race_count)
		return json_null();
	race = &recording->races[recording->race];
	object = json_object();
	accesses = json_array();
	append(out, accesses, make_access(out, finding, &race->earlier));
	append(out, accesses, make_access(out, finding, &race->later));
	set(out, object, "memory",
		make_string(naming_memory(recording, finding->symbols, &race->later, memory)));
	set(out, object, "block", make_block(out, finding, race));
	set(out, object, "accesses", accesses);
	set(out, object, "effect", json_string(effect_name(finding->effect)));
	set(out, object, "effect_words", make_string(finding->effect_words));
	set(out, object, "leads_to", make_string(finding->leads_to));
	return object;
}

static void set_result(struct out *out, json_t *object, const struct finding *finding)
{
	const struct wire_result *result = &finding->recording->result;
	bool by_signal = result->verdict == WIRE_VERDICT_SIGNAL;
	bool by_exit = result->verdict == WIRE_VERDICT_EXIT;

	set(out, object, "message", make_string(result->message[0] ? result->message : NULL));
	set(out, object, "signal", by_signal ? json_integer(result->value) : json_null());
	set(out, object, "exit_status", by_exit ? json_integer(result->value) : json_null());
	set(out, object, "output", make_string(finding->output));
}

static json_t *make_explanation(struct out *out, const struct finding *finding)
{
	json_t *object = finding->story ? json_object() : json_null();

	if (!finding->story)
		return object;
	set(out, object, "kind", json_string(finding->story_kind));
	set(out, object, "title", make_string(finding->story_title));
	set(out, object, "sentence", make_string(finding->story));
	set(out, object, "suggestion", make_string(finding->suggestion));
	return object;
}

static json_t *make_finding(struct out *out, const struct finding *finding)
{
	const struct recording *recording = finding->recording;
	json_t *object = json_object();

	set(out, object, "kind", json_string(finding_kind_name(finding->kind)));
	set(out, object, "name", make_string(finding->name));
	set(out, object, "title", json_string(rule_of(finding->kind)->title));
	set(out, object, "severity", json_string(severity_name(finding_severity(finding))));
	set(out, object, "misuse",
		make_string(
			recording->misuse < recording->misuse_count
				? wire_misuse_name(recording->misuses[recording->misuse].kind)
				: NULL));
	set(out, object, "summary", make_string(finding->summary));
	set(out, object, "fingerprint", make_hash(finding->fingerprint));
	set(out, object, "first_execution", make_count(finding->first_execution));
	set(out, object, "times_seen", make_count(finding->times_seen));
	set(out, object, "deterministic", json_boolean(finding->deterministic));
	set(out, object, "reason", make_string(finding->reason));
	set(out, object, "replays", make_count(finding->replays));
	set(out, object, "replays_reproduced", make_count(finding->replays_reproduced));
	set(out, object, "preemptions",
		finding->replays ? make_count(finding->preemptions) : json_null());
	set(out, object, "minimal",
		finding->replays ? json_boolean(finding->minimal) : json_null());
	set(out, object, "executions_spent", make_count(finding->executions_spent));
	set(out, object, "schedule", make_string(finding->schedule_path));
	set(out, object, "hash", finding->replays ? make_hash(finding->hash) : json_null());
	set_result(out, object, finding);
	set(out, object, "explanation", make_explanation(out, finding));
	set(out, object, "locations", make_locations(out, finding));
	set(out, object, "race", make_race(out, finding));
	set(out, object, "threads", make_threads(out, finding));
	set(out, object, "interleaving", make_interleaving(out, finding));
	return object;
}

/* ---- the campaign ---- */

static json_t *make_limits(struct out *out, uint32_t limits)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{ WIRE_LIMIT_EXTERNAL_INPUT, "external-input" },
		{ WIRE_LIMIT_FORKED, "forked" },
		{ WIRE_LIMIT_FOREIGN_THREAD, "foreign-thread" },
		{ WIRE_LIMIT_RECORD_FULL, "record-full" },
		{ WIRE_LIMIT_IO_URING, "io-uring" },
		{ WIRE_LIMIT_RACES, "races" },
		{ WIRE_LIMIT_SIGNAL_AWAITED, "signal-awaited" },
		{ WIRE_LIMIT_SYSTEM_CALL, "system-call" },
		{ WIRE_LIMIT_OBSERVATIONS, "observations" },
	};
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (limits & names[i].bit)
			append(out, array, json_string(names[i].name));
	return array;
}

static json_t *make_command(struct out *out, char *const *command)
{
	json_t *array = json_array();

	for (; command && *command; command++)
		append(out, array, make_string(*command));
	return array;
}

static json_t *make_report(struct out *out, const struct report *report)
{
	json_t *root = json_object();
	json_t *findings = json_array();

	set(out, root, "version", json_integer(REPORT_JSON_VERSION));
	set(out, root, "weft", json_string(WEFT_VERSION));
	set(out, root, "command", make_command(out, report->command));
	set(out, root, "strategy", make_string(report->strategy));
	set(out, root, "seed", json_sprintf("%llu", (unsigned long long)report->seed));
	set(out, root, "carrier", json_string(carrier_name(report->carrier)));
	set(out, root, "model", json_string(model_name(report->model)));
	set(out, root, "points", json_string(points_name(report->points)));
	set(out, root, "jobs", json_integer(report->jobs));
	set(out, root, "executions", make_count(report->executions));
	set(out, root, "seconds", json_real((double)report->elapsed_ns / 1e9));
	set(out, root, "failures", make_count(report->failures));
	set(out, root, "behaviours", make_count(report->behaviours));
	set(out, root, "threads_max", make_count(report->threads_max));
	set(out, root, "limits", make_limits(out, report->limits));
	set(out, root, "suppressed_races", make_count(report->suppressed_races));
	set(out, root, "suppressed", make_count(report->suppressed));
	set(out, root, "interrupted", json_boolean(report->interrupted));
	set(out, root, "error", make_string(report->error));
	for (size_t i = 0; i < report->finding_count; i++)
		append(out, findings, make_finding(out, report->findings[i]));
	set(out, root, "findings", findings);
	return root;
}

static int write_json(const struct report *report, FILE *stream)
{
	struct out out = { 0 };
	json_t *root = make_report(&out, report);
	int r = out.error;

	if (r == 0 && json_dumpf(root, stream, JSON_INDENT(2)) < 0)
		r = -EIO;
	json_decref(root);
	if (r == 0 && (fputc('\n', stream) == EOF || fflush(stream) != 0))
		r = -EIO;
	return r;
}

const struct report_ops report_json = { .name = "json", .write = write_json };
