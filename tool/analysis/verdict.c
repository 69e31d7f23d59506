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
#include "tool/analysis/misuse.h"
#include "tool/analysis/naming.h"
#include "tool/analysis/naming_memory.h"
#include "tool/analysis/race.h"
#include "tool/analysis/spins.h"
#include "tool/analysis/wait_graph.h"
#include "tool/symbol/data.h"

struct writer {
	const struct recording *recording;
	struct symbols *symbols;
	enum finding_kind kind;
	const char *output;
	FILE *stream;
};

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

static bool wait_for_one(const struct recording *recording, const uint32_t *threads, int count)
{
	for (int i = 1; i < count; i++)
		if (recording->threads[threads[i]].wait_object !=
			recording->threads[threads[0]].wait_object)
			return false;
	return true;
}

#define WAITS_TOLD 3

/* "main.1 waits for semaphore s, main.2 waits at barrier b, where 1 of 3 have arrived" */
static void write_waits(const struct writer *writer, const uint32_t *threads, int count)
{
	char name[NAMING_SIZE], wait[NAMING_SIZE];

	for (int i = 0; i < count && i < WAITS_TOLD; i++)
		fprintf(writer->stream, "%s%s waits %s", i ? ", " : "",
			naming_thread(writer->recording, writer->symbols, threads[i], name),
			naming_wait(writer->recording, writer->symbols, threads[i], wait));
	if (count > WAITS_TOLD)
		fprintf(writer->stream, ", %d more wait", count - WAITS_TOLD);
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
	if (!wait_for_one(recording, threads, count)) {
		write_waits(writer, threads, count);
		fputs(", and no thread can run", writer->stream);
		return;
	}
	write_threads(writer, threads, count);
	fprintf(writer->stream, " %s %s, %s", count == 1 ? "waits" : "wait",
		naming_wait(recording, writer->symbols, threads[0], text),
		writer->kind == FINDING_LOST_WAKEUP
			? "and the signal came before, when nobody waited"
			: nobody_can(recording->objects[object].kind));
}

/* " on left, right": the variables that they look at, where these have names. */
static void write_spun_on(const struct writer *writer, const uint32_t *threads, int count)
{
	char told[SPINS_MAX][NAMING_SIZE];
	uint32_t events[SPINS_MAX];
	size_t names = 0;

	for (int i = 0; i < count; i++) {
		size_t spins = spins_of(writer->recording, threads[i], events);

		for (size_t j = 0; j < spins && names < SPINS_MAX; j++) {
			uint64_t address = writer->recording->events[events[j]].address;
			size_t k = 0;

			if (symbols_data(writer->symbols, address, told[names],
				    sizeof(told[names])) != 0)
				continue;
			while (k < names && strcmp(told[k], told[names]) != 0)
				k++;
			names += k == names;
		}
	}
	for (size_t i = 0; i < names; i++)
		fprintf(writer->stream, "%s%s", i ? ", " : " on ", told[i]);
}

static void write_stuck(const struct writer *writer)
{
	uint32_t *threads = NULL;
	bool is_cycle;
	int count = locations_involved(writer->recording, writer->kind, &threads, &is_cycle);

	if (count < 0)
		return;
	if (finding_is_deadlock(writer->kind) && is_cycle) {
		write_cycle(writer, threads, count);
	} else if (finding_is_deadlock(writer->kind)) {
		write_starved(writer, threads, count);
	} else {
		write_threads(writer, threads, count);
		fputs(count == 1 ? " spins" : " spin", writer->stream);
		write_spun_on(writer, threads, count);
		fputs(", waiting for something that nobody will ever change", writer->stream);
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
	else if (result->limits & WIRE_LIMIT_SIGNAL_AWAITED)
		fputs("every thread waits, and only a signal handler could let one go on: it "
		      "waits for a signal from outside, or it is a deadlock",
			writer->stream);
	else
		fputs("no operation for longer than the stall limit", writer->stream);
	if (!(result->limits & WIRE_LIMIT_SIGNAL_AWAITED))
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
			race_access_name(access), naming_frame(&frame, place),
			naming_thread(recording, writer->symbols, access->thread, thread));
	}
}

static void write_misuse(const struct writer *writer)
{
	const struct recording *recording = writer->recording;

	if (recording->misuse < recording->misuse_count)
		misuse_sentence(recording, writer->symbols,
			&recording->misuses[recording->misuse], writer->stream);
}

static void write_order(const struct writer *writer)
{
	const struct lock_cycle *cycle = &writer->recording->cycle;
	uint32_t threads[LOCK_CYCLE_MAX];
	char name[NAMING_SIZE];

	for (size_t i = 0; i < cycle->length; i++)
		threads[i] = cycle->steps[i].thread;
	write_threads(writer, threads, (int)cycle->length);
	fputs(" take ", writer->stream);
	for (size_t i = 0; i < cycle->length; i++)
		fprintf(writer->stream, "%s%s",
			i == 0			 ? ""
			: i + 1 == cycle->length ? " and "
						 : ", ",
			naming_object(writer->recording, writer->symbols,
				cycle->steps[i].object, name));
	fputs(" in different orders: they may deadlock (predicted)", writer->stream);
}

static void write_heap_misuse(const struct writer *writer)
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
	case FINDING_LOST_WAKEUP:
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
		write_heap_misuse(writer);
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
	case FINDING_LOCK_MISUSE:
		write_misuse(writer);
		break;
	case FINDING_LOCK_ORDER:
		write_order(writer);
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
