/* SPDX-License-Identifier: Apache-2.0 */
/* The words for threads, objects and places; see naming.h. */
#include "tool/analysis/naming.h"

#include <stdio.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/wait_graph.h"
#include "tool/symbol/data.h"
#include "tool/symbol/unwind.h"

/* Names of functions up to here are told as they are. */
#define FUNCTION_WIDTH 56

/*
 * The '<' of template arguments, not that of an operator's name. `begin` is where the name
 * starts.
 */
static bool opens_arguments(const char *begin, const char *at)
{
	static const char word[] = "operator";
	const size_t size = sizeof(word) - 1;
	const char *name = at;

	while (name > begin && (name[-1] == '<' || name[-1] == '-'))
		name--;
	return *at == '<' &&
	       ((size_t)(name - begin) < size || memcmp(name - size, word, size) != 0);
}

const char *naming_function(const char *function, char text[NAMING_SIZE])
{
	bool is_long = strlen(function) > FUNCTION_WIDTH;
	size_t depth = 0, len = 0;

	for (const char *at = function; *at && len < NAMING_SIZE / 2 - 8; at++) {
		bool is_tag = strncmp(at, "[abi:", 5) == 0 && strchr(at, ']');

		if (is_tag) {
			at = strchr(at, ']');
			continue;
		}
		if (*at == '>' && depth && at[-1] != '-' && --depth == 0)
			len += (size_t)snprintf(text + len, NAMING_SIZE - len, "...");
		if (depth == 0)
			text[len++] = *at;
		if (is_long && opens_arguments(function, at))
			depth++;
	}
	text[len] = '\0';
	return text;
}

static const char *start_function(
	struct symbols *symbols, uint64_t start_routine, struct symbol_frame *frame)
{
	if (!start_routine || symbols_frames(symbols, start_routine, false, frame, 1) != 1)
		return NULL;
	/* std::thread starts everything by the same routine of the library: it says nothing. */
	return frame->is_system ? NULL : frame->function;
}

const char *naming_thread(const struct recording *recording, struct symbols *symbols,
	uint32_t thread, char text[NAMING_SIZE])
{
	const struct wire_thread *t;
	struct symbol_frame frame;
	const char *name;
	char function[NAMING_SIZE];

	if (thread >= recording->thread_count) {
		snprintf(text, NAMING_SIZE, "an unknown thread");
		return text;
	}
	t = &recording->threads[thread];
	name = t->name[0] ? t->name : start_function(symbols, t->start_routine, &frame);
	if (name && thread != 0)
		snprintf(text, NAMING_SIZE, "%s (%.*s)", t->path, NAMING_SIZE / 2,
			naming_function(name, function));
	else
		snprintf(text, NAMING_SIZE, "%s", t->path);
	return text;
}

/* The how-manieth object of its kind it is, 1-based. */
static uint32_t rank_in_kind(const struct recording *recording, uint32_t object)
{
	uint32_t rank = 1;

	for (uint32_t i = 0; i < object; i++)
		rank += recording->objects[i].kind == recording->objects[object].kind;
	return rank;
}

const char *naming_object(const struct recording *recording, struct symbols *symbols,
	uint32_t object, char text[NAMING_SIZE])
{
	const struct wire_object *o;
	const char *noun;
	char name[NAMING_SIZE / 2], shortened[NAMING_SIZE];

	if (object >= recording->object_count) {
		snprintf(text, NAMING_SIZE, "time");
		return text;
	}
	o = &recording->objects[object];
	noun = wire_object_noun(o->kind);
	if (o->kind == WIRE_OBJECT_THREAD)
		return naming_thread(
			recording, symbols, wait_graph_joined(recording, object), text);
	if (o->kind == WIRE_OBJECT_FD)
		snprintf(text, NAMING_SIZE, "%s %llu", noun, (unsigned long long)o->address);
	else if (symbols_data(symbols, o->address, name, sizeof(name)) == 0)
		snprintf(text, NAMING_SIZE, "%s %.*s", noun, NAMING_SIZE / 2,
			naming_function(name, shortened));
	else
		snprintf(text, NAMING_SIZE, "%s %u", noun, rank_in_kind(recording, object));
	return text;
}

/* How a call on a descriptor waits: what stands before and behind the descriptor. */
static const char *const *descriptor_words(uint32_t op)
{
	static const char *const reads[] = { "to read from", ", which is empty" };
	static const char *const writes[] = { "to write to", ", which is full" };
	static const char *const accepts[] = { "for a connection at", "" };
	static const char *const connects[] = { "for the connection of", "" };
	static const char *const others[] = { "for", "" };

	switch (op) {
	case OP_FD_READ:
		return reads;
	case OP_FD_WRITE:
		return writes;
	case OP_FD_ACCEPT:
		return accepts;
	case OP_FD_CONNECT:
		return connects;
	default:
		return others;
	}
}

