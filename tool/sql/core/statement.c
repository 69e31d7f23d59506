/* SPDX-License-Identifier: Apache-2.0 */
/* A scanner for words; see statement.h. */
#include "tool/sql/core/statement.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- words ---- */

static const char *skip_comment(const char *sql)
{
	if (sql[0] == '-' && sql[1] == '-')
		return sql + strcspn(sql, "\n");
	if (sql[0] == '/' && sql[1] == '*') {
		const char *end = strstr(sql + 2, "*/");

		return end ? end + 2 : sql + strlen(sql);
	}
	return sql;
}

static const char *skip_blanks(const char *sql)
{
	for (;;) {
		const char *next = skip_comment(sql + strspn(sql, " \t\r\n\f\v"));

		if (next == sql)
			return sql;
		sql = next;
	}
}

/* Past the quote that ends what begins here; quotes are doubled within. */
static const char *skip_quoted(const char *sql)
{
	char quote = *sql++;

	while (*sql && (*sql != quote || sql[1] == quote))
		sql += *sql == quote ? 2 : 1;
	return *sql ? sql + 1 : sql;
}

/* $tag$ ... $tag$, or NULL: none begins here. */
static const char *skip_dollars(const char *sql)
{
	size_t size = 1;
	const char *at;

	while (isalnum((unsigned char)sql[size]) || sql[size] == '_')
		size++;
	if (sql[size] != '$' || isdigit((unsigned char)sql[1]))
		return NULL;
	size++;
	for (at = sql + size; *at; at++)
		if (strncmp(at, sql, size) == 0)
			return at + size;
	return at;
}

static bool is_word_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

static const char *read_word(const char *sql, struct sql_word *word)
{
	const char *end = sql;

	if (*sql == '\'' || *sql == '"' || *sql == '`') {
		end = skip_quoted(sql);
		word->is_text = *sql == '\'';
		word->quoted = *sql != '\'';
		word->text = sql + 1;
		word->size = (size_t)(end - sql) - (end - sql >= 2 ? 2 : 1);
		return end;
	}
	if (*sql == '$' && skip_dollars(sql)) {
		word->is_text = true;
		return skip_dollars(sql);
	}
	if (!is_word_character(*sql)) {
		word->sign = *sql;
		return sql + 1;
	}
	word->is_number = isdigit((unsigned char)*sql);
	while (is_word_character(*end) || (word->is_number && *end == '.'))
		end++;
	word->size = (size_t)(end - sql);
	return end;
}

bool sql_next_word(const char **sql, struct sql_word *word)
{
	const char *at = skip_blanks(*sql);

	memset(word, 0, sizeof(*word));
	if (!*at)
		return false;
	word->text = at;
	word->size = 1;
	at = read_word(at, word);
	*sql = at;
	word->called = *skip_blanks(at) == '(';
	return true;
}

bool sql_word_is(const struct sql_word *word, const char *lower_case)
{
	return !word->quoted && !word->is_text && !word->sign &&
	       strlen(lower_case) == word->size &&
	       strncasecmp(word->text, lower_case, word->size) == 0;
}

bool sql_has_word(const char *sql, const char *lower_case)
{
	struct sql_word word;

	while (sql && sql_next_word(&sql, &word))
		if (sql_word_is(&word, lower_case))
			return true;
	return false;
}

static bool word_in(const struct sql_word *word, const char *const *list)
{
	for (; *list; list++)
		if (sql_word_is(word, *list))
			return true;
	return false;
}

/* ---- what they mean ---- */

static const char *const openers[] = { "begin", "start", "set", NULL };
static const char *const opening[] = { "begin", "start", "set", "transaction", "work",
	"deferred", "isolation", "level", "read", "committed", "uncommitted", "repeatable",
	"serializable", "write", "only", NULL };
static const char *const enders[] = { "commit", "end", "rollback", "abort", NULL };
static const char *const readers[] = { "select", "values", "with", "table", NULL };
static const char *const writers[] = { "insert", "update", "delete", "replace", NULL };
/* Of no effect beyond their transaction. */
static const char *const savers[] = { "savepoint", "release", NULL };
static const char *const session_changers[] = { "set", "reset", "prepare", "execute",
	"deallocate", "listen", "unlisten", "declare", "fetch", "close", "discard", "notify",
	"lock", "unlock", "handler", "pragma", "use", NULL };
/* What may be called or stand before a parenthesis without touching anything else. */
static const char *const harmless[] = { "count", "sum", "min", "max", "avg", "abs", "coalesce",
	"length", "lower", "upper", "values", "in", "exists", "and", "or", "not", "where", "on",
	"as", "by", "set", "from", "then", "else", "when", "case", "ifnull", "nullif", "all",
	"any", "some", "using", "select", "returning", "greatest", "least", "round", "over",
	"filter", "conflict", "union", "between", "join", "having", "limit", "mod", NULL };

static void read_first(const struct sql_word *word, struct statement *statement)
{
	if (word_in(word, enders))
		statement->ends = true;
	else if (word_in(word, writers))
		statement->writes = true;
	else if (word_in(word, session_changers))
		statement->changes_session = statement->unsure = true;
	else if (!word_in(word, readers) && !word_in(word, savers) && !word_in(word, openers))
		statement->changes_schema = statement->changes_session = statement->unsure =
			true;
}

static void read_other(const struct sql_word *word, const struct statement_tables *tables,
	struct statement *statement)
{
	int table = word->sign || word->is_text || word->is_number
			    ? -1
			    : tables->find(tables->context, word->text, word->size);

