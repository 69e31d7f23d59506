/* SPDX-License-Identifier: Apache-2.0 */
/* What our files have and isolationtester's have not; see parser.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/sql/spec/parser.h"

#define LEVEL_NAME_SIZE 64

/* ---- conditions ---- */

static int parse_value(struct parser *parser, const char **ret_value)
{
	if (parser_at(parser, "null"))
		*ret_value = NULL;
	else if (parser->token.kind == TOKEN_NUMBER || parser->token.kind == TOKEN_STRING)
		*ret_value = parser->token.text;
	else
		return parser_expected(parser, "a number, a text in single quotes or 'null'");
	return parser_next(parser);
}

static enum spec_comparison comparison_of(const char *text)
{
	if (text[0] == '=')
		return COMPARE_EQ;
	if (text[0] == '!' || strcmp(text, "<>") == 0)
		return COMPARE_NE;
	if (text[0] == '<')
		return text[1] ? COMPARE_LE : COMPARE_LT;
	return text[1] ? COMPARE_GE : COMPARE_GT;
}

int condition_parse(struct parser *parser, struct spec_condition *condition)
{
	int r;

	if (!parser_at(parser, "when"))
		return 0;
	r = parser_next(parser);
	if (r == 0)
		r = parser_name(parser, "the name of a captured value", &condition->variable);
	if (r == 0 && parser->token.kind != TOKEN_COMPARE)
		r = parser_expected(parser, "a comparison such as '='");
	if (r < 0)
		return r;
	condition->comparison = comparison_of(parser->token.text);
	r = parser_next(parser);
	return r < 0 ? r : parse_value(parser, &condition->value);
}

/* ---- lists ---- */

/* The rule for each item of a list with commas. */
typedef int (*parse_item)(struct parser *parser);

static int parse_list(struct parser *parser, parse_item item)
{
	int r = item(parser);

	while (r == 0 && parser_at_sign(parser, ',')) {
		r = parser_next(parser);
		if (r == 0)
			r = item(parser);
	}
	return r;
}

static int parse_engine(struct parser *parser)
{
	struct spec *spec = parser->spec;
	enum spec_engine engine;

	if (parser->token.kind != TOKEN_WORD ||
		spec_engine_find(parser->token.text, &engine) < 0)
		return parser_expected(parser, "'sqlite', 'postgres' or 'mariadb'");
	spec->engines = pool_grow(
		&spec->pool, spec->engines, spec->engine_count, sizeof(*spec->engines));
	spec->engines[spec->engine_count++] = engine;
	return parser_next(parser);
}

/* `read committed` or `"read committed"`. */
static int parse_level(struct parser *parser)
{
	struct spec *spec = parser->spec;
	struct token first = parser->token;
	char name[LEVEL_NAME_SIZE];
	enum spec_level level;
	int r = 0;

	if (first.kind != TOKEN_WORD && first.kind != TOKEN_QUOTED)
		return parser_expected(parser, "an isolation level");
	snprintf(name, sizeof(name), "%s", first.text);
	r = parser_next(parser);
	if (r == 0 && (strcmp(name, "read") == 0 || strcmp(name, "repeatable") == 0) &&
		parser->token.kind == TOKEN_WORD) {
		snprintf(name, sizeof(name), "%s %s", first.text, parser->token.text);
		r = parser_next(parser);
	}
	if (r < 0)
		return r;
	if (spec_level_find(name, &level) < 0)
		return lexer_error(&parser->lexer, first.line, first.column,
			"'%s' is no isolation level: 'read uncommitted', 'read committed', "
			"'repeatable read', 'snapshot', 'serializable' or 'default'",
			name);
	spec->levels =
		pool_grow(&spec->pool, spec->levels, spec->level_count, sizeof(*spec->levels));
	spec->levels[spec->level_count++] = level;
	return 0;
}

