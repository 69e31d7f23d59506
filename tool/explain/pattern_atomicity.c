/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violations over one variable: a thread accessed it, lost the processor, others
 * accessed it, and the thread came back to it. Of the eight orders of reads and writes four
 * equal no serial one (Lu, Tucek, Qin and Zhou, "AVIO", ASPLOS 2006): R-W-R, W-W-R, R-W-W and
 * W-R-W, where the middle is another thread's. What they are called depends on what the thread
 * did with what it had read.
 */
#include <string.h>

#include "common/op.h"
#include "tool/explain/inquiry.h"

/* So many acts of its own a thread may be away from what belongs together. */
#define REACH 64
/* Variables that others accessed in one gap. */
#define GAP_VARIABLES 64

#define SCORE_PREEMPTED 100
#define SCORE_WAITED 40
#define SCORE_LOST_UPDATE 20
#define SCORE_CHECK 18
#define SCORE_OTHER 8
#define SCORE_ABA 200
#define SCORE_ABA_OF_CHECK 50
#define SCORE_SAME_VALUE (-30)
#define SCORE_POLLING (-40)
#define DISTANCE_MAX 30

/* What others did to one variable while a thread was away. */
struct touched {
	uint32_t variable;
	uint32_t read;	/* first, or WIRE_NONE */
	uint32_t write; /* last, or WIRE_NONE */
};

struct gap {
	struct inquiry *inquiry;
	uint32_t before; /* the thread's last act before it was away */
	uint32_t after;	 /* and the first after */
	struct touched touched[GAP_VARIABLES];
	size_t count;
};

/* One access of the thread, others', and one more of its own. */
struct triple {
	uint32_t first;
	uint32_t remote;
	uint32_t second;
	uint32_t act;	/* a write that follows on `second`, or WIRE_NONE */
	uint32_t steps; /* of the thread between `first` and `second` */
};

static void note_access(struct gap *gap, uint32_t index)
{
	const struct act *act = &gap->inquiry->acts.list[index];
	struct touched *touched = gap->touched;
	size_t i = 0;

	while (i < gap->count && touched[i].variable != act->variable)
		i++;
	if (i == gap->count) {
		if (gap->count == GAP_VARIABLES)
			return;
		touched[gap->count++] = (struct touched){
			.variable = act->variable,
			.read = WIRE_NONE,
			.write = WIRE_NONE,
		};
	}
	if (act_writes(act))
		touched[i].write = index;
	if (act_reads(act) && touched[i].read == WIRE_NONE)
		touched[i].read = index;
}

static void look_into(struct gap *gap)
{
	const struct acts *acts = &gap->inquiry->acts;

	gap->count = 0;
	for (uint32_t i = gap->before + 1; i < gap->after; i++)
		if (acts->list[i].variable != WIRE_NONE && !acts->list[i].pending &&
			acts->variables[acts->list[i].variable].shared)
			note_access(gap, i);
}

/* The thread's nearest access to the variable, backwards or forwards; counts its acts. */
static uint32_t nearest(const struct acts *acts, uint32_t from, uint32_t variable,
	bool backwards, uint32_t *steps)
{
	for (uint32_t n = 0; from != WIRE_NONE && n < REACH; n++) {
		const struct act *act = &acts->list[from];

		if (act->variable == variable && !act->pending) {
			*steps += n;
			return from;
		}
		from = backwards ? act->previous : act->next;
	}
	return WIRE_NONE;
}

/* The write by which the thread acts on what it read at `from`. */
static uint32_t write_after(const struct acts *acts, uint32_t from, uint32_t variable)
{
	uint32_t i = acts->list[from].next;

	for (uint32_t n = 0; i != WIRE_NONE && n < REACH; n++, i = acts->list[i].next)
		if (acts->list[i].variable == variable && act_writes(&acts->list[i]))
			return i;
	return WIRE_NONE;
}

