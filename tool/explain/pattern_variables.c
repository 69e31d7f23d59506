/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong between two variables: one thread accessed the first, lost the processor, and
 * accessed the second, while another accessed both, in between. When each pair conflicts, no
 * serial order gives the same (a cycle of conflicts, Papadimitriou 1979). And stale reads: what
 * a thread had read was changed before it used it, and it did not look again.
 */
#include "tool/explain/inquiry.h"

#define REACH 24
#define SCORE_TWO 60
#define SCORE_STALE 45
#define SCORE_BACK 25

/* One thread away between two of its acts. */
struct absence {
	struct inquiry *inquiry;
	uint32_t before;
	uint32_t after;
};

struct cycle {
	uint32_t first;	       /* of the thread, to the one variable */
	uint32_t second;       /* to the other, after it was away */
	uint32_t remote_first; /* another's to the same variables */
	uint32_t remote_second;
};

static bool conflict(const struct acts *acts, uint32_t a, uint32_t b)
{
	return act_writes(&acts->list[a]) || act_writes(&acts->list[b]);
}

/* Another's access to the variable while the thread was away, which conflicts with `own`. */
static uint32_t remote_access(const struct absence *absence, uint32_t own, uint32_t by)
{
	const struct acts *acts = &absence->inquiry->acts;

	for (uint32_t i = absence->before + 1; i < absence->after; i++) {
		const struct act *act = &acts->list[i];

		if (act->variable == acts->list[own].variable && !act->pending &&
			(by == WIRE_NONE || act->thread == by) && conflict(acts, i, own))
			return i;
	}
	return WIRE_NONE;
}

/* Whether the thread accessed the variable on both sides: then it is a matter of that one. */
static bool on_both_sides(const struct acts *acts, const struct absence *absence, uint32_t act)
{
	uint32_t variable = acts->list[act].variable;
	uint32_t i = act > absence->before ? absence->before : absence->after;
	bool backwards = act > absence->before;

	for (uint32_t n = 0; i != WIRE_NONE && n < REACH; n++) {
		if (acts->list[i].variable == variable && !acts->list[i].pending)
			return true;
		i = backwards ? acts->list[i].previous : acts->list[i].next;
	}
	return false;
}

static int score_of(const struct absence *absence, const struct cycle *cycle, uint32_t distance)
{
	struct inquiry *inquiry = absence->inquiry;
	const struct acts *acts = &inquiry->acts;
	int first = inquiry_relevance(inquiry, acts->list[cycle->first].variable);
	int second = inquiry_relevance(inquiry, acts->list[cycle->second].variable);
	int score = SCORE_TWO + (first + second) / 2 - (int)distance;

	return acts->list[absence->after].preempted ? score : score - SCORE_TWO / 2;
}

static void add_cycle(
	const struct absence *absence, const struct cycle *cycle, uint32_t distance)
{
	struct inquiry *inquiry = absence->inquiry;
	const struct acts *acts = &inquiry->acts;
	uint32_t thread = acts->list[cycle->first].thread;
	uint32_t other = acts->list[cycle->remote_first].thread;
	struct explanation *e = inquiry_add(
		inquiry, EXPLANATION_MULTI_VARIABLE, score_of(absence, cycle, distance));
	char x[NAMING_SIZE], y[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];

	if (!e)
		return;
	e->variables[0] = acts->list[cycle->first].variable;
	e->variables[1] = acts->list[cycle->second].variable;
	e->variable_count = 2;
	inquiry_variable(inquiry, e->variables[0], x);
	inquiry_variable(inquiry, e->variables[1], y);
	e->subject = inquiry_text("`%s` and `%s`", x, y);
	explanation_add(e, cycle->first, true, NULL);
	explanation_add(e, cycle->second, true, NULL);
	explanation_add(e, cycle->remote_first, true, NULL);
	explanation_add(e, cycle->remote_second, true, NULL);
	inquiry_add_accesses(inquiry, e, thread, other);
	e->sentence = inquiry_text("%s %s `%s` at %s and `%s` at %s, which belong together; in "
				   "between %s %s both.",
		inquiry_thread(inquiry, thread),
		act_writes(&acts->list[cycle->first]) ? "wrote" : "read", x,
		inquiry_place(inquiry, cycle->first, a), y,
		inquiry_place(inquiry, cycle->second, b), inquiry_thread(inquiry, other),
		act_writes(&acts->list[cycle->remote_first]) &&
				act_writes(&acts->list[cycle->remote_second])
			? "wrote"
			: "saw");
	e->remedy = (struct remedy){
		.kind = REMEDY_ATOMIC,
		.acts = { cycle->first, cycle->second, cycle->remote_first,
			cycle->remote_second },
		.count = 4,
	};
	if (cycle->remote_second < cycle->remote_first) {
		e->remedy.acts[2] = cycle->remote_second;
		e->remedy.acts[3] = cycle->remote_first;
	}
}