	if (table >= 0 && table < STATEMENT_TABLES_MAX)
		statement->touched.tables |= (uint64_t)1 << table;
	else if (table >= 0)
		statement->unsure = true;
	else if (word->called && !word->sign && !word_in(word, harmless))
		statement->unsure = true;
	/* A data-modifying WITH, SELECT ... FOR UPDATE or INTO. */
	if (word_in(word, writers) || sql_word_is(word, "for") || sql_word_is(word, "into") ||
		sql_word_is(word, "lock"))
		statement->writes = true;
	if (word->size >= 8 && !word->sign && strncasecmp(word->text, "pg_advis", 8) == 0)
		statement->changes_session = true;
	if (sql_word_is(word, "set_config") || sql_word_is(word, "get_lock") ||
		sql_word_is(word, "temporary") || sql_word_is(word, "temp"))
		statement->changes_session = true;
	if (sql_word_is(word, "prepared"))
		statement->changes_schema = true;
}

/* ---- the one row ---- */

#define KEY_WORDS_MAX 64
#define KEY_DIGITS_MAX 18

/* With one of these the condition may hold for other rows as well, or the row be a new one. */
static const char *const complicating[] = { "or", "xor", "not", "union", "intersect", "except",
	"between", "case", "join", "insert", "replace", "into", "with", "merge", "using",
	NULL };
static const char *const after_condition[] = { "and", "for", "order", "limit", "returning",
	NULL };

struct words {
	struct sql_word list[KEY_WORDS_MAX];
	unsigned int count;
};

/* False: too many, or some that make it complicated. */
static bool list_words(const char *sql, struct words *words)
{
	unsigned int selects = 0;

	words->count = 0;
	for (struct sql_word word; sql_next_word(&sql, &word);) {
		selects += sql_word_is(&word, "select");
		if (words->count == KEY_WORDS_MAX || selects > 1 || word.quoted ||
			word_in(&word, complicating) ||
			(word.sign && !strchr("=,().*+-;<>", word.sign)))
			return false;
		words->list[words->count++] = word;
	}
	return true;
}

static bool is_digits(const struct sql_word *word)
{
	for (size_t i = 0; i < word->size; i++)
		if (!isdigit((unsigned char)word->text[i]))
			return false;
	return word->is_number && word->size <= KEY_DIGITS_MAX;
}

/* Is it `KEY = NUMBER`, a condition of its own? */
static bool is_condition(const struct words *words, unsigned int at)
{
	const struct sql_word *w = &words->list[at];

	if (at == 0 || at + 2 >= words->count || w[1].sign != '=' || !is_digits(&w[2]))
		return false;
	if (!sql_word_is(&w[-1], "where") && !sql_word_is(&w[-1], "and"))
		return false;
	return at + 3 == words->count || w[3].sign == ';' || word_in(&w[3], after_condition);
}

/* The place of the one condition on the key in the outermost WHERE, or 0. */
static unsigned int find_condition(
	const struct words *words, const struct statement_tables *tables, int table)
{
	unsigned int found = 0, depth = 0;

	for (unsigned int i = 0; i < words->count; i++) {
		const struct sql_word *word = &words->list[i];

		depth += word->sign == '(';
		depth -= word->sign == ')' && depth;
		if (word->sign || word->is_text || word->is_number ||
			!tables->is_key(tables->context, table, word->text, word->size))
			continue;
		if (found || depth || !is_condition(words, i))
			return 0;
		found = i;
	}
	return found;
}

static void read_key(
	const char *sql, const struct statement_tables *tables, struct statement *statement)
{
	uint64_t set = statement->touched.tables;
	struct words words;
	unsigned int at;

	if (!set || set & (set - 1) || statement->unsure || !list_words(sql, &words))
		return;
	at = find_condition(&words, tables, __builtin_ctzll(set));
	if (!at)
		return;
	statement->touched.has_key = true;
	for (size_t i = 0; i < words.list[at + 2].size; i++)
		statement->touched.key = statement->touched.key * 10 +
					 (uint64_t)(words.list[at + 2].text[i] - '0');
}

void statement_read(
	const char *sql, const struct statement_tables *tables, struct statement *statement)
{
	const char *whole = sql;
	struct sql_word word;
	struct sql_word before = { .sign = ';' };
	bool opens = true;
	unsigned int statements = 0;

	memset(statement, 0, sizeof(*statement));
	while (sql_next_word(&sql, &word)) {
		bool first = before.sign == ';' && word.sign != ';';

		statements += first;
		if (first && statements == 1)
			opens = word_in(&word, openers);
		else if (word.sign != ';')
			opens = opens && word_in(&word, opening);
		/* SET TRANSACTION is no SET. */
		if (sql_word_is(&word, "transaction") && sql_word_is(&before, "set"))
			statement->changes_session = statement->unsure = false;
		if (first)
			read_first(&word, statement);
		else
			read_other(&word, tables, statement);
		before = word;
	}
	statement->begins = opens && statements == 1;
	if (statement->begins && statement->changes_session)
		statement->begins = false;
	if (statements > 1)
		statement->unsure = true;
	if (!statement->begins && !statement->ends && !statement->touched.tables)
		statement->unsure = true;
	read_key(whole, tables, statement);
}

bool touched_overlap(const struct touched *a, const struct touched *b)
{
	return a->tables & b->tables && !(a->has_key && b->has_key && a->key != b->key);
}

bool statement_independent(const struct statement *a, bool a_in_transaction,
	const struct statement *b, bool b_in_transaction)
{
	if (a->begins || b->begins)
		return true;
	if (a->unsure || b->unsure || a->ends || b->ends)
		return false;
	/* A write of its own is a transaction that ends, which others may see at any time. */
	if ((a->writes && !a_in_transaction) || (b->writes && !b_in_transaction))
		return false;
	return !touched_overlap(&a->touched, &b->touched) || (!a->writes && !b->writes);
}
