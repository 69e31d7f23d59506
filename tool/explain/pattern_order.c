/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violations: something was used before it was made ready. An execution that passed says
 * what should have come first: there the same read saw another thread's write; here that write
 * comes later, or never came.
 */
#include "common/hash.h"
#include "common/op.h"
#include "tool/analysis/pc_map.h"
#include "tool/explain/inquiry.h"

/* So many reads of the failing thread, from the failure backwards. */
#define READS_LOOKED_AT 12
#define SCORE_ORDER 70
#define SCORE_INITIAL 25
#define SCORE_PER_READ 3

/* Acts by what stays the same from one execution to the other: thread, operation, how often. */
struct index {
	struct pc_map counts;
	struct pc_map acts;
};

static uint64_t stem(const struct acts *acts, uint32_t act)
{
	const struct wire_event *event = act_event(acts, act);
	uint64_t where = act_is_look(acts, act)
				 ? hash_fold(event->address, acts->list[act].line)
				 : event->pc;

	return hash_fold(hash_fold(recording_path_hash(acts->recording, event->thread), where),
		event->op);
}

/* Numbers an act among its like and gives its key. */
static uint64_t next_key(struct pc_map *counts, uint64_t stem_hash)
{
	uint64_t key;

	for (uint32_t n = 1;; n++) {
		uint32_t unused;

		key = hash_fold(stem_hash, n);
		if (!pc_map_find(counts, key, &unused)) {
			pc_map_add(counts, key, n);
			return key;
		}
	}
}

static void index_release(struct index *index)
{
	pc_map_release(&index->counts);
	pc_map_release(&index->acts);
}

static void index_acts(const struct acts *acts, struct index *index)
{
	for (uint32_t i = 0; i < acts->count; i++)
		if (acts->list[i].kind != ACT_FREE &&
			pc_map_add(&index->acts, next_key(&index->counts, stem(acts, i)), i) <
				0)
			return;
}

/* The same act in another execution, or WIRE_NONE. */
static uint32_t counterpart(const struct acts *acts, uint32_t act, const struct index *other)
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
	return pc_map_find(&other->acts, hash_fold(wanted, n), &found) ? found : WIRE_NONE;
}

struct violation {
	uint32_t read;	  /* here */
	uint32_t write;	  /* here: too late or pending; or WIRE_NONE: it never came */
	uint32_t passing; /* the write, in the execution that passed */
};

/* The other thread published something that this one saw, before it was complete. */
static uint32_t published(
	const struct acts *acts, const struct violation *violation, uint32_t writer)
{
	uint32_t i = acts->list[violation->read].previous;

	for (uint32_t n = 0; i != WIRE_NONE && n < READS_LOOKED_AT;
		n++, i = acts->list[i].previous) {
		uint32_t from;

		if (!act_reads(&acts->list[i]) ||
			acts->list[i].variable == acts->list[violation->read].variable)
			continue;
		from = acts_writer_before(acts, i);
		if (from != WIRE_NONE && acts->list[from].thread == writer)
			return i;
	}
	return WIRE_NONE;
}

static void write_sentence(
	struct inquiry *inquiry, struct explanation *e, const struct violation *v)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t thread = acts->list[v->read].thread;
	uint32_t writer = inquiry->passing.list[v->passing].thread;
	uint32_t seen = published(acts, v, writer);
	char name[NAMING_SIZE], x[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];

	inquiry_variable(inquiry, acts->list[v->read].variable, name);
	inquiry_place(inquiry, v->read, a);
	inquiry_passing_place(inquiry, v->passing, b);
	if (seen == WIRE_NONE) {
		e->sentence = inquiry_text("%s read `%s` at %s before %s had set it at %s.",
			inquiry_thread(inquiry, thread), name, a,
			inquiry_thread(inquiry, writer), b);
		return;
	}
	inquiry_variable(inquiry, acts->list[seen].variable, x);
	e->sentence = inquiry_text("%s found `%s` set by %s, and read `%s` at %s before %s had "
				   "set that, too, at %s.",
		inquiry_thread(inquiry, thread), x, inquiry_thread(inquiry, writer), name, a,
		inquiry_thread(inquiry, writer), b);
	explanation_add(e, seen, true, NULL);
	explanation_add(e, acts_writer_before(acts, seen), true, NULL);
}

