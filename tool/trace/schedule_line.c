/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing one decision; see schedule_line.h. */
#include "tool/trace/schedule_line.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "tool/trace/text.h"

static int out_of_memory(const struct scanner *s)
{
	return diag_set(s->diag, -ENOMEM, "%s: out of memory", s->name);
}

/* A creation path, into a buffer of WIRE_PATH_SIZE. */
static int parse_thread(struct scanner *s, char *ret_path)
{
	uint64_t hash;
	int r = scanner_bare(s, "a thread such as 'main' or 'main.2'");

	if (r < 0)
		return r;
	if (s->word_size >= WIRE_PATH_SIZE || wire_path_parse(s->word, &hash) < 0)
		return scanner_error(s,
			"'%.40s' is no thread; they are 'main', 'main.2', 'main.2.1'", s->word);
	memcpy(ret_path, s->word, s->word_size + 1);
	return 0;
}

/* A number from 1. */
static int parse_ordinal(struct scanner *s, const char *what, uint32_t *ret_number)
{
	uint64_t number;
	int r = scanner_number(s, what, UINT32_MAX, &number);

	if (r < 0)
		return r;
	if (number == 0)
		return scanner_error(s, "%s counts from 1", what);
	*ret_number = (uint32_t)number;
	return 0;
}

static int parse_operation(struct scanner *s, struct schedule_decision *decision)
{
	int value;
	int r = scanner_bare(s, "an operation such as 'lock'");

	if (r < 0)
		return r;
	value = op_from_name(s->word);
	if (value <= OP_NONE)
		return scanner_error(s, "there is no operation '%.40s'", s->word);
	decision->op = (enum op_kind)value;
	return parse_ordinal(s, "the operation's number", &decision->occurrence);
}

/* `+0xOFFSET`, after the module's name and the sign. */
static int parse_offset(struct scanner *s, struct schedule_location *location)
{
	location->kind = SCHEDULE_LOCATION_MODULE;
	return scanner_hex(s, "an offset such as 0x1234", "0x", &location->offset);
}

/* `FILE:LINE`, after the function. */
static int parse_source(
	struct scanner *s, struct schedule *schedule, struct schedule_location *location)
{
	uint64_t line;
	int r = scanner_word(s, "a source file");

	if (r < 0)
		return r;
	location->kind = SCHEDULE_LOCATION_SOURCE;
	location->file = schedule_keep_bytes(schedule, s->word, s->word_size);
	if (!location->file)
		return out_of_memory(s);
	if (!scanner_sign(s, ':'))
		return scanner_error_at(s, s->position, "expected ':' and a line number");
	r = scanner_number(s, "a line number", UINT32_MAX, &line);
	if (r == 0)
		location->line = (uint32_t)line;
	return r;
}

/* After `in`. */
static int parse_place(struct scanner *s, struct schedule *schedule, uint32_t *ret_index)
{
	struct schedule_location location = { 0 };
	const char *first;
	int r = scanner_word(s, "a function or module");

	if (r < 0)
		return r;
	first = schedule_keep_bytes(schedule, s->word, s->word_size);
	if (!first)
		return out_of_memory(s);
	if (scanner_sign(s, '+')) {
		location.module = first;
		r = parse_offset(s, &location);
	} else {
		location.function = first;
		r = parse_source(s, schedule, &location);
	}
	if (r < 0)
		return r;
	r = schedule_add_location(schedule, &location, ret_index);
	return r < 0 ? out_of_memory(s) : 0;
}

/* `in ...` or nothing. */
static int parse_location(struct scanner *s, struct schedule *schedule, uint32_t *ret_index)
{
	int r;

	*ret_index = WIRE_NONE;
	if (scanner_sign(s, ':'))
		return 0;
	r = scanner_bare(s, "'in' or ':'");
	if (r < 0)
		return r;
	if (strcmp(s->word, "in") != 0)
		return scanner_error(s, "expected 'in' or ':', not '%.40s'", s->word);
	r = parse_place(s, schedule, ret_index);
	if (r < 0)
		return r;
	if (!scanner_sign(s, ':'))
		return scanner_error_at(s, s->position, "expected ':' and a decision");
	return 0;
}