static int score_of(struct inquiry *inquiry, const struct triple *triple)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t resumed = triple->second;
	uint64_t a, b;
	int score;

	/* How the thread came to be away: at the first act of its after the others'. */
	while (acts->list[resumed].previous > triple->remote &&
		acts->list[resumed].previous != WIRE_NONE)
		resumed = acts->list[resumed].previous;
	score = acts->list[resumed].preempted ? SCORE_PREEMPTED : SCORE_WAITED;
	score += inquiry_relevance(inquiry, acts->list[triple->first].variable);
	score -= triple->steps > DISTANCE_MAX ? DISTANCE_MAX : (int)triple->steps;
	if (act_value_read(acts, triple->second, &b) &&
		(act_value_left(acts, triple->first, &a) ||
			act_value_read(acts, triple->first, &a)) &&
		a == b)
		score += SCORE_SAME_VALUE;
	if (act_event(acts, triple->first)->pc == act_event(acts, triple->second)->pc)
		score += SCORE_POLLING;
	return score;
}

static void describe(struct inquiry *inquiry, struct explanation *explanation,
	const struct triple *triple, const char *pattern)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t variable = acts->list[triple->first].variable;
	uint32_t last = triple->act != WIRE_NONE ? triple->act : triple->second;
	char name[NAMING_SIZE];

	explanation->pattern = pattern;
	explanation->variables[0] = variable;
	explanation->variable_count = 1;
	explanation->subject = inquiry_text("`%s`", inquiry_variable(inquiry, variable, name));
	explanation_add(explanation, triple->first, true, NULL);
	explanation_add(explanation, triple->remote, true, NULL);
	explanation_add(explanation, triple->second, true, NULL);
	if (triple->act != WIRE_NONE)
		explanation_add(explanation, triple->act, true, NULL);
	inquiry_add_accesses(inquiry, explanation, acts->list[triple->first].thread,
		acts->list[triple->remote].thread);
	explanation->remedy = (struct remedy){
		.kind = REMEDY_ATOMIC,
		.acts = { triple->first, last },
		.count = 2,
	};
}

/* The names that the sentences are made of. */
struct words {
	char variable[NAMING_SIZE];
	char first[NAMING_SIZE];
	char second[NAMING_SIZE];
	char remote[NAMING_SIZE];
	const char *thread;
	const char *other;
};

static struct words words_of(
	struct inquiry *inquiry, const struct triple *triple, uint32_t second)
{
	const struct acts *acts = &inquiry->acts;
	struct words words = {
		.thread = inquiry_thread(inquiry, acts->list[triple->first].thread),
		.other = inquiry_thread(inquiry, acts->list[triple->remote].thread),
	};

	inquiry_variable(inquiry, acts->list[triple->first].variable, words.variable);
	inquiry_place(inquiry, triple->first, words.first);
	inquiry_place(inquiry, second, words.second);
	inquiry_place(inquiry, triple->remote, words.remote);
	return words;
}

static void add_check(struct inquiry *inquiry, const struct triple *triple, const char *pattern)
{
	uint32_t acted = triple->act != WIRE_NONE ? triple->act : triple->second;
	struct words w = words_of(inquiry, triple, acted);
	struct explanation *e = inquiry_add(
		inquiry, EXPLANATION_CHECK_THEN_ACT, score_of(inquiry, triple) + SCORE_CHECK);

	if (!e)
		return;
	describe(inquiry, e, triple, pattern);
	e->sentence = inquiry_text("%s checked `%s` at %s and acted on it at %s; in between %s "
				   "changed it.",
		w.thread, w.variable, w.first, w.second, w.other);
}

static void add_lost_update(struct inquiry *inquiry, const struct triple *triple)
{
	struct words w = words_of(inquiry, triple, triple->second);
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_LOST_UPDATE,
		score_of(inquiry, triple) + SCORE_LOST_UPDATE);

	if (!e)
		return;
	explanation_add(
		e, triple->second, true, inquiry_text("overwrites what %s wrote", w.other));
	describe(inquiry, e, triple, "R-W-W");
	if (inquiry_same_line(inquiry, triple->first, triple->second))
		e->sentence = inquiry_text("%s read `%s` and wrote it back at %s; in between "
					   "%s changed it, and that update is lost.",
			w.thread, w.variable, w.second, w.other);
	else
		e->sentence = inquiry_text("%s read `%s` at %s and wrote it at %s; in between "
					   "%s changed it, and that update is lost.",
			w.thread, w.variable, w.first, w.second, w.other);
}

