/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the text report that tells of a data race; see text_parts.h. */
#include "common/op.h"
#include "tool/analysis/block.h"
#include "tool/analysis/naming_memory.h"
#include "tool/analysis/race.h"
#include "tool/analysis/thread_birth.h"
#include "tool/report/text_parts.h"

static void write_held(const struct text *text, const struct wire_access *access)
{
	char name[NAMING_SIZE];

	if (access->stack == WIRE_NONE)
		return;
	fputs("    holding ", text->stream);
	if (!access->held_count)
		fputs("no lock", text->stream);
	for (uint32_t i = 0; i < access->held_count && i < WIRE_HELD; i++)
		fprintf(text->stream, "%s%s", i ? ", " : "",
			naming_object(text->recording, text->symbols, access->held[i], name));
	if (access->held_count > WIRE_HELD)
		fprintf(text->stream, " and %u more", access->held_count - WIRE_HELD);
	fputc('\n', text->stream);
}

static void write_access(
	const struct text *text, const struct wire_access *access, const char *which)
{
	char memory[NAMING_SIZE], thread[NAMING_SIZE];

	fprintf(text->stream, "\n  %s%s %s of ", text->style->bold, which,
		race_access_name(access));
	if (!access->frees)
		fprintf(text->stream, "%llu byte%s of ", (unsigned long long)access->size,
			access->size == 1 ? "" : "s");
	fprintf(text->stream, "%s by %s%s\n",
		naming_memory(text->recording, text->symbols, access, memory),
		naming_thread(text->recording, text->symbols, access->thread, thread),
		text->style->end);
	text_write_stack(text, access->stack, access->pc);
	write_held(text, access);
}

static void write_allocation(const struct text *text, const struct wire_race *race)
{
	const struct wire_block *block = block_around(text->recording, race->earlier.address);
	char name[NAMING_SIZE];

	if (!block || block->alloc_thread == WIRE_NONE)
		return;
	fprintf(text->stream, "\n  the block was allocated by %s\n",
		naming_thread(text->recording, text->symbols, block->alloc_thread, name));
	text_write_stack(text, block->alloc_stack, block->alloc_pc);
}

static void write_birth(const struct text *text, uint32_t thread)
{
	const struct wire_thread *t;
	char name[NAMING_SIZE], parent[NAMING_SIZE];
	uint32_t event;

	if (thread == WIRE_NONE || thread == 0)
		return;
	t = &text->recording->threads[thread];
	event = thread_birth(text->recording, thread);
	fprintf(text->stream, "\n  %s was created by %s\n",
		naming_thread(text->recording, text->symbols, thread, name),
		naming_thread(text->recording, text->symbols, t->parent, parent));
	text_write_stack(text,
		event == WIRE_NONE ? WIRE_NONE : text->recording->events[event].stack,
		t->create_pc);
}

static void write_effect(const struct text *text)
{
	const struct finding *finding = text->finding;

	if (!finding->effect_words)
		return;
	fprintf(text->stream, "\n  %s%s%s\n", text->style->bold, finding->effect_words,
		text->style->end);
	if (finding->leads_to)
		fprintf(text->stream, "  that is %s\n", finding->leads_to);
}

void text_write_race(const struct text *text)
{
	const struct recording *recording = text->recording;
	const struct wire_race *race;

	if (recording->race >= recording->race_count)
		return;
	race = &recording->races[recording->race];
	write_access(text, &race->earlier, "earlier");
	write_access(text, &race->later, "later");
	write_allocation(text, race);
	write_birth(text, race->earlier.thread);
	if (race->later.thread != race->earlier.thread)
		write_birth(text, race->later.thread);
	write_effect(text);
}
