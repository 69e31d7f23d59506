/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, steps and permutations; see parser.h. */
#include "tool/sql/spec/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of isolationtester; they are no names without quotes. */
static const char *const keywords[] = { "notices", "permutation", "session", "setup", "step",
	"teardown", NULL };

static bool is_keyword(const char *word)
{
	for (const char *const *keyword = keywords; *keyword; keyword++)
		if (strcmp(*keyword, word) == 0)
			return true;
	return false;
}

int parser_next(struct parser *parser)
{
	return lexer_next(&parser->lexer, &parser->token);
}

bool parser_at(const struct parser *parser, const char *word)
{
	return parser->token.kind == TOKEN_WORD && strcmp(parser->token.text, word) == 0;
}

bool parser_at_sign(const struct parser *parser, char sign)
{
	return parser->token.kind == TOKEN_SIGN && parser->token.text[0] == sign;
}

int parser_expected(const struct parser *parser, const char *what)
{
	const struct token *token = &parser->token;

	switch (token->kind) {
	case TOKEN_END:
		return lexer_error(&parser->lexer, token->line, token->column,
			"expected %s, found the end of the file", what);
	case TOKEN_BLOCK:
		return lexer_error(&parser->lexer, token->line, token->column,
			"expected %s, found a block of SQL", what);
	default:
		return lexer_error(&parser->lexer, token->line, token->column,
			"expected %s, found '%.40s'", what, token->text);
	}
}

int parser_name(struct parser *parser, const char *what, const char **ret_name)
{
	const struct token *token = &parser->token;

	if (token->kind != TOKEN_QUOTED &&
		(token->kind != TOKEN_WORD || is_keyword(token->text)))
		return parser_expected(parser, what);
	*ret_name = token->text;
	return parser_next(parser);
}

int parser_block(struct parser *parser, const char *what, const char **ret_sql)
{
	if (parser->token.kind != TOKEN_BLOCK)
		return parser_expected(parser, what);
	*ret_sql = parser->token.text;
	return parser_next(parser);
}

int parser_count(struct parser *parser, const char *what, unsigned int *ret_count)
{
	unsigned long value;
	char *end;

	if (parser->token.kind != TOKEN_NUMBER)
		return parser_expected(parser, what);
	value = strtoul(parser->token.text, &end, 10);
	if (*end || parser->token.text[0] == '-' || value > 1000000)
		return parser_expected(parser, what);
	*ret_count = (unsigned int)value;
	return parser_next(parser);
}

/* ---- sessions and steps ---- */

static int parse_retry(struct parser *parser, struct spec_session *session)
{
	int r;

	if (parser->lexer.strict || !parser_at(parser, "retry"))
		return 0;
	r = parser_next(parser);
	return r < 0 ? r : parser_count(parser, "how often to retry", &session->retries);
}

static int parse_optional_block(struct parser *parser, const char *word, const char **ret_sql)
{
	int r;

	if (!parser_at(parser, word))
		return 0;
	r = parser_next(parser);
	return r < 0 ? r : parser_block(parser, "a block of SQL", ret_sql);
}

static int add_step(struct parser *parser, struct spec_session *session, struct spec_step *step)
{
	struct spec *spec = parser->spec;
	struct spec_step *other = spec_find_step(spec, step->name);

	if (other)
		return lexer_error(&parser->lexer, step->line, step->column,
			"there is a step '%s' already, in line %u", step->name, other->line);
	if (spec->step_count == SPEC_STEPS_MAX)
		return lexer_error(&parser->lexer, step->line, step->column,
			"more than %d steps", SPEC_STEPS_MAX);
	session->steps = pool_grow(
		&spec->pool, session->steps, session->step_count, sizeof(*session->steps));
	spec->steps =
		pool_grow(&spec->pool, spec->steps, spec->step_count, sizeof(*spec->steps));
	step->session = spec->session_count;
	step->index = session->step_count;
	step->id = spec->step_count;
	session->steps[session->step_count++] = step;
	spec->steps[spec->step_count++] = step;
	return 0;
}

static int parse_step(struct parser *parser, struct spec_session *session)
{
	struct spec_step *step = pool_alloc(&parser->spec->pool, sizeof(*step));
	int r = parser_next(parser);

	step->line = parser->token.line;
	step->column = parser->token.column;
	if (r == 0)
		r = parser_name(parser, "the step's name", &step->name);
	if (r == 0 && !parser->lexer.strict)
		r = condition_parse(parser, &step->when);
	if (r == 0)
		r = parser_block(parser, "the step's SQL in braces", &step->sql);
	if (r == 0 && parser->token.kind == TOKEN_ARROW) {
		r = parser_next(parser);
		if (r == 0)
			r = parser_name(
				parser, "a name for the captured value", &step->capture);
	}
	return r < 0 ? r : add_step(parser, session, step);
}