static void add_other(struct inquiry *inquiry, const struct triple *triple, const char *pattern)
{
	struct words w = words_of(inquiry, triple, triple->second);
	struct explanation *e = inquiry_add(
		inquiry, EXPLANATION_ATOMICITY, score_of(inquiry, triple) + SCORE_OTHER);

	if (!e)
		return;
	describe(inquiry, e, triple, pattern);
	if (strcmp(pattern, "R-W-R") == 0)
		e->sentence = inquiry_text("%s read `%s` at %s and again at %s, as if it could "
					   "not change; in between %s wrote it.",
			w.thread, w.variable, w.first, w.second, w.other);
	else if (strcmp(pattern, "W-W-R") == 0)
		e->sentence = inquiry_text("%s wrote `%s` at %s and read it back at %s; in "
					   "between %s overwrote it.",
			w.thread, w.variable, w.first, w.second, w.other);
	else
		e->sentence = inquiry_text("%s wrote `%s` at %s and again at %s; in between %s "
					   "read the intermediate value at %s.",
			w.thread, w.variable, w.first, w.second, w.other, w.remote);
}

/* The same value came back, and the second access takes it for the old one. */
static bool came_back(const struct acts *acts, const struct triple *triple)
{
	uint32_t variable = acts->list[triple->first].variable;
	uint64_t old, found, left;
	uint32_t writes = 0;
	bool went_away = false;

	if (!act_value_read(acts, triple->first, &old) ||
		!act_value_read(acts, triple->second, &found) || old != found)
		return false;
	for (uint32_t i = triple->first + 1; i < triple->second; i++) {
		if (acts->list[i].variable != variable || !act_value_left(acts, i, &left))
			continue;
		writes++;
		went_away = went_away || left != old;
	}
	return writes >= 2 && went_away;
}

static bool is_aba(const struct acts *acts, const struct triple *triple)
{
	return act_event(acts, triple->second)->op == OP_ATOMIC_CAS &&
	       acts->list[triple->second].kind == ACT_UPDATE && came_back(acts, triple);
}

/* The thread looks again whether anything has changed, and is deceived. */
static bool is_aba_of_check(struct inquiry *inquiry, const struct triple *triple)
{
	const struct acts *acts = &inquiry->acts;

	return acts->list[triple->first].kind == ACT_READ &&
	       acts->list[triple->second].kind == ACT_READ &&
	       inquiry_is_check(inquiry, triple->second) &&
	       !inquiry_same_line(inquiry, triple->first, triple->second) &&
	       came_back(acts, triple);
}

static void add_aba_of_check(struct inquiry *inquiry, const struct triple *triple)
{
	struct words w = words_of(inquiry, triple, triple->second);
	struct explanation *e = inquiry_add(
		inquiry, EXPLANATION_ABA, score_of(inquiry, triple) + SCORE_ABA_OF_CHECK);

	if (!e)
		return;
	explanation_add(e, triple->second, true,
		inquiry_text("the same, though `%s` was changed and changed back", w.variable));
	describe(inquiry, e, triple, "R-W-R");
	e->sentence = inquiry_text("%s read `%s` at %s; %s changed it and changed it back; so "
				   "%s found it unchanged at %s.",
		w.thread, w.variable, w.first, w.other, w.thread, w.second);
}

static void add_aba(struct inquiry *inquiry, const struct triple *triple)
{
	struct words w = words_of(inquiry, triple, triple->second);
	struct explanation *e =
		inquiry_add(inquiry, EXPLANATION_ABA, score_of(inquiry, triple) + SCORE_ABA);

	if (!e)
		return;
	explanation_add(e, triple->second, true,
		inquiry_text("succeeds, though `%s` was changed and changed back", w.variable));
	describe(inquiry, e, triple, "R-W-R");
	e->sentence = inquiry_text("%s read `%s` at %s; %s changed it and changed it back; so "
				   "the compare-and-swap of %s at %s took the new state for "
				   "the old one.",
		w.thread, w.variable, w.first, w.other, w.thread, w.second);
}

