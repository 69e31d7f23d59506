/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step's SQL touches, read off its words. It need not understand SQL: whatever it does
 * not know for sure makes the step `unsure`, and then nothing is concluded from it.
 */
#ifndef WEFT_TOOL_SQL_CORE_STATEMENT_H
#define WEFT_TOOL_SQL_CORE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATEMENT_TABLES_MAX 64

struct statement {
	bool begins;	      /* only opens a transaction, which does nothing yet */
	bool ends;	      /* may end a transaction */
	bool changes_schema;  /* or anything else that is not undone with the tables' rows */
	bool changes_session; /* settings, temporary tables, prepared statements, locks */
	bool writes;
	bool unsure;
	uint64_t tables; /* by their numbers */
};

/* The number of a table, or -1. */
typedef int (*statement_find_table)(const void *context, const char *name, size_t size);

void statement_read(const char *sql, statement_find_table find, const void *context,
	struct statement *ret_statement);

/* Does it make no difference which of two sessions' steps comes first? */
bool statement_independent(const struct statement *a, bool a_in_transaction,
	const struct statement *b, bool b_in_transaction);

/* The words of SQL, for those who look for more. */
struct sql_word {
	const char *text;
	size_t size;
	bool quoted;  /* an identifier in quotes; the text is without them */
	bool called;  /* '(' follows */
	bool first;   /* of its statement */
	char sign;    /* not a word, but this sign; text and size are of it */
	bool is_text; /* a string literal */
	bool is_number;
};

/* The next word at *sql, which moves on. False: none is left. */
bool sql_next_word(const char **sql, struct sql_word *word);
bool sql_word_is(const struct sql_word *word, const char *lower_case);

#endif
