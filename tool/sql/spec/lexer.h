/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokens of a file for `weft sql`. A `{name}` inside of a block of SQL is a captured value
 * and does not end the block, unless the file is read strictly, as isolationtester does.
 */
#ifndef WEFT_TOOL_SQL_SPEC_LEXER_H
#define WEFT_TOOL_SQL_SPEC_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/sql/data/pool.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,    /* an identifier without quotes */
	TOKEN_QUOTED,  /* one in double quotes */
	TOKEN_STRING,  /* in single quotes */
	TOKEN_NUMBER,  /* digits, perhaps with a sign and a fraction */
	TOKEN_BLOCK,   /* { SQL } */
	TOKEN_SIGN,    /* one of , ( ) * . */
	TOKEN_ARROW,   /* -> */
	TOKEN_COMPARE, /* = <> != < <= > >= */
};

struct token {
	enum token_kind kind;
	const char *text; /* in the pool */
	uint32_t line, column;
};

struct lexer {
	const char *name; /* of the file */
	const char *text;
	size_t size;
	size_t position;
	size_t line_start;
	uint32_t line;
	bool strict;
	struct pool *pool;
	struct diag *diag;
};

void lexer_init(struct lexer *lexer, const char *name, const char *text, size_t size);

/* Reads the next token. Returns 0 or -EINVAL with the place in the diag. */
int lexer_next(struct lexer *lexer, struct token *ret_token);

/* "name:line:column: ..."; returns -EINVAL. */
int lexer_error(const struct lexer *lexer, uint32_t line, uint32_t column, const char *format,
	...) __attribute__((format(printf, 4, 5)));

#endif
