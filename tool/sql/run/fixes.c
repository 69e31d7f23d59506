/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each fix rewrites the file's SQL, or says why it does not apply. The rewriting is by words
 * (core/statement.h): where these are not of a simple form, the fix does not apply.
 */
#include "tool/sql/run/fixes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/sql/run/variant.h"

#define NOTHING_TO_LOCK "no transaction reads plain rows before it writes"
#define FIX_EXECUTIONS 2000 /* at most, for each */

static void note(struct variant *variant, const struct spec_step *step)
{
	text_addf(&variant->change, "%s%s: %s", variant->changes ? "; " : "", step->name,
		step->sql);
	variant->changes++;
}

/* The SQL without a semicolon and blanks at its end. */
static size_t trimmed(const char *sql)
{
	size_t size = strlen(sql);

	while (size && strchr("; \t\r\n", sql[size - 1]))
		size--;
	return size;
}

/* ---- what statements are like ---- */

static bool has_call(const char *sql, const char *function)
{
	struct sql_word at;

	while (sql_next_word(&sql, &at))
		if (at.called && sql_word_is(&at, function))
			return true;
	return false;
}

static bool begins_with(const char *sql, const char *word)
{
	struct sql_word first;

	return sql_next_word(&sql, &first) && sql_word_is(&first, word);
}

static bool writes(const struct spec_step *step)
{
	return begins_with(step->sql, "update") || begins_with(step->sql, "insert") ||
	       begins_with(step->sql, "delete");
}

/* One that can take FOR UPDATE: rows of a table, as they are. */
static bool is_plain_select(const char *sql)
{
	static const char *const functions[] = { "count", "sum", "min", "max", "avg", NULL };
	static const char *const not_plain[] = { "group", "distinct", "union", "for", "into",
		"having", NULL };

	if (!begins_with(sql, "select") || !sql_has_word(sql, "from"))
		return false;
	for (const char *const *word = not_plain; *word; word++)
		if (sql_has_word(sql, *word))
			return false;
	for (const char *const *word = functions; *word; word++)
		if (has_call(sql, *word))
			return false;
	return memchr(sql, ';', trimmed(sql)) == NULL;
}

static bool writes_later(const struct spec_session *session, unsigned int from)
{
	for (unsigned int i = from + 1; i < session->step_count; i++)
		if (writes(session->steps[i]))
			return true;
	return false;
}

/* Does the session open transactions of its own? */
static bool has_transaction(const struct spec_session *session)
{
	if (session->setup && (sql_has_word(session->setup, "begin") ||
				      sql_has_word(session->setup, "start")))
		return true;
	for (unsigned int i = 0; i < session->step_count; i++)
		if (begins_with(session->steps[i]->sql, "begin") ||
			begins_with(session->steps[i]->sql, "start"))
			return true;
	return false;
}

/* `SELECT count(*) FROM ...`, and nothing else. */
static bool is_count(const char *sql)
{
	static const char *const words[] = { "select", "count", "(", "*", ")", "from", NULL };
	struct sql_word word;

	for (const char *const *expected = words; *expected; expected++)
		if (!sql_next_word(&sql, &word) || strlen(*expected) != word.size ||
			strncasecmp(word.text, *expected, word.size) != 0)
			return false;
	return !sql_has_word(sql, "group") && !sql_has_word(sql, "for") &&
	       !sql_has_word(sql, "having") && !sql_has_word(sql, "union") &&
	       memchr(sql, ';', trimmed(sql)) == NULL;
}

/* With FOR UPDATE, which counting only takes around a query of the rows. */
static const char *locked(struct variant *variant, const char *sql)
{
	if (!is_count(sql))
		return pool_format(variant->pool, "%.*s FOR UPDATE", (int)trimmed(sql), sql);
	sql = strcasestr(sql, "from");
	return pool_format(variant->pool,
		"SELECT count(*) FROM (SELECT 1 %.*s FOR UPDATE) AS locked", (int)trimmed(sql),
		sql);
}

/* ---- the fixes; each returns why it does not apply, or NULL ---- */

static const char *lock_rows(struct variant *variant)
{
	struct spec *spec = &variant->spec;

	if (variant->campaign->engine->ops->id == SPEC_SQLITE)
		return "SQLite has none; see BEGIN IMMEDIATE";
	for (unsigned int i = 0; i < spec->session_count; i++) {
		struct spec_session *session = spec->sessions[i];

		for (unsigned int s = 0; s < session->step_count; s++) {
			struct spec_step *step = session->steps[s];

			if (!writes_later(session, s) || !has_transaction(session) ||
				(!is_plain_select(step->sql) && !is_count(step->sql)))
				continue;
			step->sql = locked(variant, step->sql);
			note(variant, step);
		}
	}
	return variant->changes ? NULL : NOTHING_TO_LOCK;
}

