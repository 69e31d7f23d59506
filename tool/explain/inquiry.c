/* SPDX-License-Identifier: Apache-2.0 */
/* What all patterns need to know of a failure; see inquiry.h. */
#include "tool/explain/inquiry.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/source.h"
#include "tool/symbol/data.h"
#include "tool/symbol/value.h"

#define RELEVANCE_FAILING_LINE 60
#define RELEVANCE_LAST_READS 40
#define RELEVANCE_FAILING_THREAD 15
/* So many variables that the failing thread looked at last may be what it failed on. */
#define LAST_READS 3

int inquiry_begin(
	struct inquiry *inquiry, const struct finding *finding, const struct recording *passing)
{
	int r;

	*inquiry = (struct inquiry){
		.finding = finding,
		.recording = finding->recording,
		.symbols = finding->symbols,
	};
	r = acts_new(finding->recording, passing, finding->symbols, &inquiry->acts);
	if (r == 0 && passing)
		r = acts_new(passing, finding->recording, finding->symbols, &inquiry->passing);
	act_index_fill(&inquiry->here, &inquiry->acts);
	act_index_fill(&inquiry->there, &inquiry->passing);
	inquiry->frames = calloc(inquiry->acts.count + 1, sizeof(*inquiry->frames));
	return inquiry->frames ? r : -ENOMEM;
}

void inquiry_release(struct inquiry *inquiry)
{
	for (size_t i = 0; inquiry->frames && i < inquiry->acts.count; i++)
		free(inquiry->frames[i]);
	free(inquiry->frames);
	act_index_release(&inquiry->here);
	act_index_release(&inquiry->there);
	acts_release(&inquiry->acts);
	acts_release(&inquiry->passing);
	for (size_t i = 0; i < inquiry->candidate_count; i++)
		explanation_release(&inquiry->candidates[i]);
	*inquiry = (struct inquiry){ 0 };
}

struct explanation *inquiry_add(struct inquiry *inquiry, enum explanation_kind kind, int score)
{
	struct explanation *candidate;

	if (inquiry->candidate_count == CANDIDATES_MAX)
		return NULL;
	candidate = &inquiry->candidates[inquiry->candidate_count++];
	*candidate = (struct explanation){
		.kind = kind,
		.score = score,
		.missing = WIRE_NONE,
	};
	return candidate;
}

/* ---- words ---- */

const struct symbol_frame *inquiry_frame(struct inquiry *inquiry, uint32_t act)
{
	static const struct symbol_frame nowhere;
	const struct wire_event *event = act_event(&inquiry->acts, act);

	if (inquiry->frames[act])
		return inquiry->frames[act];
	inquiry->frames[act] = calloc(1, sizeof(struct symbol_frame));
	if (!inquiry->frames[act])
		return &nowhere;
	naming_display(inquiry->recording, inquiry->symbols, event->stack, event->pc,
		inquiry->frames[act]);
	if (inquiry->acts.list[act].line)
		inquiry->frames[act]->line = inquiry->acts.list[act].line;
	return inquiry->frames[act];
}

static const char *short_place(const struct symbol_frame *frame, char text[NAMING_SIZE])
{
	const char *slash;

	naming_place(frame, text);
	slash = strrchr(text, '/');
	if (slash)
		memmove(text, slash + 1, strlen(slash));
	return text;
}

const char *inquiry_place(struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE])
{
	return short_place(inquiry_frame(inquiry, act), text);
}

void inquiry_passing_frame(
	struct inquiry *inquiry, uint32_t act, struct symbol_frame *ret_frame)
{
	const struct wire_event *event = act_event(&inquiry->passing, act);

	naming_display(inquiry->passing.recording, inquiry->symbols, event->stack, event->pc,
		ret_frame);
	if (inquiry->passing.list[act].line)
		ret_frame->line = inquiry->passing.list[act].line;
}

const char *inquiry_passing_place(struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE])
{
	struct symbol_frame frame;

	inquiry_passing_frame(inquiry, act, &frame);
	return short_place(&frame, text);
}

const char *inquiry_thread(const struct inquiry *inquiry, uint32_t thread)
{
	return thread < inquiry->recording->thread_count
		       ? inquiry->recording->threads[thread].path
		       : "a thread";
}

/* Memory without a name is numbered among its like. */
static uint32_t unnamed_rank(const struct inquiry *inquiry, uint32_t variable)
{
	char name[NAMING_SIZE];
	uint32_t rank = 1;

	for (uint32_t i = 0; i < variable; i++)
		rank += inquiry->acts.variables[i].shared &&
			symbols_data(inquiry->symbols, inquiry->acts.variables[i].address, name,
				sizeof(name)) != 0;
	return rank;
}

const char *inquiry_variable(
	const struct inquiry *inquiry, uint32_t variable, char text[NAMING_SIZE])
{
	char name[NAMING_SIZE];

	if (symbols_data(inquiry->symbols, inquiry->acts.variables[variable].address, name,
		    sizeof(name)) == 0)
		naming_function(name, text);
	else
		snprintf(text, NAMING_SIZE, "memory %u", unnamed_rank(inquiry, variable));
	return text;
}

const char *inquiry_object(const struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE])
{
	const struct wire_event *event = act_event(&inquiry->acts, act);
	char name[NAMING_SIZE];

	if (event->object != WIRE_NONE &&
		symbols_data(inquiry->symbols,
			inquiry->recording->objects[event->object].address, name,
			sizeof(name)) == 0)
		return naming_function(name, text);
	return naming_object(inquiry->recording, inquiry->symbols, event->object, text);
}

