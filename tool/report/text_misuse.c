/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the text report that tells of a misuse of a lock; see text_parts.h. */
#include "tool/analysis/misuse.h"
#include "tool/report/text_parts.h"

static void write_title(const struct text *text, uint32_t thread, const char *what)
{
	char name[NAMING_SIZE];

	fprintf(text->stream, "\n  %s%s%s%s\n", text->style->bold,
		naming_thread(text->recording, text->symbols, thread, name), what,
		text->style->end);
}

void text_write_misuse(const struct text *text)
{
	const struct recording *recording = text->recording;
	const struct wire_misuse *misuse;

	if (recording->misuse >= recording->misuse_count)
		return;
	misuse = &recording->misuses[recording->misuse];
	write_title(text, misuse->thread,
		misuse->kind == WIRE_MISUSE_THREAD_LEAK ? ", created" : "");
	text_write_stack(text, misuse->stack, misuse->pc);
	if (misuse->other_thread == WIRE_NONE)
		return;
	write_title(text, misuse->other_thread,
		misuse_other_waits(misuse->kind) ? " waits" : " acquired it");
	text_write_stack(text, misuse->other_stack, misuse->other_pc);
}
