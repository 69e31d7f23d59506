/* SPDX-License-Identifier: Apache-2.0 */
/* What the verdict says by itself: memory that was used after its end, and data races. */
#include "common/op.h"
#include "tool/analysis/block.h"
#include "tool/analysis/naming_memory.h"
#include "tool/analysis/race.h"
#include "tool/explain/inquiry.h"

#define SCORE_CERTAIN 1000

static uint32_t find_free(const struct acts *acts)
{
	for (uint32_t i = 0; i < acts->count; i++)
		if (acts->list[i].kind == ACT_FREE)
			return i;
	return WIRE_NONE;
}

static void add_use_after_free(struct inquiry *inquiry, const struct wire_block *block)
{
	const struct acts *acts = &inquiry->acts;
	const struct wire_result *result = &inquiry->recording->result;
	bool again = inquiry->finding->kind == FINDING_DOUBLE_FREE;
	uint32_t freed = find_free(acts);
	uint32_t use = result->thread < inquiry->recording->thread_count
			       ? acts->last[result->thread]
			       : WIRE_NONE;
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_USE_AFTER_FREE, SCORE_CERTAIN);
	struct symbol_frame there, frame;
	char a[NAMING_SIZE], b[NAMING_SIZE];

	if (!e)
		return;
	naming_display(inquiry->recording, inquiry->symbols, block->free_stack, block->free_pc,
		&frame);
	naming_display(inquiry->recording, inquiry->symbols, result->stack, result->pc, &there);
	if (freed != WIRE_NONE)
		explanation_add(e, freed, true, inquiry_text("the block is gone"));
	/* The use is the thread's last act when it was a scheduling point. */
	if (use != WIRE_NONE && act_event(acts, use)->pc == result->pc)
		explanation_add(e, use, true,
			inquiry_text(again ? "freed again" : "uses the freed block"));
	e->sentence = inquiry_text("%s freed the block at %s; %s %s at %s.",
		inquiry_thread(inquiry, block->free_thread), naming_place(&frame, a),
		block->free_thread == result->thread ? "then it"
						     : inquiry_thread(inquiry, result->thread),
		again ? "freed it again" : "still used it", naming_place(&there, b));
	if (freed != WIRE_NONE && result->pc && result->thread != block->free_thread)
		e->remedy = (struct remedy){ .kind = REMEDY_NONE };
}

static void add_race(struct inquiry *inquiry)
{
	const struct recording *recording = inquiry->recording;
	const struct wire_race *race = &recording->races[recording->race];
	struct race_events events;
	char name[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];
	struct symbol_frame earlier, later;
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_DATA_RACE, SCORE_CERTAIN);

	if (!e)
		return;
	naming_display(
		recording, inquiry->symbols, race->earlier.stack, race->earlier.pc, &earlier);
	naming_display(recording, inquiry->symbols, race->later.stack, race->later.pc, &later);
	e->subject = inquiry_text(
		"`%s`", naming_memory(recording, inquiry->symbols, &race->later, name));
	if (race_events_find(recording, race, &events) > 0) {
		explanation_add(e, acts_of_event(&inquiry->acts, events.earlier), true, NULL);
		explanation_add(e, acts_of_event(&inquiry->acts, events.later), true,
			inquiry_text("not ordered after it"));
	}
	e->sentence = inquiry_text("The %s of %s at %s and the %s of %s at %s are ordered by "
				   "nothing.",
		race_access_name(&race->earlier), inquiry_thread(inquiry, race->earlier.thread),
		naming_place(&earlier, a), race_access_name(&race->later),
		inquiry_thread(inquiry, race->later.thread), naming_place(&later, b));
}

void pattern_lifetime(struct inquiry *inquiry)
{
	const struct wire_block *block = block_of_failure(inquiry->recording);

	if (inquiry->finding->kind == FINDING_DATA_RACE &&
		inquiry->recording->race < inquiry->recording->race_count)
		add_race(inquiry);
	if (block && block->free_pc &&
		(inquiry->finding->kind == FINDING_USE_AFTER_FREE ||
			inquiry->finding->kind == FINDING_DOUBLE_FREE))
		add_use_after_free(inquiry, block);
}