static const char *begin_immediate(struct variant *variant)
{
	struct spec *spec = &variant->spec;

	if (variant->campaign->engine->ops->id != SPEC_SQLITE)
		return "of SQLite only";
	for (unsigned int i = 0; i < spec->step_count; i++) {
		struct spec_step *step = spec->steps[i];

		if (!begins_with(step->sql, "begin") || sql_has_word(step->sql, "immediate") ||
			!writes_later(spec->sessions[step->session], step->index))
			continue;
		step->sql = "BEGIN IMMEDIATE";
		note(variant, step);
	}
	return variant->changes ? NULL : "no transaction that writes begins by BEGIN";
}

/* Its steps between BEGIN and COMMIT, whatever it has before and after them. */
static void wrap_session(struct variant *variant, struct spec_session *session)
{
	bool is_sqlite = variant->campaign->engine->ops->id == SPEC_SQLITE;
	const char *begin = is_sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
	const char *setup = session->setup, *teardown = session->teardown;

	session->setup = !setup ? begin
				: pool_format(variant->pool, "%.*s; %s", (int)trimmed(setup),
					  setup, begin);
	session->teardown =
		!teardown ? "COMMIT" : pool_format(variant->pool, "COMMIT; %s", teardown);
	text_addf(&variant->change, "%s%s: %s ... COMMIT", variant->changes ? "; " : "",
		session->name, begin);
	variant->changes++;
}

/* A whole session in one transaction. */
static const char *one_transaction(struct variant *variant)
{
	struct spec *spec = &variant->spec;

	for (size_t i = 0; i < spec->fault_count; i++)
		if (spec->faults[i].kind == FAULT_REPEAT_SESSION)
			return "a session that is repeated can't open a transaction twice";
	for (unsigned int i = 0; i < spec->session_count; i++) {
		struct spec_session *session = spec->sessions[i];

		if (!has_transaction(session) && session->step_count > 1 &&
			writes_later(session, 0))
			wrap_session(variant, session);
	}
	return variant->changes ? NULL : "every session that writes has its transaction";
}

static const char *one_transaction_of_server(struct variant *variant)
{
	if (variant->campaign->engine->ops->id == SPEC_SQLITE)
		return "SQLite's transactions exclude each other";
	return one_transaction(variant);
}

/* Alone, a transaction of such sessions keeps nobody from what it has read. */
static const char *one_transaction_locked(struct variant *variant)
{
	const char *why = one_transaction_of_server(variant);
	unsigned int before = variant->changes;

	if (!why)
		why = lock_rows(variant);
	return !why && variant->changes == before ? NOTHING_TO_LOCK : why;
}

static const char *one_transaction_serializable(struct variant *variant)
{
	const char *why = one_transaction_of_server(variant);

	if (!why)
		variant_set_level(variant, LEVEL_SERIALIZABLE);
	return why;
}

/* Writes next to each other, sorted: all sessions take their locks in one order. */
static unsigned int sort_run(struct variant *variant, struct spec_session *session,
	unsigned int from, unsigned int to)
{
	unsigned int moved = 0;

	for (unsigned int i = from + 1; i < to; i++)
		for (unsigned int j = i; j > from; j--) {
			struct spec_step *a = session->steps[j - 1];
			struct spec_step *b = session->steps[j];
			const char *a_where = strcasestr(a->sql, "where");
			const char *b_where = strcasestr(b->sql, "where");
			const char *sql = a->sql;

			if (strcmp(a_where ? a_where : a->sql, b_where ? b_where : b->sql) <= 0)
				break;
			a->sql = b->sql;
			b->sql = sql;
			moved++;
		}
	for (unsigned int i = from; moved && i < to; i++)
		note(variant, session->steps[i]);
	return moved;
}

static bool can_move(const struct spec_step *step)
{
	return (begins_with(step->sql, "update") || begins_with(step->sql, "delete") ||
		       sql_has_word(step->sql, "for")) &&
	       !step->capture && !step->when.variable && !strchr(step->sql, '{');
}

static const char *order_locks(struct variant *variant)
{
	struct spec *spec = &variant->spec;

	for (unsigned int i = 0; i < spec->session_count; i++) {
		struct spec_session *session = spec->sessions[i];
		unsigned int from = 0;

		for (unsigned int s = 0; s <= session->step_count; s++) {
			if (s < session->step_count && can_move(session->steps[s]))
				continue;
			sort_run(variant, session, from, s);
			from = s + 1;
		}
	}
	return variant->changes
		       ? NULL
		       : "the locks are taken in one order, or their steps can't be moved";
}