static void judge(struct gap *gap, const struct touched *touched)
{
	struct inquiry *inquiry = gap->inquiry;
	const struct acts *acts = &inquiry->acts;
	struct triple t = { .act = WIRE_NONE };
	const struct act *first, *second;
	bool reads_first;

	t.first = nearest(acts, gap->before, touched->variable, true, &t.steps);
	t.second = nearest(acts, gap->after, touched->variable, false, &t.steps);
	if (t.first == WIRE_NONE || t.second == WIRE_NONE)
		return;
	first = &acts->list[t.first];
	second = &acts->list[t.second];
	/* What an atomic operation left counts as written, unless it was the reading half. */
	reads_first = first->kind == ACT_READ;
	t.remote = touched->write;
	if (t.remote == WIRE_NONE) {
		t.remote = touched->read;
		if (!reads_first && second->kind == ACT_WRITE)
			add_other(inquiry, &t, "W-R-W");
		return;
	}
	if (is_aba(acts, &t)) {
		add_aba(inquiry, &t);
		return;
	}
	if (is_aba_of_check(inquiry, &t)) {
		add_aba_of_check(inquiry, &t);
		return;
	}
	if (reads_first && second->kind == ACT_WRITE) {
		if (inquiry_is_check(inquiry, t.first) &&
			!inquiry_same_line(inquiry, t.first, t.second))
			add_check(inquiry, &t, "R-W-W");
		else
			add_lost_update(inquiry, &t);
		return;
	}
	if (!reads_first) {
		if (second->kind != ACT_WRITE)
			add_other(inquiry, &t, "W-W-R");
		return;
	}
	if (second->kind == ACT_READ)
		t.act = write_after(acts, t.second, touched->variable);
	if ((t.act != WIRE_NONE || second->kind == ACT_UPDATE) &&
		!inquiry_same_line(inquiry, t.first, t.second))
		add_check(inquiry, &t, "R-W-R");
	else
		add_other(inquiry, &t, "R-W-R");
}

/*
 * A thread that was stopped between two writes for good, because another one failed on what it
 * read in between.
 */
static void judge_unfinished(struct inquiry *inquiry, uint32_t read)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t first = acts_writer_before(acts, read);
	uint32_t thread, future;
	struct words w;
	struct explanation *e;
	struct triple t = { .first = first, .remote = read, .second = read, .act = WIRE_NONE };
	char second[NAMING_SIZE];

	if (first == WIRE_NONE || acts->list[first].thread == acts->list[read].thread)
		return;
	thread = acts->list[first].thread;
	if (inquiry->recording->threads[thread].state == WIRE_THREAD_FINISHED)
		return;
	future = inquiry_future_write(inquiry, thread, acts->list[read].variable);
	if (future == WIRE_NONE)
		return;
	e = inquiry_add(inquiry, EXPLANATION_ATOMICITY,
		SCORE_PREEMPTED + SCORE_OTHER +
			inquiry_relevance(inquiry, acts->list[read].variable));
	if (!e)
		return;
	describe(inquiry, e, &t, "W-R-W");
	w = words_of(inquiry, &t, read);
	e->missing = future;
	e->remedy.acts[1] = future;
	e->remedy.in_passing[1] = true;
	e->sentence = inquiry_text("%s wrote `%s` at %s and would have again at %s; in between "
				   "%s read the intermediate value at %s.",
		w.thread, w.variable, w.first, inquiry_passing_place(inquiry, future, second),
		inquiry_thread(inquiry, acts->list[read].thread), w.remote);
}

static void look_for_unfinished(struct inquiry *inquiry)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t thread = inquiry_failing_thread(inquiry);
	uint32_t i = thread == WIRE_NONE ? WIRE_NONE : acts->last[thread];

	for (uint32_t n = 0; i != WIRE_NONE && n < REACH / 8; n++, i = acts->list[i].previous)
		if (act_reads(&acts->list[i]) && acts->list[i].variable != WIRE_NONE)
			judge_unfinished(inquiry, i);
}

void pattern_atomicity(struct inquiry *inquiry)
{
	const struct acts *acts = &inquiry->acts;
	struct gap gap = { .inquiry = inquiry };

	for (uint32_t i = 0; i < acts->count; i++) {
		gap.before = i;
		gap.after = acts->list[i].next;
		if (gap.after == WIRE_NONE || gap.after == i + 1)
			continue;
		look_into(&gap);
		for (size_t k = 0; k < gap.count; k++)
			judge(&gap, &gap.touched[k]);
	}
	look_for_unfinished(inquiry);
}
