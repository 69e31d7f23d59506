/* SPDX-License-Identifier: Apache-2.0 */
/* By hand, a character at a time; see lexer.h. */
#include "tool/sql/spec/lexer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lexer_init(struct lexer *lexer, const char *name, const char *text, size_t size)
{
	memset(lexer, 0, sizeof(*lexer));
	lexer->name = name;
	lexer->text = text;
	lexer->size = size;
	lexer->line = 1;
}

int lexer_error(
	const struct lexer *lexer, uint32_t line, uint32_t column, const char *format, ...)
{
	char message[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return diag_set(
		lexer->diag, -EINVAL, "%s:%u:%u: %s", lexer->name, line, column, message);
}

static int peek(const struct lexer *lexer, size_t ahead)
{
	size_t position = lexer->position + ahead;

	return position < lexer->size ? (unsigned char)lexer->text[position] : -1;
}

/* Columns count characters, not bytes: those that continue one in UTF-8 are left out. */
static uint32_t column_of(const struct lexer *lexer, size_t position)
{
	uint32_t column = 1;

	for (size_t i = lexer->line_start; i < position; i++)
		column += (lexer->text[i] & 0xc0) != 0x80;
	return column;
}

static void advance(struct lexer *lexer)
{
	if (lexer->text[lexer->position++] == '\n') {
		lexer->line++;
		lexer->line_start = lexer->position;
	}
}

static bool is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool starts_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool continues_word(int c)
{
	return starts_word(c) || is_digit(c) || c == '$';
}

static void skip_blanks(struct lexer *lexer)
{
	for (int c = peek(lexer, 0); c >= 0; c = peek(lexer, 0)) {
		if (c == '#')
			while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '\n' &&
				peek(lexer, 0) != '\r')
				lexer->position++;
		else if (is_space(c) || c == '\n')
			advance(lexer);
		else
			return;
	}
}

static void take(struct lexer *lexer, struct token *token, enum token_kind kind, size_t size)
{
	token->kind = kind;
	token->text = pool_copy(lexer->pool, lexer->text + lexer->position, size);
	lexer->position += size;
}

/* In quotes, which are doubled within. */
static int read_quoted(struct lexer *lexer, struct token *token, char quote)
{
	struct text text = { 0 };

	lexer->position++;
	for (;;) {
		int c = peek(lexer, 0);

		if (c < 0 || c == '\n') {
			text_release(&text);
			return lexer_error(lexer, token->line, token->column,
				"the quote that begins here has no end in its line");
		}
		if (c == quote && peek(lexer, 1) != quote)
			break;
		lexer->position += c == quote;
		text_addf(&text, "%c", c);
		lexer->position++;
	}
	lexer->position++;
	token->kind = quote == '"' ? TOKEN_QUOTED : TOKEN_STRING;
	token->text = pool_copy(lexer->pool, text.text ? text.text : "", text.size);
	text_release(&text);
	return 0;
}

/* The length of `{name}` here, or 0. */
static size_t placeholder_size(const struct lexer *lexer)
{
	size_t size = 1;

	if (peek(lexer, 0) != '{' || !starts_word(peek(lexer, 1)))
		return 0;
	while (continues_word(peek(lexer, size)))
		size++;
	return peek(lexer, size) == '}' ? size + 1 : 0;
}

static int read_block(struct lexer *lexer, struct token *token)
{
	size_t start, end;

	lexer->position++;
	while (is_space(peek(lexer, 0)))
		lexer->position++;
	start = lexer->position;
	while (peek(lexer, 0) != '}') {
		size_t skip = lexer->strict ? 0 : placeholder_size(lexer);

		if (peek(lexer, 0) < 0)
			return lexer_error(lexer, token->line, token->column,
				"the SQL that begins here has no end: '}' is missing");
		for (advance(lexer); skip > 1; skip--)
			advance(lexer);
	}
	end = lexer->position++;
	/* As isolationtester: blanks go, but not the end of a line. */
	while (end > start && is_space((unsigned char)lexer->text[end - 1]))
		end--;
	token->kind = TOKEN_BLOCK;
	token->text = pool_copy(lexer->pool, lexer->text + start, end - start);
	return 0;
}

static int read_number(struct lexer *lexer, struct token *token)
{
	size_t size = peek(lexer, 0) == '-';

	while (is_digit(peek(lexer, size)))
		size++;
	if (!lexer->strict && peek(lexer, size) == '.' && is_digit(peek(lexer, size + 1)))
		for (size++; is_digit(peek(lexer, size));)
			size++;
	take(lexer, token, TOKEN_NUMBER, size);
	return 0;
}

/* What only our files have. */
static bool read_extension(struct lexer *lexer, struct token *token)
{
	int c = peek(lexer, 0);
	int next = peek(lexer, 1);

	if (c == '-' && next == '>')
		take(lexer, token, TOKEN_ARROW, 2);
	else if ((c == '<' && (next == '>' || next == '=')) || (c == '>' && next == '=') ||
		 (c == '!' && next == '='))
		take(lexer, token, TOKEN_COMPARE, 2);
	else if (c == '<' || c == '>' || c == '=')
		take(lexer, token, TOKEN_COMPARE, 1);
	else if (c == '.')
		take(lexer, token, TOKEN_SIGN, 1);
	else
		return false;
	return true;
}

static int refuse_character(struct lexer *lexer, const struct token *token)
{
	int c = peek(lexer, 0);

	if (c == '}')
		return lexer_error(lexer, token->line, token->column,
			"'}' ends no block: one began without '{', or the SQL holds a '}'");
	if (c < ' ' || c == 0x7f)
		return lexer_error(
			lexer, token->line, token->column, "unexpected character 0x%02x", c);
	return lexer_error(lexer, token->line, token->column, "unexpected character '%c'", c);
}

int lexer_next(struct lexer *lexer, struct token *token)
{
	size_t size = 1;
	int c;

	skip_blanks(lexer);
	token->line = lexer->line;
	token->column = column_of(lexer, lexer->position);
	c = peek(lexer, 0);
	if (c < 0) {
		token->kind = TOKEN_END;
		token->text = "";
		return 0;
	}
	if (c == '{')
		return read_block(lexer, token);
	if (c == '"' || (c == '\'' && !lexer->strict))
		return read_quoted(lexer, token, (char)c);
	if (is_digit(c) || (!lexer->strict && c == '-' && is_digit(peek(lexer, 1))))
		return read_number(lexer, token);
	if (starts_word(c)) {
		while (continues_word(peek(lexer, size)))
			size++;
		take(lexer, token, TOKEN_WORD, size);
		return 0;
	}
	if (c && strchr(",()*", c)) {
		take(lexer, token, TOKEN_SIGN, 1);
		return 0;
	}
	if (!lexer->strict && read_extension(lexer, token))
		return 0;
	return refuse_character(lexer, token);
}
