/* SPDX-License-Identifier: Apache-2.0 */
/* One sentence for each kind of failure; see verdict.h. */
#include "tool/analysis/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "common/op.h"
#include "tool/analysis/block.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/naming.h"
#include "tool/analysis/naming_memory.h"
#include "tool/analysis/race.h"
#include "tool/analysis/wait_graph.h"

struct writer {
	const struct recording *recording;
	struct symbols *symbols;
	enum finding_kind kind;
	const char *output;
	FILE *stream;
};

static bool is_signal(const struct wire_event *event)
{
	return event->decision == WIRE_DECISION_NONE &&
	       (event->op == OP_COND_SIGNAL || event->op == OP_COND_BROADCAST ||
		       event->op == OP_FUTEX_WAKE);
}

/*
 * Whether `thread` is in its wait while the events go by: it comes to the operation, may be
 * switched away from in front of it, and waits once it runs again or another thread does.
 */
struct presence {
	uint32_t thread;
	uint32_t object;
	bool at_wait; /* its operation is one on the object */
	bool away;    /* preempted in front of it */
};

static void follow(struct presence *presence, const struct wire_event *event)
{
	bool own = event->thread == presence->thread;

	if (own && event->decision == WIRE_DECISION_NONE) {
		presence->at_wait = event->object == presence->object && !is_signal(event);
		presence->away = false;
	} else if (own && event->decision == WIRE_DECISION_PREEMPT) {
		presence->away = event->chosen != presence->thread;
	} else if (event->decision != WIRE_DECISION_NONE && event->chosen == presence->thread) {
		presence->away = false;
	}
}

uint32_t verdict_lost_signal(const struct recording *recording, uint32_t thread)
{
	struct presence presence = {
		.thread = thread,
		.object = recording->threads[thread].wait_object,
	};
	uint32_t lost = WIRE_NONE;

	if (presence.object == WIRE_NONE)
		return WIRE_NONE;
	for (uint32_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		follow(&presence, event);
		if (event->object != presence.object || !is_signal(event))
			continue;
		lost = presence.at_wait && !presence.away ? WIRE_NONE : i;
	}
	return lost;
}

static void write_threads(const struct writer *writer, const uint32_t *threads, int count)
{
	char text[NAMING_SIZE];

	for (int i = 0; i < count; i++) {
		if (i)
			fputs(i == count - 1 ? " and " : ", ", writer->stream);
		fputs(naming_thread(writer->recording, writer->symbols, threads[i], text),
			writer->stream);
	}
}

static void write_cycle(const struct writer *writer, const uint32_t *threads, int count)
{
	const struct recording *recording = writer->recording;
	char text[NAMING_SIZE], object[NAMING_SIZE];

	if (count == 1) {
		fprintf(writer->stream, "%s waits for %s, which it holds itself",
			naming_thread(recording, writer->symbols, threads[0], text),
			naming_object(recording, writer->symbols,
				recording->threads[threads[0]].wait_object, object));
		return;
	}
	write_threads(writer, threads, count);
	fputs(count == 2 ? " each wait for what the other holds"
			 : " wait for one another in a circle",
		writer->stream);
}

static const char *nobody_can(uint32_t kind)
{
	switch (kind) {
	case WIRE_OBJECT_COND:
		return "and no thread is left to signal it";
	case WIRE_OBJECT_SEM:
		return "and no thread is left to post it";
	case WIRE_OBJECT_BARRIER:
		return "and no thread is left to arrive there";
	case WIRE_OBJECT_FUTEX:
		return "and no thread is left to wake it";
	case WIRE_OBJECT_MUTEX:
	case WIRE_OBJECT_RWLOCK:
	case WIRE_OBJECT_SPIN:
		return "which a thread took with it when it ended";
	default:
		return "and no thread is left to end the wait";
	}
}

static void write_starved(const struct writer *writer, const uint32_t *threads, int count)
{
	const struct recording *recording = writer->recording;
	uint32_t object = count ? recording->threads[threads[0]].wait_object : WIRE_NONE;
	char text[NAMING_SIZE];

	if (count == 0 || object == WIRE_NONE) {
		fputs("no thread can go on", writer->stream);
		return;
	}
	if (verdict_lost_signal(recording, threads[0]) != WIRE_NONE)
		fputs("lost wakeup: ", writer->stream);
	write_threads(writer, threads, count);
	fprintf(writer->stream, " %s for %s, %s", count == 1 ? "waits" : "wait",
		naming_object(recording, writer->symbols, object, text),
		nobody_can(recording->objects[object].kind));
}

