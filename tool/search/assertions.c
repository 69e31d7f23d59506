/* SPDX-License-Identifier: Apache-2.0 */
/* Lines with assertions, and the reads near them; see assertions.h. */
#include "tool/search/assertions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/symbol/assertion_calls.h"
#include "tool/symbol/symbols.h"

/* Lines of the function before the assertion whose reads count as its inputs. */
#define LINES_BEFORE 4u
/* Code addresses that are looked up, for it takes time. */
#define JUDGED_MAX 20000u

static struct symbols *open_symbols(pid_t pid)
{
	struct symbols *symbols = NULL;
	char path[32], *text = NULL;
	struct diag diag;
	size_t capacity = 0;
	ssize_t size;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	size = getdelim(&text, &capacity, '\0', file);
	fclose(file);
	if (size > 0)
		symbols = symbols_new(text, (size_t)size, &diag);
	free(text);
	return symbols;
}

static int add_line(struct assertions *assertions, const struct symbol_frame *frame)
{
	struct assertion_line *lines;

	if (frame->is_system || !frame->file || !frame->function || !frame->line)
		return 0;
	lines = reallocarray(assertions->lines, assertions->count + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	assertions->lines = lines;
	lines[assertions->count++] = (struct assertion_line){
		.function = frame->function,
		.file = frame->file,
		.line = frame->line,
	};
	return 0;
}

static int add_module(struct assertions *assertions, const char *path)
{
	uint64_t *calls = NULL;
	size_t count = 0;
	int r = assertion_calls_find(path, &calls, &count);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < count && r == 0; i++) {
		struct symbol_frame frame;
		uint64_t address;

		if (symbols_module_address(assertions->symbols, path, calls[i], &address) < 0)
			continue;
		symbols_display_frame(assertions->symbols, address, true, &frame);
		r = add_line(assertions, &frame);
	}
	free(calls);
	return r;
}

static bool is_of_system(const char *path)
{
	return strncmp(path, "/usr/", 5) == 0 || strncmp(path, "/lib", 4) == 0;
}

int assertions_find(struct assertions *assertions, const struct modules *image, pid_t pid)
{
	int r = 0;

	assertions->symbols = open_symbols(pid);
	if (!assertions->symbols)
		return 0;
	for (size_t i = 0; i < image->count && r == 0; i++) {
		const char *path = image->list[i].path;
		bool again = i > 0 && strcmp(path, image->list[i - 1].path) == 0;

		if (path[0] == '/' && !again && !is_of_system(path))
			r = add_module(assertions, path);
	}
	return r;
}

static bool is_input(const struct assertions *assertions, uint64_t pc)
{
	struct symbol_frame frame;

	symbols_display_frame(assertions->symbols, pc, true, &frame);
	if (!frame.file || !frame.function)
		return false;
	for (size_t i = 0; i < assertions->count; i++) {
		const struct assertion_line *line = &assertions->lines[i];

		if (frame.line <= line->line && frame.line + LINES_BEFORE >= line->line &&
			strcmp(frame.function, line->function) == 0 &&
			strcmp(frame.file, line->file) == 0)
			return true;
	}
	return false;
}

static bool reads(const struct wire_step *step)
{
	return step->op == OP_READ || step->op == OP_ATOMIC_LOAD || step->op == OP_ATOMIC_RMW ||
	       step->op == OP_ATOMIC_CAS;
}

int assertions_note(struct assertions *assertions, const struct wire_step *steps, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && assertions->count && r == 0; i++) {
		if (!reads(&steps[i]) || value_set_count(&assertions->judged) >= JUDGED_MAX)
			continue;
		r = value_set_add(&assertions->judged, steps[i].pc);
		if (r > 0)
			r = is_input(assertions, steps[i].pc)
				    ? points_add(&assertions->reads, &steps[i].pc, 1)
				    : 0;
	}
	return r;
}

void assertions_release(struct assertions *assertions)
{
	symbols_free(assertions->symbols);
	free(assertions->lines);
	value_set_release(&assertions->judged);
	points_release(&assertions->reads);
	*assertions = (struct assertions){ .symbols = NULL };
}