/* `column` or `table.column`. */
static int parse_ignored(struct parser *parser)
{
	struct spec *spec = parser->spec;
	const char *name, *column;
	int r = parser_name(parser, "a column", &name);

	if (r == 0 && parser_at_sign(parser, '.')) {
		r = parser_next(parser);
		if (r == 0)
			r = parser_name(parser, "a column", &column);
		if (r == 0)
			name = pool_format(&spec->pool, "%s.%s", name, column);
	}
	if (r < 0)
		return r;
	spec->ignored = pool_grow(
		&spec->pool, spec->ignored, spec->ignored_count, sizeof(*spec->ignored));
	spec->ignored[spec->ignored_count++] = name;
	return 0;
}

static int parse_overlap(struct parser *parser)
{
	struct pool *pool = &parser->spec->pool;
	struct token token = parser->token;
	const char *name;
	int r = parser_name(parser, "the name of a step", &name);

	parser->overlaps = pool_grow(
		pool, parser->overlaps, parser->overlap_count, sizeof(*parser->overlaps));
	parser->overlap_tokens = pool_grow(pool, parser->overlap_tokens, parser->overlap_count,
		sizeof(*parser->overlap_tokens));
	if (r < 0)
		return r;
	parser->overlaps[parser->overlap_count] = name;
	parser->overlap_tokens[parser->overlap_count++] = token;
	return 0;
}

/* ---- faults ---- */

static int parse_fault(struct parser *parser, enum spec_fault_kind kind)
{
	struct spec *spec = parser->spec;
	struct spec_fault *fault;
	int r;

	spec->faults =
		pool_grow(&spec->pool, spec->faults, spec->fault_count, sizeof(*spec->faults));
	fault = &spec->faults[spec->fault_count++];
	*fault = (struct spec_fault){
		.kind = kind, .line = parser->token.line, .column = parser->token.column
	};
	r = parser_name(parser,
		kind == FAULT_REPEAT_SESSION ? "the name of a session" : "the name of a step",
		&fault->name);
	return r;
}

static int parse_crash(struct parser *parser)
{
	return parse_fault(parser, FAULT_CRASH);
}

static int parse_fail(struct parser *parser)
{
	return parse_fault(parser, FAULT_FAIL);
}

static int parse_repeat_step(struct parser *parser)
{
	return parse_fault(parser, FAULT_REPEAT_STEP);
}

static int parse_repeat_session(struct parser *parser)
{
	return parse_fault(parser, FAULT_REPEAT_SESSION);
}

/* ---- one function for each directive; its word has been read ---- */

static int directive_engine(struct parser *parser)
{
	return parse_list(parser, parse_engine);
}

static int directive_isolation(struct parser *parser)
{
	return parse_list(parser, parse_level);
}

static int directive_ignore(struct parser *parser)
{
	return parse_list(parser, parse_ignored);
}

static int directive_overlap(struct parser *parser)
{
	return parse_list(parser, parse_overlap);
}

static int directive_crash(struct parser *parser)
{
	int r;

	if (!parser_at(parser, "after"))
		return parser_expected(parser, "'after'");
	r = parser_next(parser);
	return r < 0 ? r : parse_list(parser, parse_crash);
}

static int directive_fail(struct parser *parser)
{
	int r;

	if (!parser_at(parser, "step"))
		return parser_expected(parser, "'step'");
	r = parser_next(parser);
	return r < 0 ? r : parse_list(parser, parse_fail);
}

static int directive_repeat(struct parser *parser)
{
	bool is_step = parser_at(parser, "step");
	int r;

	if (!is_step && !parser_at(parser, "session"))
		return parser_expected(parser, "'step' or 'session'");
	r = parser_next(parser);
	return r < 0 ? r
		     : parse_list(parser, is_step ? parse_repeat_step : parse_repeat_session);
}

static int parse_query(struct parser *parser, struct spec_query **list, size_t *count)
{
	struct pool *pool = &parser->spec->pool;
	struct spec_query *query;
	int r = 0;

	*list = pool_grow(pool, *list, *count, sizeof(**list));
	query = &(*list)[*count];
	*query = (struct spec_query){ 0 };
	if (parser->token.kind != TOKEN_BLOCK)
		r = parser_name(parser, "a name or a block of SQL", &query->name);
	if (r == 0)
		r = parser_block(parser, "a block of SQL", &query->sql);
	*count += r == 0;
	return r;
}

