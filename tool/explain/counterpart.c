/* SPDX-License-Identifier: Apache-2.0 */
/* Acts by what stays the same from one execution to the other; see counterpart.h. */
#include "tool/explain/counterpart.h"

#include "common/hash.h"

static uint64_t stem(const struct acts *acts, uint32_t act)
{
	const struct wire_event *event = act_event(acts, act);
	uint64_t where = act_is_look(acts, act)
				 ? hash_fold(event->address, acts->list[act].line)
				 : event->pc;

	return hash_fold(hash_fold(recording_path_hash(acts->recording, event->thread), where),
		event->op);
}

/* The counts that were reached are kept by stem, so that each act is numbered at once. */
static int number_act(struct act_index *index, uint32_t act)
{
	uint64_t key = stem(index->acts, act);
	uint32_t *count = pc_map_value(&index->counts, key);

	if (count)
		return pc_map_add(&index->places, hash_fold(key, ++*count), act);
	return pc_map_add(&index->counts, key, 1) < 0
		       ? -1
		       : pc_map_add(&index->places, hash_fold(key, 1), act);
}

void act_index_fill(struct act_index *index, const struct acts *acts)
{
	*index = (struct act_index){ .acts = acts };
	for (uint32_t i = 0; i < acts->count; i++)
		if (acts->list[i].kind != ACT_FREE && number_act(index, i) < 0)
			return;
}

void act_index_release(struct act_index *index)
{
	pc_map_release(&index->counts);
	pc_map_release(&index->places);
}

uint32_t counterpart_of(const struct acts *acts, uint32_t act, const struct act_index *other)
{
	uint64_t wanted = stem(acts, act);
	uint32_t n = 0, found;

	for (uint32_t i = acts->first[acts->list[act].thread]; i != WIRE_NONE;
		i = acts->list[i].next) {
		if (acts->list[i].kind != ACT_FREE && stem(acts, i) == wanted)
			n++;
		if (i == act)
			break;
	}
	return pc_map_find(&other->places, hash_fold(wanted, n), &found) ? found : WIRE_NONE;
}

uint32_t counterpart_thread(const struct acts *acts, uint32_t thread, const struct acts *other)
{
	return recording_thread_by_path(
		other->recording, recording_path_hash(acts->recording, thread));
}