const char *naming_wait(const struct recording *recording, struct symbols *symbols,
	uint32_t thread, char text[NAMING_SIZE])
{
	const struct wire_thread *t = &recording->threads[thread];
	const struct wire_object *o;
	char name[NAMING_SIZE];
	const char *const *words;

	if (t->wait_object == WIRE_NONE) {
		snprintf(text, NAMING_SIZE, "in %s", op_name(t->op));
		return text;
	}
	o = &recording->objects[t->wait_object];
	naming_object(recording, symbols, t->wait_object, name);
	words = o->kind == WIRE_OBJECT_FD ? descriptor_words(t->op) : descriptor_words(OP_NONE);
	if (o->kind == WIRE_OBJECT_THREAD)
		snprintf(text, NAMING_SIZE, "for the end of %.*s", NAMING_SIZE - 16, name);
	else if (o->kind == WIRE_OBJECT_BARRIER && o->limit)
		snprintf(text, NAMING_SIZE, "at %.*s, where %u of %u have arrived",
			NAMING_SIZE - 64, name, o->value, o->limit);
	else
		snprintf(text, NAMING_SIZE, "%s %.*s%s", words[0], NAMING_SIZE - 64, name,
			words[1]);
	return text;
}

const char *naming_place(const struct symbol_frame *frame, char text[NAMING_SIZE])
{
	if (frame->short_file && frame->line)
		snprintf(text, NAMING_SIZE, "%s:%u", frame->short_file, frame->line);
	else if (frame->module)
		snprintf(text, NAMING_SIZE, "%s+0x%llx", frame->module,
			(unsigned long long)frame->module_offset);
	else
		snprintf(text, NAMING_SIZE, "unknown code");
	return text;
}

const char *naming_frame(const struct symbol_frame *frame, char text[NAMING_SIZE])
{
	char place[NAMING_SIZE], function[NAMING_SIZE];

	naming_place(frame, place);
	if (frame->function)
		snprintf(text, NAMING_SIZE, "%.*s (%.*s)", NAMING_SIZE / 2,
			naming_function(frame->function, function), NAMING_SIZE / 2 - 8, place);
	else
		snprintf(text, NAMING_SIZE, "%s", place);
	return text;
}

/* The program called itself through us, as in pthread_once(): only its own frames are told. */
static size_t without_runtime(struct symbol_frame *frames, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!symbol_frame_is_runtime(&frames[i]))
			frames[kept++] = frames[i];
	return kept ? kept : count;
}

static size_t unwind(const struct recording *recording, struct symbols *symbols,
	uint32_t offset, uint64_t pc, struct stack_ends *unwound)
{
	const struct wire_stack *stack = recording_stack(recording, offset);

	if (stack)
		symbols_unwind_ends(symbols, stack, recording->stacks_size - offset, unwound);
	unwound->count = without_runtime(unwound->frames, unwound->count);
	/* Of a thread that ends nothing but the runtime is left on its stack. */
	if (unwound->count == 0 || symbol_frame_is_runtime(&unwound->frames[0]))
		unwound->count =
			symbols_frames(symbols, pc, true, unwound->frames, unwound->max);
	return unwound->count;
}

size_t naming_stack(const struct recording *recording, struct symbols *symbols, uint32_t stack,
	uint64_t pc, struct symbol_frame frames[NAMING_FRAMES])
{
	struct stack_ends unwound = { .frames = frames, .max = NAMING_FRAMES };

	return unwind(recording, symbols, stack, pc, &unwound);
}

size_t naming_stack_ends(const struct recording *recording, struct symbols *symbols,
	uint32_t stack, uint64_t pc, struct symbol_frame frames[NAMING_FRAMES],
	size_t *ret_left_out)
{
	struct stack_ends unwound = {
		.frames = frames,
		.max = NAMING_FRAMES,
		.outermost = NAMING_OUTERMOST,
	};
	size_t count = unwind(recording, symbols, stack, pc, &unwound);

	*ret_left_out = unwound.left_out;
	return count;
}

void naming_display(const struct recording *recording, struct symbols *symbols, uint32_t stack,
	uint64_t pc, struct symbol_frame *ret_frame)
{
	struct symbol_frame frames[NAMING_FRAMES];
	size_t count = naming_stack(recording, symbols, stack, pc, frames);

	*ret_frame = *symbol_frames_display(frames, count);
}