static int directive_invariant(struct parser *parser)
{
	return parse_query(parser, &parser->spec->invariants, &parser->spec->invariant_count);
}

static int directive_final(struct parser *parser)
{
	return parse_query(parser, &parser->spec->finals, &parser->spec->final_count);
}

static uint64_t unit_ns(const char *unit)
{
	return strcmp(unit, "ms") == 0	? 1000000
	       : strcmp(unit, "s") == 0 ? 1000000000
	       : strcmp(unit, "m") == 0 ? 60000000000
					: 0;
}

static int directive_timeout(struct parser *parser)
{
	unsigned int count;
	int r = parser_count(parser, "a number", &count);

	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_WORD || !unit_ns(parser->token.text) || !count)
		return parser_expected(parser, "a unit: 'ms', 's' or 'm'");
	parser->spec->timeout_ns = count * unit_ns(parser->token.text);
	return parser_next(parser);
}

static const struct directive {
	const char *word;
	int (*parse)(struct parser *parser);
} directives[] = {
	{ "engine", directive_engine },
	{ "isolation", directive_isolation },
	{ "timeout", directive_timeout },
	{ "invariant", directive_invariant },
	{ "final", directive_final },
	{ "ignore", directive_ignore },
	{ "overlap", directive_overlap },
	{ "repeat", directive_repeat },
	{ "crash", directive_crash },
	{ "fail", directive_fail },
	{ NULL, NULL },
};

int directive_parse(struct parser *parser)
{
	for (const struct directive *d = directives; d->word; d++) {
		int r;

		if (!parser_at(parser, d->word))
			continue;
		r = parser_next(parser);
		if (r == 0)
			r = d->parse(parser);
		return r < 0 ? r : 1;
	}
	return 0;
}

/* ---- names become steps ---- */

static int link_fault(struct parser *parser, struct spec_fault *fault)
{
	if (fault->kind == FAULT_REPEAT_SESSION) {
		for (unsigned int i = 0; i < parser->spec->session_count; i++)
			if (strcmp(parser->spec->sessions[i]->name, fault->name) == 0) {
				fault->session = i;
				return 0;
			}
		return lexer_error(&parser->lexer, fault->line, fault->column,
			"there is no session '%s'", fault->name);
	}
	fault->step = spec_find_step(parser->spec, fault->name);
	if (!fault->step)
		return lexer_error(&parser->lexer, fault->line, fault->column,
			"there is no step '%s'", fault->name);
	fault->session = fault->step->session;
	return 0;
}

/* A condition needs a value that an earlier step of its session captures. */
static int check_condition(struct parser *parser, const struct spec_step *step)
{
	const struct spec_session *session = parser->spec->sessions[step->session];

	if (!step->when.variable)
		return 0;
	for (unsigned int i = 0; i < step->index; i++) {
		const char *capture = session->steps[i]->capture;

		if (capture && strcmp(capture, step->when.variable) == 0)
			return 0;
	}
	return lexer_error(&parser->lexer, step->line, step->column,
		"no earlier step of the session captures '%s' (-> %s)", step->when.variable,
		step->when.variable);
}

int directives_link(struct parser *parser)
{
	struct spec *spec = parser->spec;

	for (size_t i = 0; i < spec->fault_count; i++) {
		int r = link_fault(parser, &spec->faults[i]);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < parser->overlap_count; i++) {
		struct spec_step *step = spec_find_step(spec, parser->overlaps[i]);
		const struct token *token = &parser->overlap_tokens[i];

		if (!step)
			return lexer_error(&parser->lexer, token->line, token->column,
				"there is no step '%s'", parser->overlaps[i]);
		step->overlaps = spec->overlaps = true;
	}
	for (unsigned int i = 0; i < spec->step_count; i++) {
		int r = check_condition(parser, spec->steps[i]);

		if (r < 0)
			return r;
	}
	return 0;
}