static void write_stuck(const struct writer *writer)
{
	uint32_t *threads = NULL;
	bool is_cycle;
	int count = locations_involved(writer->recording, writer->kind, &threads, &is_cycle);

	if (count < 0)
		return;
	if (writer->kind == FINDING_DEADLOCK && is_cycle) {
		write_cycle(writer, threads, count);
	} else if (writer->kind == FINDING_DEADLOCK) {
		write_starved(writer, threads, count);
	} else {
		write_threads(writer, threads, count);
		fprintf(writer->stream, " %s for something that nobody will ever change",
			count == 1 ? "spins, waiting" : "spin, waiting");
	}
	free(threads);
}

/* "std::out_of_range: map::at" out of what the C++ runtime says. Returns whether it said that.
 */
static bool write_exception(const struct writer *writer)
{
	static const char thrown[] = "terminate called after throwing an instance of '";
	static const char what[] = "\n  what():  ";
	const char *type = writer->output ? strstr(writer->output, thrown) : NULL;
	const char *text;

	if (!type)
		return false;
	type += sizeof(thrown) - 1;
	fprintf(writer->stream, "uncaught exception %.*s", (int)strcspn(type, "'\n"), type);
	text = strstr(type, what);
	if (text) {
		text += sizeof(what) - 1;
		fprintf(writer->stream, ": %.*s", (int)strcspn(text, "\n"), text);
	}
	return true;
}

/* glibc says why it aborts on stderr: the last line that looks like it. */
static void write_abort_reason(const struct writer *writer)
{
	static const char *const reasons[] = { "double free",
		"free(): ", "malloc(): ", "realloc(): ", "munmap_chunk(): ", "corrupted ",
		"stack smashing", "buffer overflow" };

	for (size_t i = 0; writer->output && i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		const char *found = strstr(writer->output, reasons[i]);

		if (!found)
			continue;
		while (found > writer->output && found[-1] != '\n')
			found--;
		fprintf(writer->stream, ": %.*s", (int)strcspn(found, "\n"), found);
		return;
	}
}

/* UndefinedBehaviorSanitizer, where it ends the program, says why: "FILE:1:2: runtime error:
 * ..." */
static void write_runtime_error(const struct writer *writer)
{
	const char *found = writer->output ? strstr(writer->output, ": runtime error: ") : NULL;

	while (found && found > writer->output && found[-1] != '\n')
		found--;
	if (found)
		fprintf(writer->stream, ": %.*s", (int)strcspn(found, "\n"), found);
}

/* " in withdraw (bank.c:20), thread main.1". */
static void write_place(const struct writer *writer)
{
	const struct wire_result *result = &writer->recording->result;
	char thread[NAMING_SIZE], place[NAMING_SIZE];
	struct symbol_frame frame;

	if (result->stack == WIRE_NONE && !result->pc)
		return;
	naming_display(writer->recording, writer->symbols, result->stack, result->pc, &frame);
	fprintf(writer->stream, " in %s, thread %s", naming_frame(&frame, place),
		naming_thread(writer->recording, writer->symbols, result->thread, thread));
}

/* The kind says already that it is an assertion. */
static void write_assertion(const struct writer *writer)
{
	static const char prefix[] = "assertion failed: ";
	const char *message = writer->recording->result.message;
	bool asserted = strncmp(message, prefix, sizeof(prefix) - 1) == 0;

	if (asserted)
		message += sizeof(prefix) - 1;
	if (!message[0])
		message = "the program called abort";
	fprintf(writer->stream, "%.*s%s", (int)strcspn(message, "\n"), message,
		asserted ? " failed" : "");
	write_place(writer);
}

static const char *signal_words(int number)
{
	switch (number) {
	case SIGSEGV:
		return "invalid memory access";
	case SIGABRT:
		return "abort";
	case SIGFPE:
		return "arithmetic error";
	case SIGBUS:
		return "bus error";
	case SIGILL:
		return "illegal instruction";
	default:
		return strsignal(number);
	}
}