/* The column compared with a constant in the WHERE of a query on `table`; or "". */
static void key_columns(const char *sql, const char *table, struct text *columns)
{
	struct sql_word word, last = { 0 };
	bool in_where = false, on_table = false;

	while (sql_next_word(&sql, &word)) {
		const char *after = sql;
		struct sql_word value;

		on_table |= word.size == strlen(table) &&
			    strncasecmp(word.text, table, word.size) == 0;
		if (in_where && on_table && word.sign == '=' && last.size && !last.sign &&
			sql_next_word(&after, &value) && (value.is_number || value.is_text))
			text_addf(columns, "%s%.*s", columns->size ? ", " : "", (int)last.size,
				last.text);
		in_where |= sql_word_is(&word, "where");
		last = word;
	}
}

static const char *inserted_table(const char *sql)
{
	static char name[128];
	struct sql_word word;
	bool next = false;

	if (!begins_with(sql, "insert"))
		return NULL;
	while (sql_next_word(&sql, &word)) {
		if (next) {
			snprintf(name, sizeof(name), "%.*s", (int)word.size, word.text);
			return name;
		}
		next = sql_word_is(&word, "into");
	}
	return NULL;
}

static bool has_column_list(const char *columns, const struct text *seen)
{
	return seen->text && strcmp(columns, seen->text) == 0;
}

/* What sessions look for before they insert shall be there only once. */
static const char *unique_key(struct variant *variant)
{
	struct spec *spec = &variant->spec;
	struct text done = { 0 };

	for (unsigned int i = 0; i < spec->step_count && !variant->changes; i++) {
		const char *table = inserted_table(spec->steps[i]->sql);
		struct text columns = { 0 };

		for (unsigned int s = 0; table && s < spec->step_count && !columns.size; s++)
			if (spec->steps[s]->session == spec->steps[i]->session)
				key_columns(spec->steps[s]->sql, table, &columns);
		if (columns.size && !has_column_list(columns.text, &done)) {
			const char *sql = pool_format(variant->pool,
				"CREATE UNIQUE INDEX weft_key ON %s (%s)", table, columns.text);

			spec->setups[spec->setup_count++] = sql;
			text_add_string(&variant->change, sql);
			variant->changes++;
		}
		text_release(&columns);
	}
	text_release(&done);
	return variant->changes ? NULL : "no session looks for what it then inserts";
}

/* The one column that a captured value is: `SELECT column FROM table ...`; or false. */
static bool captured_column(
	const struct spec_step *step, struct sql_word *column, struct sql_word *table)
{
	const char *sql = step->sql;
	struct sql_word word;

	return step->capture && begins_with(sql, "select") && sql_next_word(&sql, &word) &&
	       sql_next_word(&sql, column) && !column->sign && !column->called &&
	       sql_next_word(&sql, &word) && sql_word_is(&word, "from") &&
	       sql_next_word(&sql, table) && !table->sign;
}

static bool updates_table(const char *sql, const struct sql_word *table)
{
	struct sql_word word;

	return sql_next_word(&sql, &word) && sql_word_is(&word, "update") &&
	       sql_next_word(&sql, &word) && word.size == table->size &&
	       strncasecmp(word.text, table->text, word.size) == 0;
}

/* {name} in the text becomes the column; NULL if it is not in it, or says which rows. */
static const char *replace_capture(
	struct pool *pool, const char *sql, const char *name, const struct sql_word *column)
{
	const char *mark = pool_format(pool, "{%s}", name);
	const char *at = strstr(sql, mark);
	const char *where = strcasestr(sql, "where");
	struct text text = { 0 };
	const char *copy;

	if (!at || (where && strstr(where, mark)))
		return NULL;
	for (; at; at = strstr(sql, mark)) {
		text_add(&text, sql, (size_t)(at - sql));
		text_add(&text, column->text, column->size);
		sql = at + strlen(mark);
	}
	text_add_string(&text, sql);
	copy = pool_copy(pool, text.text, text.size);
	text_release(&text);
	return copy;
}

static bool is_used(const struct spec_session *session, const char *capture)
{
	char mark[128];

	snprintf(mark, sizeof(mark), "{%s}", capture);
	for (unsigned int i = 0; i < session->step_count; i++) {
		const struct spec_step *step = session->steps[i];

		if (strstr(step->sql, mark) ||
			(step->when.variable && strcmp(step->when.variable, capture) == 0))
			return true;
	}
	return false;
}