static int add_session(struct parser *parser, struct spec_session *session)
{
	struct spec *spec = parser->spec;
	struct spec_session *other = spec_find_session(spec, session->name);

	if (other && !parser->lexer.strict)
		return lexer_error(&parser->lexer, session->line, session->column,
			"there is a session '%s' already, in line %u", session->name,
			other->line);
	if (spec->session_count == SPEC_SESSIONS_MAX)
		return lexer_error(&parser->lexer, session->line, session->column,
			"more than %d sessions", SPEC_SESSIONS_MAX);
	spec->sessions = pool_grow(
		&spec->pool, spec->sessions, spec->session_count, sizeof(*spec->sessions));
	spec->sessions[spec->session_count++] = session;
	return 0;
}

static int parse_session(struct parser *parser)
{
	struct spec_session *session = pool_alloc(&parser->spec->pool, sizeof(*session));
	int r = parser_next(parser);

	session->line = parser->token.line;
	session->column = parser->token.column;
	if (r == 0)
		r = parser_name(parser, "the session's name", &session->name);
	if (r == 0)
		r = parse_retry(parser, session);
	if (r == 0)
		r = parse_optional_block(parser, "setup", &session->setup);
	if (r == 0 && !parser_at(parser, "step"))
		r = parser_expected(parser, "'step'");
	while (r == 0 && parser_at(parser, "step"))
		r = parse_step(parser, session);
	if (r == 0)
		r = parse_optional_block(parser, "teardown", &session->teardown);
	return r < 0 ? r : add_session(parser, session);
}

/* ---- permutations ---- */

static int parse_blocker(struct parser *parser, struct spec_blocker *blocker)
{
	int r;

	blocker->line = parser->token.line;
	blocker->column = parser->token.column;
	if (parser_at_sign(parser, '*'))
		return parser_next(parser);
	blocker->kind = BLOCKER_STEP;
	r = parser_name(parser, "the name of a step or '*'", &blocker->name);
	if (r < 0 || !parser_at(parser, "notices"))
		return r;
	blocker->kind = BLOCKER_NOTICES;
	r = parser_next(parser);
	return r < 0 ? r : parser_count(parser, "a number of notices", &blocker->notices);
}

static int parse_blockers(struct parser *parser, struct spec_turn *turn)
{
	struct pool *pool = &parser->spec->pool;
	int r;

	do {
		r = parser_next(parser);
		if (r < 0)
			return r;
		turn->blockers = pool_grow(
			pool, turn->blockers, turn->blocker_count, sizeof(*turn->blockers));
		r = parse_blocker(parser, &turn->blockers[turn->blocker_count++]);
		if (r < 0)
			return r;
	} while (parser_at_sign(parser, ','));
	return parser_at_sign(parser, ')') ? parser_next(parser)
					   : parser_expected(parser, "',' or ')'");
}

static int parse_turn(struct parser *parser, struct spec_permutation *permutation)
{
	struct spec_turn *turn;
	int r;

	permutation->turns = pool_grow(&parser->spec->pool, permutation->turns,
		permutation->turn_count, sizeof(*turn));
	turn = &permutation->turns[permutation->turn_count++];
	*turn = (struct spec_turn){ .line = parser->token.line,
		.column = parser->token.column };
	r = parser_name(parser, "the name of a step", &turn->name);
	return r == 0 && parser_at_sign(parser, '(') ? parse_blockers(parser, turn) : r;
}

static int parse_permutation(struct parser *parser)
{
	struct spec *spec = parser->spec;
	struct spec_permutation *permutation;
	int r = parser_next(parser);

	spec->permutations = pool_grow(
		&spec->pool, spec->permutations, spec->permutation_count, sizeof(*permutation));
	permutation = &spec->permutations[spec->permutation_count++];
	*permutation = (struct spec_permutation){ 0 };
	do
		r = r < 0 ? r : parse_turn(parser, permutation);
	while (r == 0 &&
		(parser->token.kind == TOKEN_QUOTED ||
			(parser->token.kind == TOKEN_WORD && !is_keyword(parser->token.text))));
	return r;
}

/* ---- the file ---- */

static int parse_setup(struct parser *parser)
{
	struct spec *spec = parser->spec;
	int r = parser_next(parser);

	spec->setups =
		pool_grow(&spec->pool, spec->setups, spec->setup_count, sizeof(*spec->setups));
	return r < 0 ? r
		     : parser_block(
			       parser, "a block of SQL", &spec->setups[spec->setup_count++]);
}

static int parse_teardown(struct parser *parser)
{
	if (parser->spec->teardown)
		return parser_expected(parser, "only one 'teardown'");
	return parse_optional_block(parser, "teardown", &parser->spec->teardown);
}