static void write_crash(const struct writer *writer)
{
	const struct wire_result *result = &writer->recording->result;
	const char *name = sigabbrev_np(result->value);

	if (result->value == SIGABRT && write_exception(writer)) {
		write_place(writer);
		return;
	}
	fprintf(writer->stream, "%s (SIG%s)", signal_words(result->value), name ? name : "?");
	if (result->value == SIGSEGV && result->fault_address < 4096)
		fputs(" through a null pointer", writer->stream);
	write_place(writer);
	if (result->value == SIGABRT)
		write_abort_reason(writer);
}

static void write_hang(const struct writer *writer)
{
	const struct wire_result *result = &writer->recording->result;

	if (result->verdict == WIRE_VERDICT_STEP_LIMIT)
		fprintf(writer->stream, "not at its end after %llu operations, the step limit",
			(unsigned long long)writer->recording->config.step_limit);
	else
		fputs("no operation for longer than the stall limit", writer->stream);
	write_place(writer);
}

/* "on sum: write in add (sum.c:9), thread main.1, and read in total (sum.c:17), thread main".
 */
static void write_race(const struct writer *writer)
{
	const struct recording *recording = writer->recording;
	const struct wire_race *race = &recording->races[recording->race];
	const struct wire_access *sides[] = { &race->earlier, &race->later };
	char memory[NAMING_SIZE], place[NAMING_SIZE], thread[NAMING_SIZE];
	struct symbol_frame frame;

	fprintf(writer->stream,
		"on %s: ", naming_memory(recording, writer->symbols, &race->later, memory));
	for (int i = 0; i < 2; i++) {
		const struct wire_access *access = sides[i];

		naming_display(recording, writer->symbols, access->stack, access->pc, &frame);
		fprintf(writer->stream, "%s%s in %s, thread %s", i ? ", and " : "",
			race_access_name(access->op), naming_frame(&frame, place),
			naming_thread(recording, writer->symbols, access->thread, thread));
	}
}

static void write_misuse(const struct writer *writer)
{
	const struct wire_result *result = &writer->recording->result;
	char text[NAMING_SIZE];

	if (result->verdict == WIRE_VERDICT_REPORT)
		fprintf(writer->stream, "AddressSanitizer reports %s", result->message);
	else
		fputs(block_misuse(writer->recording, text), writer->stream);
	write_place(writer);
}

static void write_sentence(const struct writer *writer)
{
	const struct wire_result *result = &writer->recording->result;

	switch (writer->kind) {
	case FINDING_DEADLOCK:
	case FINDING_LIVELOCK:
		write_stuck(writer);
		break;
	case FINDING_HANG:
		write_hang(writer);
		break;
	case FINDING_CRASH:
		write_crash(writer);
		break;
	case FINDING_ASSERTION:
		write_assertion(writer);
		break;
	case FINDING_STACK_OVERFLOW:
		fputs("a thread ran over the end of its stack", writer->stream);
		write_place(writer);
		break;
	case FINDING_USE_AFTER_FREE:
	case FINDING_DOUBLE_FREE:
	case FINDING_INVALID_FREE:
	case FINDING_MEMORY_ERROR:
		write_misuse(writer);
		break;
	case FINDING_EXIT_STATUS:
		fprintf(writer->stream, "the program ended with status %d", result->value);
		write_runtime_error(writer);
		break;
	case FINDING_OUTPUT:
		fputs("the output differs from the sequential execution's", writer->stream);
		break;
	case FINDING_DATA_RACE:
		write_race(writer);
		break;
	default:
		fputs("no failure", writer->stream);
	}
}

char *verdict_sentence(const struct recording *recording, struct symbols *symbols,
	enum finding_kind kind, const char *output)
{
	struct writer writer = {
		.recording = recording,
		.symbols = symbols,
		.kind = kind,
		.output = output,
	};
	char *text = NULL;
	size_t size;

	writer.stream = open_memstream(&text, &size);
	if (!writer.stream)
		return NULL;
	write_sentence(&writer);
	if (fclose(writer.stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