static bool is_usable(const struct acts *acts, uint32_t act)
{
	const struct act *a = &acts->list[act];

	return a->variable != WIRE_NONE && !a->pending && acts->variables[a->variable].shared &&
	       acts->variables[a->variable].written;
}

static void try_second(const struct absence *absence, uint32_t first, uint32_t distance)
{
	const struct acts *acts = &absence->inquiry->acts;
	struct cycle cycle = { .first = first };
	uint32_t by;

	cycle.remote_first = remote_access(absence, first, WIRE_NONE);
	if (cycle.remote_first == WIRE_NONE)
		return;
	by = acts->list[cycle.remote_first].thread;
	for (uint32_t i = absence->after, n = 0; i != WIRE_NONE && n < REACH;
		i = acts->list[i].next, n++) {
		if (!is_usable(acts, i) ||
			acts->list[i].variable == acts->list[first].variable ||
			on_both_sides(acts, absence, i))
			continue;
		cycle.second = i;
		cycle.remote_second = remote_access(absence, i, by);
		if (cycle.remote_second == WIRE_NONE)
			continue;
		add_cycle(absence, &cycle, distance + n);
		return;
	}
}

static void look_for_cycles(const struct absence *absence)
{
	const struct acts *acts = &absence->inquiry->acts;

	for (uint32_t i = absence->before, n = 0; i != WIRE_NONE && n < REACH;
		i = acts->list[i].previous, n++)
		if (is_usable(acts, i) && !on_both_sides(acts, absence, i))
			try_second(absence, i, n);
}

/* ---- stale reads ---- */

/* Does the thread look at the variable again? */
static bool looks_again(const struct acts *acts, uint32_t from, uint32_t variable)
{
	for (uint32_t i = from; i != WIRE_NONE; i = acts->list[i].next)
		if (acts->list[i].variable == variable)
			return true;
	return false;
}

/* What it does with what it had read: the first write after it was away, or its failure. */
static uint32_t use_of(const struct acts *acts, uint32_t from)
{
	for (uint32_t i = from, n = 0; i != WIRE_NONE && n < REACH; i = acts->list[i].next, n++)
		if (act_writes(&acts->list[i]))
			return i;
	return WIRE_NONE;
}

static void add_stale(const struct absence *absence, uint32_t read, uint32_t write)
{
	struct inquiry *inquiry = absence->inquiry;
	const struct acts *acts = &inquiry->acts;
	uint32_t variable = acts->list[read].variable;
	uint32_t thread = acts->list[read].thread;
	uint32_t use = use_of(acts, absence->after);
	struct explanation *e;
	char name[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];
	int score = SCORE_STALE + inquiry_relevance(inquiry, variable);

	if (use == WIRE_NONE && thread != inquiry_failing_thread(inquiry))
		return;
	if (acts->list[absence->after].preempted)
		score += SCORE_BACK;
	if (use != WIRE_NONE && acts->list[use].variable != WIRE_NONE)
		score += inquiry_relevance(inquiry, acts->list[use].variable);
	e = inquiry_add(inquiry, EXPLANATION_STALE_READ, score);
	if (!e)
		return;
	e->variables[0] = variable;
	e->variable_count = 1;
	inquiry_variable(inquiry, variable, name);
	e->subject = inquiry_text("`%s`", name);
	explanation_add(e, read, true, NULL);
	explanation_add(e, write, true, NULL);
	explanation_add(e, use != WIRE_NONE ? use : absence->after, true,
		inquiry_text("acts on the old `%s`", name));
	inquiry_place(inquiry, read, a);
	inquiry_place(inquiry, use != WIRE_NONE ? use : absence->after, b);
	e->sentence = inquiry_text("%s read `%s` at %s; %s changed it; %s went on with the old "
				   "value at %s.",
		inquiry_thread(inquiry, thread), name, a,
		inquiry_thread(inquiry, acts->list[write].thread),
		inquiry_thread(inquiry, thread), b);
	e->remedy = (struct remedy){
		.kind = REMEDY_ATOMIC,
		.acts = { read, use != WIRE_NONE ? use : absence->after },
		.count = 2,
	};
}

static void look_for_stale(const struct absence *absence)
{
	const struct acts *acts = &absence->inquiry->acts;

	for (uint32_t i = absence->before, n = 0; i != WIRE_NONE && n < REACH / 4;
		i = acts->list[i].previous, n++) {
		uint32_t write;

		if (!is_usable(acts, i) || acts->list[i].kind != ACT_READ ||
			looks_again(acts, absence->after, acts->list[i].variable))
			continue;
		write = remote_access(absence, i, WIRE_NONE);
		if (write != WIRE_NONE)
			add_stale(absence, i, write);
	}
}

void pattern_variables(struct inquiry *inquiry)
{
	const struct acts *acts = &inquiry->acts;

	for (uint32_t i = 0; i < acts->count; i++) {
		struct absence absence = {
			.inquiry = inquiry,
			.before = i,
			.after = acts->list[i].next,
		};

		if (absence.after == WIRE_NONE || absence.after == i + 1)
			continue;
		look_for_cycles(&absence);
		look_for_stale(&absence);
	}
}