/* A read whose value nobody uses any more. */
static void drop_step(struct spec_session *session, unsigned int at)
{
	session->step_count--;
	for (unsigned int i = at; i < session->step_count; i++)
		session->steps[i] = session->steps[i + 1];
}

/* `SET balance = {b} - 10` computes on what was read; the row itself knows better. */
static const char *atomic_update(struct variant *variant)
{
	struct spec *spec = &variant->spec;

	for (unsigned int i = 0; i < spec->step_count; i++) {
		struct sql_word column, table;
		struct spec_session *session = spec->sessions[spec->steps[i]->session];
		unsigned int before = variant->changes;

		if (!captured_column(spec->steps[i], &column, &table))
			continue;
		for (unsigned int s = spec->steps[i]->index + 1; s < session->step_count; s++) {
			struct spec_step *step = session->steps[s];
			const char *sql = updates_table(step->sql, &table)
						  ? replace_capture(variant->pool, step->sql,
							    spec->steps[i]->capture, &column)
						  : NULL;

			if (!sql)
				continue;
			step->sql = sql;
			note(variant, step);
		}
		if (variant->changes > before && !is_used(session, spec->steps[i]->capture))
			drop_step(session, spec->steps[i]->index);
	}
	return variant->changes ? NULL : "no UPDATE uses a value that was read from its table";
}

/* ---- trying them ---- */

static struct sql_fix *add_fix(struct sql_campaign *campaign, const char *title)
{
	struct sql_fix *fix;

	campaign->fixes = pool_grow(&campaign->pool, campaign->fixes, campaign->fix_count,
		sizeof(*campaign->fixes));
	fix = &campaign->fixes[campaign->fix_count++];
	*fix = (struct sql_fix){ .title = title, .change = "" };
	return fix;
}

/* Explores the variant. A setup that it breaks is an answer, too. */
static int try_variant(struct sql_campaign *campaign, struct variant *variant,
	struct sql_fix *fix, struct diag *diag)
{
	struct sql_options options = *campaign->options;
	const struct sql_options *own = campaign->options;
	int r;

	if (!options.max_executions || options.max_executions > FIX_EXECUTIONS)
		options.max_executions = FIX_EXECUTIONS;
	campaign->options = &options;
	r = sql_campaign_count(campaign, &variant->spec, variant->level, fix, diag);
	campaign->options = own;
	if (r == -EINVAL) {
		fix->change = pool_string(&campaign->pool, diag->text);
		return 0;
	}
	fix->applies = r == 0;
	return r;
}

static int try_levels(struct sql_campaign *campaign, struct diag *diag)
{
	int r = 0;

	for (int i = LEVEL_READ_COMMITTED; i < SPEC_LEVELS && r == 0; i++) {
		enum spec_level level = (enum spec_level)i;
		struct variant variant;

		if (!campaign->engine->ops->has_level(level) ||
			level == campaign->findings[0]->level ||
			campaign->engine->ops->id == SPEC_SQLITE)
			continue;
		variant_init(&variant, campaign);
		variant_set_level(&variant, level);
		r = try_variant(
			campaign, &variant, add_fix(campaign, spec_level_name(level)), diag);
	}
	return r;
}

static const struct {
	const char *title;
	const char *(*change)(struct variant *variant);
} rewrites[] = {
	{ "FOR UPDATE", lock_rows },
	{ "BEGIN IMMEDIATE", begin_immediate },
	{ "one transaction", one_transaction },
	{ "one transaction, FOR UPDATE", one_transaction_locked },
	{ "one transaction, serializable", one_transaction_serializable },
	{ "ordered locks", order_locks },
	{ "unique key", unique_key },
	{ "atomic UPDATE", atomic_update },
};

static int try_rewrite(struct sql_campaign *campaign, size_t number, struct diag *diag)
{
	struct variant variant;
	struct sql_fix *fix;
	const char *why;
	int r = 0;

	variant_init(&variant, campaign);
	why = rewrites[number].change(&variant);
	fix = add_fix(campaign, rewrites[number].title);
	fix->change = why ? why : pool_string(&campaign->pool, variant.change.text);
	if (!why)
		r = try_variant(campaign, &variant, fix, diag);
	text_release(&variant.change);
	return r;
}

int fixes_try(struct sql_campaign *campaign, struct diag *diag)
{
	int r;

	if (!campaign->finding_count || campaign->interrupted || campaign->out_of_time)
		return 0;
	r = try_levels(campaign, diag);
	for (size_t i = 0; i < sizeof(rewrites) / sizeof(rewrites[0]) && r == 0; i++)
		r = try_rewrite(campaign, i, diag);
	return r;
}
