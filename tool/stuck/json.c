/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer as JSON. The fields are documented in docs/json.md and described by
 * docs/schema/stuck.json; both change with this file.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tool/stuck/stuck.h"

#define STUCK_JSON_VERSION 1

/* Names may hold anything: what is no UTF-8 becomes '?', byte by byte. */
static json_t *make_string(const char *text)
{
	json_t *string = text && *text ? json_string(text) : json_null();
	char *copy;

	if (string)
		return string;
	copy = strdup(text);
	for (char *c = copy; copy && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = copy ? json_string(copy) : NULL;
	free(copy);
	return string;
}

/* Failures to allocate leave a NULL in it, which turns into an error. */
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

static json_t *make_address(uint64_t address)
{
	return address ? json_sprintf("0x%llx", (unsigned long long)address) : json_null();
}

static json_t *make_place(struct out *out, const struct symbol_frame *frame)
{
	json_t *place = json_object();

	set(out, place, "function", make_string(frame->function));
	set(out, place, "file", make_string(frame->file));
	set(out, place, "line", frame->line ? json_integer(frame->line) : json_null());
	set(out, place, "module", make_string(frame->module));
	set(out, place, "offset", json_integer((json_int_t)frame->module_offset));
	return place;
}

static json_t *make_tid(const struct stuck *stuck, size_t thread)
{
	return json_integer(stuck->snapshot->threads[thread].tid);
}

static const char *waker_name(enum waker waker)
{
	static const char *const names[] = {
		[WAKER_ITSELF] = "itself",
		[WAKER_OUTSIDE] = "outside",
		[WAKER_ANY_THREAD] = "any-thread",
		[WAKER_READERS] = "readers",
		[WAKER_THREAD] = "thread",
		[WAKER_NOBODY] = "nobody",
	};

	return names[waker];
}

static json_t *make_seconds(const struct stuck_wait *wait, enum call_timeout kind)
{
	return wait->timeout == kind ? json_real((double)wait->timeout_ns / 1e9) : json_null();
}

static json_t *make_wait(
	struct out *out, const struct stuck *stuck, const struct stuck_wait *wait)
{
	json_t *object = json_object();

	set(out, object, "kind", json_string(wait_kind_name(wait->kind)));
	set(out, object, "what", make_string(wait->what));
	set(out, object, "whom", make_string(wait->whom));
	set(out, object, "object", make_address(wait->object));
	set(out, object, "function", make_string(wait->function));
	set(out, object, "system_call", make_string(wait->call));
	set(out, object, "ended_by", json_string(waker_name(wait->waker)));
	set(out, object, "thread",
		wait->waker == WAKER_THREAD ? make_tid(stuck, wait->owner) : json_null());
	set(out, object, "readers", wait->readers ? json_integer(wait->readers) : json_null());
	set(out, object, "has_timeout", json_boolean(wait->timeout != TIMEOUT_NEVER));
	set(out, object, "seconds_left", make_seconds(wait, TIMEOUT_REMAINING));
	set(out, object, "seconds_in_all", make_seconds(wait, TIMEOUT_WHOLE));
	return object;
}

static const char *state_name(const struct stuck_wait *wait)
{
	switch (wait->kind) {
	case WAIT_NOT:
	case WAIT_UNSEEN:
		return "running";
	case WAIT_ENDED:
		return "finished";
	default:
		return "waiting";
	}
}

static json_t *make_thread(struct out *out, const struct stuck *stuck, size_t thread)
{
	const struct stuck_wait *wait = &stuck->waits[thread];
	const struct stuck_stack *stack = &stuck->stacks[thread];
	json_t *object = json_object();
	json_t *frames = json_array();

	for (size_t i = 0; i < stack->count; i++)
		append(out, frames, make_place(out, &stack->frames[i]));
	set(out, object, "tid", make_tid(stuck, thread));
	set(out, object, "name", make_string(stuck->snapshot->threads[thread].name));
	set(out, object, "state", json_string(state_name(wait)));
	set(out, object, "deadlocked",
		json_boolean(stuck->verdict.is_dead[thread] && wait->kind != WAIT_ENDED));
	set(out, object, "waits_for",
		strcmp(state_name(wait), "waiting") == 0 ? make_wait(out, stuck, wait)
							 : json_null());
	set(out, object, "stack", frames);
	return object;
}

static json_t *make_report(struct out *out, const struct stuck *stuck)
{
	const struct stuck_snapshot *snapshot = stuck->snapshot;
	json_t *root = json_object();
	json_t *cycle = json_array();
	json_t *threads = json_array();

	for (size_t i = 0; i < stuck->verdict.cycle_len; i++)
		append(out, cycle, make_tid(stuck, stuck->verdict.cycle[i]));
	for (size_t i = 0; i < snapshot->thread_count; i++)
		append(out, threads, make_thread(out, stuck, i));
	set(out, root, "version", json_integer(STUCK_JSON_VERSION));
	set(out, root, "weft", json_string(WEFT_VERSION));
	set(out, root, "pid", json_integer(snapshot->pid));
	set(out, root, "program", make_string(snapshot->program));
	set(out, root, "core", make_string(snapshot->core));
	set(out, root, "seconds_stopped",
		snapshot->core ? json_null() : json_real((double)snapshot->stopped_ns / 1e9));
	set(out, root, "deadlock", json_boolean(verdict_is_deadlock(stuck->verdict.kind)));
	set(out, root, "verdict", json_string(verdict_kind_name(stuck->verdict.kind)));
	set(out, root, "summary", make_string(stuck->summary));
	set(out, root, "cycle", cycle);
	set(out, root, "threads", threads);
	return root;
}

int stuck_save_json(const struct stuck *stuck, const char *path, struct diag *diag)
{
	bool to_stdout = strcmp(path, "-") == 0;
	struct out out = { 0 };
	json_t *root = make_report(&out, stuck);
	FILE *stream = to_stdout ? stdout : fopen(path, "we");
	int r = stream ? out.error : -errno;

	if (r == 0 && (json_dumpf(root, stream, JSON_INDENT(2)) < 0 ||
			      fputc('\n', stream) == EOF || fflush(stream) != 0))
		r = errno ? -errno : -EIO;
	if (stream && !to_stdout && fclose(stream) != 0 && r == 0)
		r = -errno;
	json_decref(root);
	if (r < 0)
		return diag_set(
			diag, r, "cannot write the JSON report '%s': %s", path, strerror(-r));
	return 0;
}
