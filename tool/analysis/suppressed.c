/* SPDX-License-Identifier: Apache-2.0 */
/* Which suppression fits what was seen; see suppressions.h. */
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/naming.h"
#include "tool/analysis/suppressions.h"
#include "tool/symbol/data.h"

/* Functions are named without parameters here, and with them in other tools' files. */
static bool fits_function(const char *pattern, const char *function)
{
	const char *parameters = strchr(pattern, '(');
	char *without;
	bool fits;

	if (suppression_fits(pattern, function))
		return true;
	if (!parameters || parameters == pattern)
		return false;
	without = strndup(pattern, (size_t)(parameters - pattern));
	fits = without && suppression_fits(without, function);
	free(without);
	return fits;
}

static bool fits_module(
	const char *pattern, struct symbols *symbols, const struct symbol_frame *frame)
{
	struct symbol_module module;
	uint64_t offset;

	if (suppression_fits(pattern, frame->module))
		return true;
	return symbols_module(symbols, frame->pc, &module, &offset) == 0 &&
	       suppression_fits(pattern, module.path);
}

static bool fits_frame(const struct suppression *suppression, struct symbols *symbols,
	const struct symbol_frame *frame)
{
	const char *pattern = suppression->pattern;

	if (suppression->kind == SUPPRESSION_LIBRARY)
		return fits_module(pattern, symbols, frame);
	return fits_function(pattern, frame->function) ||
	       suppression_fits(pattern, frame->file) || fits_module(pattern, symbols, frame);
}

struct suppression *suppressions_find(const struct suppressions *suppressions,
	enum suppression_kind kind, struct symbols *symbols, const struct symbol_frame *frames,
	size_t count)
{
	for (size_t i = 0; i < suppressions->count; i++) {
		struct suppression *suppression = &suppressions->list[i];

		if (suppression->kind != kind)
			continue;
		for (size_t j = 0; j < count; j++)
			if (fits_frame(suppression, symbols, &frames[j]))
				return suppression;
	}
	return NULL;
}

static struct suppression *find_access(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording,
	const struct wire_access *access)
{
	struct symbol_frame frames[NAMING_FRAMES];
	size_t count = naming_stack(recording, symbols, access->stack, access->pc, frames);
	struct suppression *found;

	found = suppressions_find(suppressions, SUPPRESSION_RACE, symbols, frames, count);
	if (!found)
		found = suppressions_find(
			suppressions, SUPPRESSION_RACE_TOP, symbols, frames, count ? 1 : 0);
	if (!found)
		found = suppressions_find(
			suppressions, SUPPRESSION_LIBRARY, symbols, frames, count ? 1 : 0);
	return found;
}

/* A race on a global variable may be meant by the variable's name. */
static struct suppression *find_variable(const struct suppressions *suppressions,
	struct symbols *symbols, const struct wire_access *access)
{
	char name[NAMING_SIZE];

	if (symbols_data(symbols, access->address, name, sizeof(name)) < 0)
		return NULL;
	name[strcspn(name, "+[.")] = '\0';
	for (size_t i = 0; i < suppressions->count; i++)
		if (suppressions->list[i].kind == SUPPRESSION_RACE &&
			suppression_fits(suppressions->list[i].pattern, name))
			return &suppressions->list[i];
	return NULL;
}

struct suppression *suppressions_find_race(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording)
{
	const struct wire_race *race;
	struct suppression *found;

	if (!suppressions || !suppressions->count || recording->race >= recording->race_count)
		return NULL;
	race = &recording->races[recording->race];
	found = find_access(suppressions, symbols, recording, &race->earlier);
	if (!found)
		found = find_access(suppressions, symbols, recording, &race->later);
	return found ? found : find_variable(suppressions, symbols, &race->later);
}

static struct suppression *find_stack(const struct suppressions *suppressions,
	enum suppression_kind kind, struct symbols *symbols, const struct recording *recording,
	uint32_t stack, uint64_t pc)
{
	struct symbol_frame frames[NAMING_FRAMES];
	size_t count = naming_stack(recording, symbols, stack, pc, frames);

	return suppressions_find(suppressions, kind, symbols, frames, count);
}

static enum suppression_kind kind_of_misuse(uint32_t kind)
{
	switch (kind) {
	case WIRE_MISUSE_THREAD_LEAK:
		return SUPPRESSION_THREAD;
	case WIRE_MISUSE_HANDLER_BLOCKS:
		return SUPPRESSION_SIGNAL;
	default:
		return SUPPRESSION_MUTEX;
	}
}

struct suppression *suppressions_find_misuse(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording)
{
	const struct wire_misuse *misuse;
	enum suppression_kind kind;
	struct suppression *found;

	if (!suppressions || !suppressions->count ||
		recording->misuse >= recording->misuse_count)
		return NULL;
	misuse = &recording->misuses[recording->misuse];
	kind = kind_of_misuse(misuse->kind);
	found = find_stack(suppressions, kind, symbols, recording, misuse->stack, misuse->pc);
	if (!found && misuse->other_pc)
		found = find_stack(suppressions, kind, symbols, recording, misuse->other_stack,
			misuse->other_pc);
	return found;
}

static struct suppression *find_event(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording, uint32_t event)
{
	const struct wire_event *e = &recording->events[event];

	return find_stack(
		suppressions, SUPPRESSION_DEADLOCK, symbols, recording, e->stack, e->pc);
}

struct suppression *suppressions_find_cycle(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording)
{
	struct suppression *found = NULL;

	if (!suppressions || !suppressions->count)
		return NULL;
	for (size_t i = 0; i < recording->cycle.length && !found; i++) {
		const struct lock_step *step = &recording->cycle.steps[i];

		found = find_event(suppressions, symbols, recording, step->held);
		if (!found)
			found = find_event(suppressions, symbols, recording, step->wanted);
	}
	return found;
}

uint64_t suppressions_findings(const struct suppressions *suppressions)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < suppressions->count; i++)
		sum += suppressions->list[i].findings;
	return sum;
}
