/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the text report that tells of a predicted deadlock; see text_parts.h. */
#include "tool/report/text_parts.h"

static void write_lock(const struct text *text, uint32_t event, const char *verb)
{
	const struct wire_event *e = &text->recording->events[event];
	char name[NAMING_SIZE];

	fprintf(text->stream, "    %s %s\n", verb,
		naming_object(text->recording, text->symbols, e->object, name));
	text_write_stack(text, e->stack, e->pc);
}

void text_write_order(const struct text *text)
{
	const struct lock_cycle *cycle = &text->recording->cycle;
	char name[NAMING_SIZE];

	for (size_t i = 0; i < cycle->length; i++) {
		const struct lock_step *step = &cycle->steps[i];

		fprintf(text->stream, "\n  %s%s%s\n", text->style->bold,
			naming_thread(text->recording, text->symbols, step->thread, name),
			text->style->end);
		write_lock(text, step->held, "took");
		write_lock(text, step->wanted, "and, holding it, took");
	}
	fputs("\n  predicted from an execution that passed; weft could not drive the program "
	      "into "
	      "it:\n  other synchronisation may keep it from ever happening\n",
		text->stream);
}