static int parse_choice(struct scanner *s, struct schedule_decision *decision)
{
	int kind;
	int r = scanner_bare(s, "a decision such as 'preempt'");

	if (r < 0)
		return r;
	kind = wire_decision_from_name(s->word);
	if (kind <= WIRE_DECISION_NONE)
		return scanner_error(s, "there is no decision '%.40s'", s->word);
	decision->kind = (enum wire_decision_kind)kind;
	if (schedule_chooses_thread(decision->kind))
		return parse_thread(s, decision->chosen);
	return scanner_number(s, "the decision's value", UINT64_MAX, &decision->value);
}

/* `(repetition N)` or nothing, which means 1. */
static int parse_repetition(struct scanner *s, struct schedule_decision *decision)
{
	int r;

	decision->repetition = 1;
	if (!scanner_sign(s, '('))
		return 0;
	r = scanner_bare(s, "'repetition'");
	if (r < 0)
		return r;
	if (strcmp(s->word, "repetition") != 0)
		return scanner_error(s, "expected 'repetition', not '%.40s'", s->word);
	r = parse_ordinal(s, "the repetition", &decision->repetition);
	if (r < 0)
		return r;
	if (!scanner_sign(s, ')'))
		return scanner_error_at(s, s->position, "expected ')'");
	return 0;
}

static int parse_comment(
	struct scanner *s, struct schedule *schedule, struct schedule_decision *decision)
{
	const char *comment;
	size_t size;
	int r = scanner_end(s);

	if (r < 0)
		return r;
	comment = scanner_comment(s, &size);
	if (!comment)
		return 0;
	decision->comment = schedule_keep_bytes(schedule, comment, size);
	return decision->comment ? 0 : out_of_memory(s);
}

int schedule_line_parse(struct scanner *s, struct schedule *schedule)
{
	struct schedule_decision decision = { 0 };
	int r = parse_thread(s, decision.thread);

	if (r == 0)
		r = parse_operation(s, &decision);
	if (r == 0)
		r = parse_location(s, schedule, &decision.location);
	if (r == 0)
		r = parse_choice(s, &decision);
	if (r == 0)
		r = parse_repetition(s, &decision);
	if (r == 0)
		r = parse_comment(s, schedule, &decision);
	if (r < 0)
		return r;
	r = schedule_add_decision(schedule, &decision);
	if (r == -E2BIG)
		return scanner_error_at(
			s, s->line_start, "more than %u decisions", SCHEDULE_DECISIONS_MAX);
	return r < 0 ? out_of_memory(s) : 0;
}

static void write_location(const struct schedule_location *location, FILE *stream)
{
	fputs(" in ", stream);
	if (location->kind == SCHEDULE_LOCATION_MODULE) {
		text_write_word(stream, location->module);
		fprintf(stream, "+0x%" PRIx64, location->offset);
		return;
	}
	text_write_word(stream, location->function);
	fputc(' ', stream);
	text_write_word(stream, location->file);
	fprintf(stream, ":%" PRIu32, location->line);
}

void schedule_line_write(
	const struct schedule *schedule, const struct schedule_decision *decision, FILE *stream)
{
	fprintf(stream, SCHEDULE_LINE_KEY " %s %s %" PRIu32, decision->thread,
		op_name(decision->op), decision->occurrence);
	if (decision->location != WIRE_NONE)
		write_location(&schedule->locations[decision->location], stream);
	fprintf(stream, ": %s ", wire_decision_name(decision->kind));
	if (schedule_chooses_thread(decision->kind))
		fputs(decision->chosen, stream);
	else
		fprintf(stream, "%" PRIu64, decision->value);
	if (decision->repetition != 1)
		fprintf(stream, " (repetition %" PRIu32 ")", decision->repetition);
	if (decision->comment) {
		fputs(*decision->comment ? " # " : " #", stream);
		text_write_comment(stream, decision->comment, strlen(decision->comment));
	}
	fputc('\n', stream);
}
