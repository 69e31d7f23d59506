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

/* Rows, as far as they are known: of these tables all, or of the one table the one row. */
struct touched {
	uint64_t tables; /* by their numbers */
	bool has_key;
	uint64_t key; /* then: the row's, in the table's one unique index */
};

/* May both be of one row? */
bool touched_overlap(const struct touched *a, const struct touched *b);

struct statement {
	bool begins;	      /* only opens a transaction, which does nothing yet */
	bool ends;	      /* may end a transaction */
	bool changes_schema;  /* or anything else that is not undone with the tables' rows */
	bool changes_session; /* settings, temporary tables, prepared statements, locks */
	bool writes;
	bool unsure;
	struct touched touched;
};

struct statement_tables {
	const void *context;
	/* The number of a table, or -1. */
	int (*find)(const void *context, const char *name, size_t size);
	/* Is it the table's one unique index, of integers? */
	bool (*is_key)(const void *context, int table, const char *column, size_t size);
};

void statement_read(const char *sql, const struct statement_tables *tables,
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
/* Is it among the words of that SQL? NULL has none. */
bool sql_has_word(const char *sql, const char *lower_case);

#endif
