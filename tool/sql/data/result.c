/* SPDX-License-Identifier: Apache-2.0 */
/* Results as text; see result.h. */
#include "tool/sql/data/result.h"

#include <stdlib.h>
#include <string.h>

#define SUMMARY_ROWS 4
#define NULL_MARK "\x01N"
#define CELL_END '\x02'
#define ROW_END '\x03'

void result_add_set(struct pool *pool, struct result *result, struct rows *rows)
{
	result->sets = pool_grow(pool, result->sets, result->set_count, sizeof(struct rows *));
	result->sets[result->set_count++] = rows;
}

void result_fail(struct pool *pool, struct result *result, enum failure failure,
	const char *code, const char *message)
{
	result->failure = failure;
	result->code = pool_string(pool, code);
	result->message = pool_copy(pool, message, strcspn(message, "\r\n"));
}

static const char *copy_cell(struct pool *pool, const char *cell)
{
	return cell ? pool_string(pool, cell) : NULL;
}

static struct rows *rows_copy(struct pool *pool, const struct rows *rows)
{
	struct rows *copy = pool_alloc(pool, sizeof(*copy));
	size_t cells = rows->count * rows->column_count;

	*copy = *rows;
	copy->tag = copy_cell(pool, rows->tag);
	copy->columns = pool_alloc(pool, rows->column_count * sizeof(*copy->columns));
	copy->cells = pool_alloc(pool, cells * sizeof(*copy->cells));
	for (unsigned int i = 0; i < rows->column_count; i++)
		copy->columns[i] = pool_string(pool, rows->columns[i]);
	for (size_t i = 0; i < cells; i++)
		copy->cells[i] = copy_cell(pool, rows->cells[i]);
	return copy;
}

struct result *result_copy(struct pool *pool, const struct result *result)
{
	struct result *copy = pool_alloc(pool, sizeof(*copy));

	copy->failure = result->failure;
	copy->code = copy_cell(pool, result->code);
	copy->message = copy_cell(pool, result->message);
	for (size_t i = 0; i < result->set_count; i++)
		result_add_set(pool, copy, rows_copy(pool, result->sets[i]));
	return copy;
}

const char *result_first_cell(const struct result *result)
{
	for (size_t i = result->set_count; i-- > 0;)
		if (result->sets[i]->column_count)
			return result->sets[i]->count ? result->sets[i]->cells[0] : NULL;
	return NULL;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One row, without its end. */
static void add_row(const struct rows *rows, size_t row, cell_ignored ignored,
	const void *context, struct text *text)
{
	for (unsigned int i = 0; i < rows->column_count; i++) {
		const char *cell = rows->cells[row * rows->column_count + i];

		if (cell && ignored && ignored(rows->columns[i], cell, context))
			cell = "#";
		text_add_string(text, cell ? cell : NULL_MARK);
		text_addf(text, "%c", CELL_END);
	}
}

void rows_canonical(
	const struct rows *rows, cell_ignored ignored, const void *context, struct text *text)
{
	struct pool pool = { 0 };
	char **lines = pool_alloc(&pool, rows->count * sizeof(*lines));
	struct text line = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		text_clear(&line);
		add_row(rows, i, ignored, context, &line);
		lines[i] = pool_copy(&pool, line.size ? line.text : "", line.size);
	}
	qsort(lines, rows->count, sizeof(*lines), compare_lines);
	if (rows->tag && !rows->column_count)
		text_add_string(text, rows->tag);
	for (size_t i = 0; i < rows->count; i++)
		text_addf(text, "%s%c", lines[i], ROW_END);
	text_release(&line);
	pool_release(&pool);
}

void result_canonical(const struct result *result, cell_ignored ignored, const void *context,
	struct text *text)
{
	if (result->failure)
		text_addf(text, "!%s", result->code);
	for (size_t i = 0; i < result->set_count && !result->failure; i++) {
		rows_canonical(result->sets[i], ignored, context, text);
		text_add_string(text, ";");
	}
}

static void summarise_rows(const struct rows *rows, struct text *text)
{
	bool single = rows->column_count == 1;

	if (!rows->column_count)
		text_add_string(text, rows->tag ? rows->tag : "done");
	else if (!rows->count)
		text_add_string(text, "no rows");
	else if (rows->count > SUMMARY_ROWS)
		text_addf(text, "%zu rows", rows->count);
	for (size_t i = 0; rows->column_count && rows->count <= SUMMARY_ROWS && i < rows->count;
		i++) {
		text_add_string(text, i ? ", " : "");
		text_add_string(text, single ? "" : "(");
		for (unsigned int c = 0; c < rows->column_count; c++) {
			const char *cell = rows->cells[i * rows->column_count + c];

			text_addf(text, "%s%s", c ? ", " : "", cell ? cell : "NULL");
		}
		text_add_string(text, single ? "" : ")");
	}
}

void result_summary(const struct result *result, size_t width, struct text *text)
{
	size_t start = text->size;

	if (result->failure)
		text_addf(text, "%s %s: %s", failure_name(result->failure), result->code,
			result->message);
	for (size_t i = 0; i < result->set_count && !result->failure; i++) {
		text_add_string(text, i ? "; " : "");
		summarise_rows(result->sets[i], text);
	}
	if (!result->failure && !result->set_count)
		text_add_string(text, "done");
	for (size_t i = start; i < text->size; i++)
		if ((unsigned char)text->text[i] < ' ')
			text->text[i] = ' ';
	if (text->size - start > width) {
		text->size = start + width - 3;
		text->text[text->size] = '\0';
		text_add_string(text, "...");
	}
}

const char *failure_name(enum failure failure)
{
	switch (failure) {
	case FAILURE_NONE:
		return "success";
	case FAILURE_SERIALIZATION:
		return "serialization failure";
	case FAILURE_DEADLOCK:
		return "deadlock";
	case FAILURE_LOCK_TIMEOUT:
		return "lock timeout";
	case FAILURE_TIMEOUT:
		return "time limit";
	case FAILURE_CONSTRAINT:
		return "constraint violation";
	case FAILURE_STATEMENT:
		return "error";
	case FAILURE_INJECTED:
		return "injected failure";
	case FAILURE_ENVIRONMENT:
		return "failure of the database";
	case FAILURE_LOST:
		return "lost connection";
	}
	return "failure";
}