/* Directives, as many as there are. */
static int parse_directives(struct parser *parser)
{
	int r = 1;

	while (r > 0 && !parser->lexer.strict)
		r = directive_parse(parser);
	return r < 0 ? r : 0;
}

static int parse_head(struct parser *parser)
{
	int r = parse_directives(parser);

	while (r == 0 && parser_at(parser, "setup")) {
		r = parse_setup(parser);
		if (r == 0)
			r = parse_directives(parser);
	}
	if (r == 0 && parser_at(parser, "teardown"))
		r = parse_teardown(parser);
	return r < 0 ? r : parse_directives(parser);
}

static int parse_file(struct parser *parser)
{
	int r = parser_next(parser);

	if (r == 0)
		r = parse_head(parser);
	if (r == 0 && !parser_at(parser, "session"))
		r = parser_expected(parser,
			parser->lexer.strict ? "'setup', 'teardown' or 'session'"
					     : "'setup', 'teardown', 'session' or a directive");
	while (r == 0 && parser_at(parser, "session")) {
		r = parse_session(parser);
		if (r == 0)
			r = parse_directives(parser);
	}
	while (r == 0 && parser_at(parser, "permutation"))
		r = parse_permutation(parser);
	if (r == 0 && parser->token.kind != TOKEN_END)
		r = parser_expected(parser, "'session', 'permutation' or the end of the file");
	return r;
}

/* ---- names become steps ---- */

static int link_blocker(struct parser *parser, const struct spec_permutation *permutation,
	const struct spec_turn *turn, struct spec_blocker *blocker)
{
	if (blocker->kind == BLOCKER_ONCE)
		return 0;
	for (size_t i = 0; i < permutation->turn_count && !blocker->step; i++)
		if (strcmp(permutation->turns[i].name, blocker->name) == 0)
			blocker->step = permutation->turns[i].step;
	if (!blocker->step)
		return lexer_error(&parser->lexer, blocker->line, blocker->column,
			"there is no step '%s' in this permutation", blocker->name);
	if (blocker->step->session == turn->step->session)
		return lexer_error(&parser->lexer, blocker->line, blocker->column,
			"step '%s' can't wait for one of its own session", turn->name);
	return 0;
}

static int link_permutation(struct parser *parser, struct spec_permutation *permutation)
{
	for (size_t i = 0; i < permutation->turn_count; i++) {
		struct spec_turn *turn = &permutation->turns[i];

		turn->step = spec_find_step(parser->spec, turn->name);
		if (!turn->step)
			return lexer_error(&parser->lexer, turn->line, turn->column,
				"there is no step '%s'", turn->name);
	}
	for (size_t i = 0; i < permutation->turn_count; i++) {
		struct spec_turn *turn = &permutation->turns[i];

		for (size_t b = 0; b < turn->blocker_count; b++) {
			int r = link_blocker(parser, permutation, turn, &turn->blockers[b]);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int spec_parse(const char *name, const char *text, size_t size, bool strict,
	struct spec **ret_spec, struct diag *diag)
{
	struct spec *spec = calloc(1, sizeof(*spec));
	struct parser parser = { .spec = spec };
	int r;

	if (!spec)
		return diag_set(diag, -ENOMEM, "no memory for '%s'", name);
	spec->name = pool_string(&spec->pool, name);
	lexer_init(&parser.lexer, spec->name, text, size);
	parser.lexer.strict = strict;
	parser.lexer.pool = &spec->pool;
	parser.lexer.diag = diag;
	r = parse_file(&parser);
	for (size_t i = 0; i < spec->permutation_count && r == 0; i++)
		r = link_permutation(&parser, &spec->permutations[i]);
	if (r == 0)
		r = directives_link(&parser);
	if (r < 0)
		spec_free(spec);
	else
		*ret_spec = spec;
	return r;
}

/* ---- reading the file ---- */

static int read_all(FILE *file, struct text *text)
{
	char buffer[16384];
	size_t count;

	while ((count = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		text_add(text, buffer, count);
		if (text->size > SPEC_SIZE_MAX)
			return -EFBIG;
	}
	return ferror(file) ? -(errno ? errno : EIO) : 0;
}

int spec_read(const char *path, bool strict, struct spec **ret_spec, struct diag *diag)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	struct text text = { 0 };
	int r;

	if (!file)
		return diag_set(diag, -errno, "cannot open '%s': %s", path, strerror(errno));
	errno = 0;
	r = read_all(file, &text);
	if (!is_stdin)
		fclose(file);
	if (r < 0)
		diag_set(diag, r, "cannot read '%s': %s", path, strerror(-r));
	else
		r = spec_parse(is_stdin ? "stdin" : path, text.text ? text.text : "", text.size,
			strict, ret_spec, diag);
	text_release(&text);
	return r;
}