static void add_violation(struct inquiry *inquiry, const struct violation *v, int score)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t writer = inquiry->passing.list[v->passing].thread;
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_ORDER, score);
	uint32_t before = acts_writer_before(acts, v->read);
	char name[NAMING_SIZE];

	if (!e)
		return;
	e->variables[0] = acts->list[v->read].variable;
	e->variable_count = 1;
	e->subject = inquiry_text("`%s`", inquiry_variable(inquiry, e->variables[0], name));
	if (before != WIRE_NONE)
		explanation_add(e, before, false, NULL);
	explanation_add(e, v->read, true,
		inquiry_text("%s has not set it yet", inquiry_thread(inquiry, writer)));
	if (v->write != WIRE_NONE)
		explanation_add(e, v->write, true, inquiry_text("too late"));
	write_sentence(inquiry, e, v);
	e->remedy = (struct remedy){
		.kind = REMEDY_ORDER,
		.acts = { v->passing, v->read },
		.count = 2,
	};
}

static bool looks_initial(const struct acts *acts, uint32_t read)
{
	uint64_t value;

	return acts_writer_before(acts, read) == WIRE_NONE ||
	       (act_value_read(acts, read, &value) && value == 0);
}

/* The first write of a variable in the execution that passed, where reads are not seen. */
static uint32_t first_write(const struct inquiry *inquiry, uint32_t read)
{
	uint64_t address = act_event(&inquiry->acts, read)->address;

	for (uint32_t i = 0; i < inquiry->passing.count; i++)
		if (act_writes(&inquiry->passing.list[i]) &&
			act_event(&inquiry->passing, i)->address == address)
			return i;
	return WIRE_NONE;
}

static void judge(struct inquiry *inquiry, uint32_t read, const struct index *here,
	const struct index *there, uint32_t distance)
{
	const struct acts *acts = &inquiry->acts, *passing = &inquiry->passing;
	struct violation v = { .read = read, .passing = WIRE_NONE };
	uint32_t same = counterpart(acts, read, there);
	uint64_t a, b;

	if (same == WIRE_NONE && act_is_look(acts, read))
		v.passing = first_write(inquiry, read);
	else if (same != WIRE_NONE && passing->list[same].variable != WIRE_NONE)
		v.passing = acts_writer_before(passing, same);
	if (v.passing == WIRE_NONE ||
		passing->list[v.passing].thread == acts->list[read].thread)
		return;
	v.write = counterpart(passing, v.passing, here);
	if (v.write != WIRE_NONE && v.write < read && !acts->list[v.write].pending)
		return;
	if (same != WIRE_NONE && act_value_read(acts, read, &a) &&
		act_value_read(passing, same, &b) && a == b)
		return;
	add_violation(inquiry, &v,
		SCORE_ORDER + inquiry_relevance(inquiry, acts->list[read].variable) +
			(looks_initial(acts, read) ? SCORE_INITIAL : 0) -
			SCORE_PER_READ * (int)distance);
}

void pattern_order(struct inquiry *inquiry)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t thread = inquiry_failing_thread(inquiry);
	struct index here = { 0 }, there = { 0 };
	uint32_t looked_at = 0;

	if (!inquiry->passing.list || thread == WIRE_NONE)
		return;
	index_acts(acts, &here);
	index_acts(&inquiry->passing, &there);
	for (uint32_t i = acts->last[thread]; i != WIRE_NONE && looked_at < READS_LOOKED_AT;
		i = acts->list[i].previous)
		if (act_reads(&acts->list[i]) && acts->list[i].variable != WIRE_NONE)
			judge(inquiry, i, &here, &there, looked_at++);
	index_release(&here);
	index_release(&there);
}
