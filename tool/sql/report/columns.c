/* SPDX-License-Identifier: Apache-2.0 */
/* See columns.h. */
#include "tool/sql/report/columns.h"

#include <string.h>

#include "tool/report/utf8.h"

#define TABLE_WIDTH 100
#define COLUMN_MIN 20
#define COLUMN_MAX 46
#define GAP 2
#define DATA_WIDTH 80

struct table {
	const struct spec *spec;
	const struct style *style;
	FILE *stream;
	int width; /* of a column */
};

/* How many columns of a terminal a text takes, counting characters. */
static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

/* The bytes of the longest beginning that fits, and doesn't break a word if it can. */
static size_t fitting(const char *text, int width)
{
	size_t size = 0, blank = 0;
	int used = 0;

	if (text_width(text) <= width)
		return strlen(text);
	while (text[size]) {
		used += (text[size] & 0xc0) != 0x80;
		if (used > width)
			break;
		if (text[size] == ' ')
			blank = size;
		size++;
	}
	return blank > size / 2 ? blank : size;
}

static void write_cell_line(const struct table *table, unsigned int column, const char *text,
	size_t size, const char *color)
{
	fprintf(table->stream, "  %*s%s%.*s%s\n", (int)column * (table->width + GAP), "", color,
		(int)size, text, table->style->end);
}

/* The text in a session's column, in as many lines as it takes, indented from the second on. */
static void write_cell(
	const struct table *table, unsigned int column, const char *text, const char *color)
{
	int width = table->width;
	const char *indent = "";

	while (*text) {
		struct text line = { 0 };
		size_t size = fitting(text, width - (int)strlen(indent));

		text_add_string(&line, indent);
		text_add(&line, text, size);
		write_cell_line(table, column, line.text, line.size, color);
		text_release(&line);
		text += size;
		text += strspn(text, " ");
		indent = "    ";
	}
}

/* In one line: blanks and comments' ends become one blank. */
static void add_flat(struct text *text, const char *sql)
{
	bool blank = false;

	for (; *sql; sql++) {
		if (strchr(" \t\r\n", *sql)) {
			blank = true;
			continue;
		}
		if (blank && text->size && text->text[text->size - 1] != ' ')
			text_add_string(text, " ");
		blank = false;
		text_add(text, sql, 1);
	}
	while (text->size &&
		(text->text[text->size - 1] == ';' || text->text[text->size - 1] == ' '))
		text->text[--text->size] = '\0';
}

static void add_label(const struct event *event, struct text *text)
{
	if (event->step)
		text_addf(text, "%s: ", event->step->name);
	else
		text_add_string(text, "setup: ");
	if (event->repeated)
		text_add_string(text, "(again) ");
}

/* BEGIN and its like have nothing to tell but that they were done. */
static bool says_something(const struct result *result)
{
	for (size_t i = 0; i < result->set_count; i++)
		if (result->sets[i]->column_count ||
			strpbrk(result->sets[i]->tag ? result->sets[i]->tag : "", "0123456789"))
			return true;
	return false;
}

static void write_result(const struct table *table, const struct event *event)
{
	struct text text = { 0 };
	bool failed = event->result->failure != FAILURE_NONE;

	text_add_string(&text, "  -> ");
	result_summary(event->result, (size_t)(3 * table->width), &text);
	if (failed || says_something(event->result))
		write_cell(table, event->session, text.text,
			failed ? table->style->bad : table->style->dim);
	text_release(&text);
}

static void write_event(const struct table *table, const struct event *event)
{
	const struct style *style = table->style;
	struct text text = { 0 };

	switch (event->kind) {
	case EVENT_DONE:
		add_label(event, &text);
		add_flat(&text, event->sql);
		write_cell(table, event->session, text.text, "");
		write_result(table, event);
		break;
	case EVENT_WAITS:
		add_label(event, &text);
		add_flat(&text, event->sql);
		write_cell(table, event->session, text.text, "");
		write_cell(table, event->session, "  waits ...", style->mark);
		break;
	case EVENT_HELD:
		add_label(event, &text);
		add_flat(&text, event->sql ? event->sql : "goes on");
		write_cell(table, event->session, text.text, event->sql ? "" : style->mark);
		write_cell(table, event->session, "  is in the middle of it ...", style->mark);
		break;
	case EVENT_CONTINUED:
		text_addf(&text, "%s: ... goes on", event->step ? event->step->name : "setup");
		write_cell(table, event->session, text.text, style->mark);
		write_result(table, event);
		break;
	case EVENT_SKIPPED:
		text_addf(
			&text, "%s: left out, its condition does not hold", event->step->name);
		write_cell(table, event->session, text.text, style->dim);
		break;
	case EVENT_VICTIM:
		write_cell(
			table, event->session, "chosen as the deadlock's victim", style->bad);
		break;
	case EVENT_ROLLBACK:
		write_cell(table, event->session, "ROLLBACK", style->dim);
		break;
	case EVENT_RETRY:
		write_cell(table, event->session, "begins again", style->mark);
		break;
	case EVENT_CRASH:
		write_cell(table, event->session, "crashes here", style->bad);
		break;
	}
	text_release(&text);
}

static void write_head(const struct table *table)
{
	struct text names = { 0 }, line = { 0 };

	for (unsigned int i = 0; i < table->spec->session_count; i++) {
		const char *name = table->spec->sessions[i]->name;
		size_t size = fitting(name, table->width);
		int padding = table->width - text_width(name);

		text_add(&names, name, size);
		text_addf(&names, "%*s", (padding > 0 ? padding : 0) + GAP, "");
		for (int c = 0; c < table->width; c++)
			text_add_string(&line, "-");
		text_addf(&line, "%*s", GAP, "");
	}
	while (names.size && names.text[names.size - 1] == ' ')
		names.text[--names.size] = '\0';
	while (line.size && line.text[line.size - 1] == ' ')
		line.text[--line.size] = '\0';
	fprintf(table->stream, "  %s%s%s\n  %s\n", table->style->bold, names.text,
		table->style->end, line.text);
	text_release(&names);
	text_release(&line);
}

void sql_columns_write(const struct spec *spec, const struct sql_trace *trace,
	const struct style *style, FILE *stream)
{
	struct table table = { .spec = spec, .style = style, .stream = stream };

	table.width = (TABLE_WIDTH - 2) / (int)spec->session_count - GAP;
	table.width = table.width < COLUMN_MIN ? COLUMN_MIN : table.width;
	table.width = table.width > COLUMN_MAX ? COLUMN_MAX : table.width;
	write_head(&table);
	for (size_t i = 0; i < trace->event_count; i++)
		write_event(&table, &trace->events[i]);
}

void columns_write_data(const struct spec *spec, const struct engine_schema *schema,
	const struct result *final, const char *indent, FILE *stream)
{
	for (size_t i = 0; i < final->set_count; i++) {
		struct result one = { .sets = &final->sets[i], .set_count = 1 };
		struct text text = { 0 };
		const char *name = "final";

		if (spec->final_count && i < spec->final_count && spec->finals[i].name)
			name = spec->finals[i].name;
		else if (!spec->final_count && i < schema->table_count)
			name = schema->tables[i].name;
		result_summary(&one, DATA_WIDTH, &text);
		fprintf(stream, "%s%s: %s\n", indent, name, text.text);
		text_release(&text);
	}
}
