/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive descent over the tokens, one token of look-ahead; one function for each rule of the
 * grammar in docs/sql.md. Shared by parser.c, the part that isolationtester knows, and
 * directives.c, the rest.
 */
#ifndef WEFT_TOOL_SQL_SPEC_PARSER_H
#define WEFT_TOOL_SQL_SPEC_PARSER_H

#include "tool/sql/spec/lexer.h"
#include "tool/sql/spec/spec.h"

struct parser {
	struct lexer lexer;
	struct token token; /* the next one */
	struct spec *spec;
	const char **overlaps; /* steps named by `overlap`, until they are linked */
	struct token *overlap_tokens;
	size_t overlap_count;
};

/* All return 0 or -EINVAL with the place in the diag. */
int parser_next(struct parser *parser);

/* Is the next token this word, not in quotes? */
bool parser_at(const struct parser *parser, const char *word);
bool parser_at_sign(const struct parser *parser, char sign);

/* "expected WHAT, found ..." at the next token. */
int parser_expected(const struct parser *parser, const char *what);

/* A name: a word that is no keyword of isolationtester, or anything in double quotes. */
int parser_name(struct parser *parser, const char *what, const char **ret_name);
int parser_block(struct parser *parser, const char *what, const char **ret_sql);
int parser_count(struct parser *parser, const char *what, unsigned int *ret_count);

/* Reads a directive. 1: there was one, 0: the next token begins none. */
int directive_parse(struct parser *parser);

/* `when NAME = VALUE`, if it comes next. */
int condition_parse(struct parser *parser, struct spec_condition *ret_condition);

/* Finds the steps and sessions that directives name. */
int directives_link(struct parser *parser);

#endif
