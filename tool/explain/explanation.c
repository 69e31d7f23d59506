/* SPDX-License-Identifier: Apache-2.0 */
/* Names of explanations, and their steps; see explanation.h. */
#include "tool/explain/explanation.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *title;
} kinds[] = {
#define EXPLANATION(symbol, name, title) { name, title },
	EXPLANATION_KINDS(EXPLANATION)
#undef EXPLANATION
};

const char *explanation_name(enum explanation_kind kind)
{
	return kinds[kind < EXPLANATION_KIND_COUNT ? kind : EXPLANATION_NONE].name;
}

const char *explanation_title(enum explanation_kind kind)
{
	return kinds[kind < EXPLANATION_KIND_COUNT ? kind : EXPLANATION_NONE].title;
}

void explanation_release(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->step_count; i++)
		free(explanation->steps[i].note);
	free(explanation->subject);
	free(explanation->sentence);
	free(explanation->suggestion);
	*explanation = (struct explanation){ 0 };
}

static void mark(struct explanation_step *step, bool is_key, char *note)
{
	step->is_key = step->is_key || is_key;
	if (step->note)
		free(note);
	else
		step->note = note;
}

void explanation_add(struct explanation *explanation, uint32_t act, bool is_key, char *note)
{
	size_t i = explanation->step_count;

	if (act == WIRE_NONE) {
		free(note);
		return;
	}
	while (i > 0 && explanation->steps[i - 1].act > act)
		i--;
	if (i > 0 && explanation->steps[i - 1].act == act) {
		mark(&explanation->steps[i - 1], is_key, note);
		return;
	}
	if (explanation->step_count == EXPLANATION_STEPS_MAX) {
		free(note);
		return;
	}
	memmove(&explanation->steps[i + 1], &explanation->steps[i],
		(explanation->step_count - i) * sizeof(explanation->steps[0]));
	explanation->steps[i] = (struct explanation_step){ act, is_key, note };
	explanation->step_count++;
}
