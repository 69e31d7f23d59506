/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer for somebody whose service hangs: first the verdict and its threads, then all
 * other threads, those that wait alike in the same place told of once.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/report/style.h"
#include "tool/stuck/object_name.h"
#include "tool/stuck/stuck.h"

#define FRAMES_TOLD 16
#define GROUP_TOLD 8
#define CYCLES_TOLD 32
#define PLACE_WIDTH 28
#define NS_PER_MS 1e6
#define NS_PER_SECOND 1e9

struct text {
	const struct stuck *stuck;
	const struct style *style;
	FILE *stream;
	bool verbose;
};

static void write_timeout(const struct text *text, const struct stuck_wait *wait)
{
	double seconds = (double)wait->timeout_ns / NS_PER_SECOND;

	switch (wait->timeout) {
	case TIMEOUT_REMAINING:
		fprintf(text->stream, ", at most %.3f s more", seconds);
		break;
	case TIMEOUT_WHOLE:
		fprintf(text->stream, ", %s%.3f s in all",
			wait->kind == WAIT_SLEEP ? "" : "at most ", seconds);
		break;
	case TIMEOUT_UNKNOWN:
		fputs(", with a timeout", text->stream);
		break;
	default:
		break;
	}
}

static const char *running_words(const struct text *text, size_t thread)
{
	const struct stuck_thread *t = &text->stuck->snapshot->threads[thread];

	if (t->signal)
		return "was ended by a signal";
	return t->state == 'R' || t->state == 0 ? "runs" : "runs, or is about to";
}

static void write_wait(const struct text *text, size_t thread)
{
	const struct stuck_wait *wait = &text->stuck->waits[thread];
	FILE *stream = text->stream;

	switch (wait->kind) {
	case WAIT_NOT:
		fputs(running_words(text, thread), stream);
		break;
	case WAIT_ENDED:
		fputs("has ended", stream);
		break;
	case WAIT_UNSEEN:
		fputs("is busy in the kernel, or of the kernel: it did not stop", stream);
		break;
	case WAIT_SLEEP:
		fputs("sleeps", stream);
		break;
	default:
		fprintf(stream, "waits for %s", wait->what);
	}
	write_timeout(text, wait);
	if (wait->whom[0])
		fprintf(stream, ", %s", wait->whom);
	if (wait->kind == WAIT_FUTEX && wait->function)
		fprintf(stream, ", in %s()", wait->function);
	if (wait->waker == WAKER_ITSELF && wait->timeout == TIMEOUT_NEVER && wait->what[0])
		fputs("; the wait is over, it is about to go on", stream);
	fputc('\n', stream);
}

/* What the C library runs below main and below a thread's routine. */
static size_t frames_to_tell(const struct stuck_stack *stack)
{
	size_t last = stack->count;

	while (last > 0 &&
		(stack->frames[last - 1].is_system || !stack->frames[last - 1].function ||
			strcmp(stack->frames[last - 1].function, "_start") == 0))
		last--;
	return last ? last : stack->count;
}

static void write_frame(const struct text *text, const struct symbol_frame *frame, bool first)
{
	char place[OBJECT_NAME_SIZE];

	if (frame->function)
		snprintf(place, sizeof(place), "%s()", frame->function);
	else
		snprintf(place, sizeof(place), "0x%llx", (unsigned long long)frame->pc);
	fprintf(text->stream, "      %s ", first ? "at" : "  ");
	if (frame->line)
		fprintf(text->stream, "%-*s %s%s:%u%s\n", PLACE_WIDTH, place, text->style->dim,
			frame->short_file, frame->line, text->style->end);
	else if (frame->module)
		fprintf(text->stream, "%-*s %s%s+0x%llx%s\n", PLACE_WIDTH, place,
			text->style->dim, frame->module,
			(unsigned long long)frame->module_offset, text->style->end);
	else
		fprintf(text->stream, "%s\n", place);
}

/* Of the library's functions at the top only the one that the program called is of interest. */
static size_t first_to_tell(const struct stuck_stack *stack, size_t end)
{
	size_t first = 0;

	while (first < end && stack->frames[first].is_system)
		first++;
	return first == end || first == 0 ? 0 : first - 1;
}

/* Without the file of a function there is no telling who called it. */
static void write_missing_file(const struct text *text, const struct stuck_stack *stack)
{
	const struct symbol_frame *last =
		stack->count ? &stack->frames[stack->count - 1] : NULL;
	struct symbol_module module;
	uint64_t offset;

	if (!last || symbols_module(text->stuck->symbols, last->pc, &module, &offset) < 0 ||
		module.path[0] != '/' || access(module.path, R_OK) == 0)
		return;
	fprintf(text->stream, "      the stack goes on, but '%s' cannot be read%s\n",
		module.path,
		text->stuck->snapshot->core ? "; for the executable, give '--exe FILE'" : "");
}

static void write_stack(const struct text *text, const struct stuck_stack *stack)
{
	size_t end = text->verbose ? stack->count : frames_to_tell(stack);
	size_t first = text->verbose ? 0 : first_to_tell(stack, end);

	for (size_t i = first; i < end; i++) {
		if (i == first + FRAMES_TOLD && !text->verbose) {
			fprintf(text->stream, "         ... %zu more calls\n", end - i);
			break;
		}
		write_frame(text, &stack->frames[i], i == first);
	}
	write_missing_file(text, stack);
}