const char *inquiry_value(struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE])
{
	const struct wire_event *event = act_event(&inquiry->acts, act);
	uint64_t value;

	if (!(act_writes(&inquiry->acts.list[act])
			    ? act_value_left(&inquiry->acts, act, &value)
			    : act_value_read(&inquiry->acts, act, &value)))
		return NULL;
	return symbols_value(inquiry->symbols, event->address, value, (uint32_t)event->result,
		       text, NAMING_SIZE) == 0
		       ? text
		       : NULL;
}

bool inquiry_same_line(struct inquiry *inquiry, uint32_t a, uint32_t b)
{
	const struct symbol_frame *left = inquiry_frame(inquiry, a);
	const struct symbol_frame *right = inquiry_frame(inquiry, b);

	if (!left->file || !right->file || !left->line)
		return left->pc == right->pc;
	return left->line == right->line && strcmp(left->file, right->file) == 0;
}

char *inquiry_text(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

/* ---- what the failure hangs on ---- */

uint32_t inquiry_failing_thread(const struct inquiry *inquiry)
{
	const struct wire_result *result = &inquiry->recording->result;

	if (result->thread < inquiry->recording->thread_count)
		return result->thread;
	/* A wrong status or output is main's to tell. */
	return finding_is_deadlock(inquiry->finding->kind) ? WIRE_NONE : 0;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *line, const char *word, size_t size)
{
	for (const char *at = line; (at = strstr(at, word)); at++)
		if ((at == line || !is_word_char(at[-1])) && !is_word_char(at[size]))
			return true;
	return false;
}

/* Does the line that failed speak of it? By the last part of the name: "count" of "a.count". */
static bool is_on_failing_line(const struct inquiry *inquiry, uint32_t variable)
{
	const struct wire_result *result = &inquiry->recording->result;
	struct source_cache source = { 0 };
	char name[NAMING_SIZE];
	struct symbol_frame frame;
	const char *line, *word;
	bool found;

	if (result->thread == WIRE_NONE || !(result->pc || result->stack != WIRE_NONE) ||
		symbols_data(inquiry->symbols, inquiry->acts.variables[variable].address, name,
			sizeof(name)) != 0)
		return false;
	name[strcspn(name, "[+")] = '\0';
	word = strrchr(name, '.');
	word = word ? word + 1 : name;
	naming_display(inquiry->recording, inquiry->symbols, result->stack, result->pc, &frame);
	line = source_line(&source, frame.file, frame.line);
	found = line && has_word(line, word, strlen(word));
	source_cache_release(&source);
	return found;
}

int inquiry_relevance(struct inquiry *inquiry, uint32_t variable)
{
	uint32_t thread = inquiry_failing_thread(inquiry);
	uint32_t others[LAST_READS];
	size_t count = 0;

	if (is_on_failing_line(inquiry, variable))
		return RELEVANCE_FAILING_LINE;
	if (thread == WIRE_NONE)
		return 0;
	for (uint32_t i = inquiry->acts.last[thread]; i != WIRE_NONE;
		i = inquiry->acts.list[i].previous) {
		uint32_t other = inquiry->acts.list[i].variable;
		size_t k = 0;

		if (other == WIRE_NONE)
			continue;
		if (other == variable)
			return count < LAST_READS ? RELEVANCE_LAST_READS
						  : RELEVANCE_FAILING_THREAD;
		while (k < count && others[k] != other)
			k++;
		if (k == count && count < LAST_READS)
			others[count++] = other;
	}
	return 0;
}

uint32_t inquiry_future_write(struct inquiry *inquiry, uint32_t thread, uint32_t variable)
{
	const struct acts *acts = &inquiry->acts, *passing = &inquiry->passing;
	uint64_t address = acts->variables[variable].address;
	uint32_t last = acts->last[thread], i;

	while (last != WIRE_NONE && acts->list[last].pending)
		last = acts->list[last].previous;
	if (last == WIRE_NONE || !passing->list)
		return WIRE_NONE;
	i = counterpart_of(acts, last, &inquiry->there);
	if (i == WIRE_NONE)
		return WIRE_NONE;
	for (i = passing->list[i].next; i != WIRE_NONE; i = passing->list[i].next)
		if (act_writes(&passing->list[i]) && act_event(passing, i)->address == address)
			return i;
	return WIRE_NONE;
}

/* By its words: the record has no branches. */
bool inquiry_is_check(struct inquiry *inquiry, uint32_t act)
{
	static const char *const words[] = { "if (", "if(", "while (", "while(", " ? ", "&&",
		"||", "switch (", "for (", "assert(" };
	const struct symbol_frame *frame = inquiry_frame(inquiry, act);
	struct source_cache source = { 0 };
	const char *line = source_line(&source, frame->file, frame->line);
	bool found = false;

	for (size_t i = 0; line && i < sizeof(words) / sizeof(words[0]) && !found; i++)
		found = strstr(line, words[i]) != NULL;
	source_cache_release(&source);
	return found;
}

static bool is_about(const struct explanation *explanation, uint32_t variable)
{
	for (size_t i = 0; i < explanation->variable_count; i++)
		if (explanation->variables[i] == variable)
			return true;
	return false;
}

/* Accesses told around the pattern's own; more is repetition. */
#define ACCESSES_AROUND 12

void inquiry_add_accesses(
	struct inquiry *inquiry, struct explanation *explanation, uint32_t a, uint32_t b)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t first = explanation->step_count ? explanation->steps[0].act : 0;
	uint32_t last = explanation->step_count
				? explanation->steps[explanation->step_count - 1].act
				: 0;
	size_t around = 0;

	for (uint32_t i = first; i <= last && i < acts->count; i++) {
		const struct act *act = &acts->list[i];

		if ((act->thread == a || act->thread == b) && !act->pending &&
			is_about(explanation, act->variable) && around++ < ACCESSES_AROUND)
			explanation_add(explanation, i, false, NULL);
	}
}