static bool is_alike(const struct stuck *stuck, size_t a, size_t b)
{
	const struct stuck_stack *left = &stuck->stacks[a];
	const struct stuck_stack *right = &stuck->stacks[b];

	if (left->count != right->count ||
		stuck->waits[a].timeout_ns != stuck->waits[b].timeout_ns ||
		stuck->waits[a].kind != stuck->waits[b].kind ||
		strcmp(stuck->waits[a].what, stuck->waits[b].what) != 0 ||
		strcmp(stuck->waits[a].whom, stuck->waits[b].whom) != 0)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (left->frames[i].pc != right->frames[i].pc)
			return false;
	return true;
}

/* Marks `thread` and all that are like it as told. */
static void write_group(const struct text *text, size_t thread, bool *is_told)
{
	const struct stuck *stuck = text->stuck;
	size_t alike = 0;
	char name[OBJECT_NAME_SIZE];

	fprintf(text->stream, "\n  %s%s", text->style->bold,
		thread_name(stuck->snapshot, thread, name));
	is_told[thread] = true;
	for (size_t i = thread + 1; i < stuck->snapshot->thread_count; i++) {
		if (is_told[i] || stuck->verdict.is_dead[i] != stuck->verdict.is_dead[thread] ||
			!is_alike(stuck, thread, i))
			continue;
		is_told[i] = true;
		if (alike++ < GROUP_TOLD)
			fprintf(text->stream, ", %d", stuck->snapshot->threads[i].tid);
	}
	if (alike > GROUP_TOLD)
		fprintf(text->stream, " and %zu more alike", alike - GROUP_TOLD);
	fprintf(text->stream, "%s\n    ", text->style->end);
	write_wait(text, thread);
	write_stack(text, &stuck->stacks[thread]);
}

static void write_cycle(const struct text *text)
{
	const struct stuck *stuck = text->stuck;
	char name[OBJECT_NAME_SIZE];

	for (size_t i = 0; i < stuck->verdict.cycle_len && i < CYCLES_TOLD; i++) {
		fprintf(text->stream, "  %s ",
			thread_name(stuck->snapshot, stuck->verdict.cycle[i], name));
		write_wait(text, stuck->verdict.cycle[i]);
	}
	if (stuck->verdict.cycle_len > CYCLES_TOLD)
		fprintf(text->stream, "  ... and %zu more\n",
			stuck->verdict.cycle_len - CYCLES_TOLD);
	if (stuck->verdict.cycle_count > 1)
		fprintf(text->stream, "  (and %zu more cycles)\n",
			stuck->verdict.cycle_count - 1);
}

static void write_title(const struct text *text)
{
	const struct stuck_snapshot *snapshot = text->stuck->snapshot;

	fprintf(text->stream, "process %d (%s), %zu thread%s", snapshot->pid,
		snapshot->program && snapshot->program[0] ? snapshot->program : "?",
		snapshot->thread_count, snapshot->thread_count == 1 ? "" : "s");
	if (snapshot->core)
		fprintf(text->stream, ", from the core file '%s'", snapshot->core);
	else if (text->verbose)
		fprintf(text->stream, ", stopped for %.1f ms",
			(double)snapshot->stopped_ns / NS_PER_MS);
	fputc('\n', text->stream);
	if (snapshot->is_job_stopped)
		fprintf(text->stream,
			"it is stopped by a signal and does nothing: 'kill -CONT %d' lets it "
			"go "
			"on\n",
			snapshot->pid);
	if (snapshot->core)
		fputs("a core file does not say what descriptors are, nor which signals have "
		      "handlers\n",
			text->stream);
}

static void write_threads(const struct text *text, bool *is_told)
{
	const struct stuck *stuck = text->stuck;

	for (size_t i = 0; i < stuck->verdict.cycle_len; i++)
		if (!is_told[stuck->verdict.cycle[i]])
			write_group(text, stuck->verdict.cycle[i], is_told);
	for (size_t i = 0; i < stuck->snapshot->thread_count; i++)
		if (!is_told[i] && stuck->verdict.is_dead[i])
			write_group(text, i, is_told);
	for (size_t i = 0; i < stuck->snapshot->thread_count; i++)
		if (!is_told[i])
			write_group(text, i, is_told);
}

void stuck_write_text(const struct stuck *stuck, bool verbose, FILE *stream)
{
	const struct text text = { .stuck = stuck,
		.style = style_for(stream, REPORT_COLOR_AUTO),
		.stream = stream,
		.verbose = verbose };
	bool is_deadlock = verdict_is_deadlock(stuck->verdict.kind);
	bool *is_told = calloc(stuck->snapshot->thread_count + 1, sizeof(*is_told));

	write_title(&text);
	fprintf(stream, "\n%s%s%s%s\n", is_deadlock ? text.style->bad : text.style->bold,
		is_deadlock ? "deadlock: " : "no deadlock seen: ", text.style->end,
		stuck->summary);
	write_cycle(&text);
	if (is_told)
		write_threads(&text, is_told);
	free(is_told);
}
