/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that reached the wrong one, and timeouts that came too early: a thread was woken and
 * another had taken what it was woken for; the only signal woke a thread that it was not for; a
 * wait was given up, or a sleep was over, before what it was meant for had happened.
 */
#include <errno.h>

#include "common/op.h"
#include "tool/analysis/wait_graph.h"
#include "tool/explain/inquiry.h"

#define REACH 16
#define SCORE_TAKEN 125
#define SCORE_WRONG_THREAD 90
#define SCORE_UNDONE 85
#define SCORE_TIMEOUT 180
#define SCORE_SPURIOUS 190

static bool same_object(const struct acts *acts, uint32_t a, uint32_t b)
{
	return act_event(acts, a)->object != WIRE_NONE &&
	       act_event(acts, a)->object == act_event(acts, b)->object;
}

/* The signal that ended the wait which `woken` is the end of. */
static uint32_t signal_of(const struct acts *acts, uint32_t woken)
{
	uint32_t wait = acts->list[woken].previous;

	if (wait == WIRE_NONE || acts->list[wait].kind != ACT_WAIT)
		return WIRE_NONE;
	for (uint32_t i = wait + 1; i < woken; i++)
		if (acts->list[i].kind == ACT_SIGNAL && same_object(acts, i, woken))
			return i;
	return WIRE_NONE;
}

/* The last write by a third thread between signal and waking to what the woken one reads then.
 */
static uint32_t taken_from(
	const struct acts *acts, uint32_t signal, uint32_t woken, uint32_t *ret_read)
{
	uint32_t read = acts->list[woken].next;

	for (uint32_t n = 0; read != WIRE_NONE && n < REACH;
		n++, read = acts->list[read].next) {
		if (!act_reads(&acts->list[read]) || acts->list[read].variable == WIRE_NONE)
			continue;
		for (uint32_t i = woken; i-- > signal + 1;) {
			const struct act *act = &acts->list[i];

			if (act->variable != acts->list[read].variable || !act_writes(act) ||
				act->thread == acts->list[woken].thread ||
				act->thread == acts->list[signal].thread)
				continue;
			*ret_read = read;
			return i;
		}
	}
	return WIRE_NONE;
}

static void add_taken(struct inquiry *inquiry, uint32_t woken)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t signal = signal_of(acts, woken), read, write;
	const char *thread = inquiry_thread(inquiry, acts->list[woken].thread);
	char name[NAMING_SIZE], variable[NAMING_SIZE], at[NAMING_SIZE];
	struct explanation *e;
	const char *thief;

	if (signal == WIRE_NONE || acts->list[woken].thread != inquiry_failing_thread(inquiry))
		return;
	write = taken_from(acts, signal, woken, &read);
	if (write == WIRE_NONE)
		return;
	e = inquiry_add(inquiry, EXPLANATION_STOLEN_SIGNAL,
		SCORE_TAKEN + inquiry_relevance(inquiry, acts->list[read].variable));
	if (!e)
		return;
	thief = inquiry_thread(inquiry, acts->list[write].thread);
	inquiry_object(inquiry, signal, name);
	inquiry_variable(inquiry, acts->list[read].variable, variable);
	e->variables[0] = acts->list[read].variable;
	e->variable_count = 1;
	e->subject = inquiry_text("`%s`", name);
	explanation_add(e, acts->list[woken].previous, true, NULL);
	explanation_add(e, signal, true, inquiry_text("wakes %s", thread));
	explanation_add(e, write, true, inquiry_text("takes it before %s runs", thread));
	explanation_add(e, woken, true, NULL);
	explanation_add(e, read, true, NULL);
	inquiry_add_accesses(inquiry, e, acts->list[signal].thread, acts->list[write].thread);
	e->sentence = inquiry_text("%s was woken by a signal of `%s`, but before it ran %s "
				   "changed `%s`; at %s it does not look again whether what it "
				   "waited for is still so.",
		thread, name, thief, variable, inquiry_place(inquiry, read, at));
	e->remedy = (struct remedy){
		.kind = REMEDY_NONE,
	};
}

/* ---- woken, and it was so no more ---- */

/* The last write by another after `signal` to what the woken one reads before it waits again.
 */
static uint32_t undone_by(
	const struct acts *acts, uint32_t signal, uint32_t woken, uint32_t *ret_read)
{
	for (uint32_t read = acts->list[woken].next;
		read != WIRE_NONE && acts->list[read].kind != ACT_WAIT;
		read = acts->list[read].next) {
		if (!act_reads(&acts->list[read]) || acts->list[read].variable == WIRE_NONE)
			continue;
		for (uint32_t i = woken; i-- > signal + 1;)
			if (acts->list[i].variable == acts->list[read].variable &&
				act_writes(&acts->list[i]) &&
				acts->list[i].thread != acts->list[woken].thread) {
				*ret_read = read;
				return i;
			}
	}
	return WIRE_NONE;
}

/* `wait` is the last of a deadlocked thread, which was woken once and had to wait again. */
static void add_undone(struct inquiry *inquiry, uint32_t wait)
{
	const struct acts *acts = &inquiry->acts;
	const char *thread = inquiry_thread(inquiry, acts->list[wait].thread);
	uint32_t woken = acts->list[wait].previous, signal, write, read;
	char name[NAMING_SIZE], variable[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];
	struct explanation *e;

	while (woken != WIRE_NONE &&
		!(acts->list[woken].kind == ACT_WOKEN && acts->list[woken].waited &&
			same_object(acts, woken, wait)))
		woken = acts->list[woken].previous;
	signal = woken == WIRE_NONE ? WIRE_NONE : signal_of(acts, woken);
	write = signal == WIRE_NONE ? WIRE_NONE : undone_by(acts, signal, woken, &read);
	if (write == WIRE_NONE)
		return;
	e = inquiry_add(inquiry, EXPLANATION_MISSED_SIGNAL, SCORE_UNDONE);
	if (!e)
		return;
	inquiry_object(inquiry, signal, name);
	inquiry_variable(inquiry, acts->list[read].variable, variable);
	e->variables[0] = acts->list[read].variable;
	e->variable_count = 1;
	e->subject = inquiry_text("`%s`", name);
	explanation_add(e, acts->list[woken].previous, true, NULL);
	explanation_add(e, signal, true, inquiry_text("wakes %s", thread));
	explanation_add(e, write, true, inquiry_text("before %s runs", thread));
	explanation_add(e, woken, true, NULL);
	explanation_add(e, read, true, NULL);
	explanation_add(e, wait, true, inquiry_text("waits for ever"));
	inquiry_add_accesses(inquiry, e, acts->list[signal].thread, acts->list[write].thread);
	e->sentence = inquiry_text(
		"%s was woken by a signal of `%s`, but before it ran %s changed `%s` again at "
		"%s; so it waits once more, at %s, and no other signal comes.",
		thread, name, inquiry_thread(inquiry, acts->list[write].thread), variable,
		inquiry_place(inquiry, write, a), inquiry_place(inquiry, wait, b));
}

/* ---- woken by nobody ---- */

static void add_spurious(struct inquiry *inquiry, uint32_t woken)
{
	const struct acts *acts = &inquiry->acts;
	const struct wire_event *event = act_event(acts, woken);
	char name[NAMING_SIZE], at[NAMING_SIZE];
	struct explanation *e;

	if (event->op != OP_COND_WAIT || event->result != 0 ||
		(acts->list[woken].waited && signal_of(acts, woken) != WIRE_NONE) ||
		acts->list[woken].thread != inquiry_failing_thread(inquiry))
		return;
	e = inquiry_add(inquiry, EXPLANATION_SPURIOUS_WAKEUP, SCORE_SPURIOUS);
	if (!e)
		return;
	inquiry_object(inquiry, woken, name);
	e->subject = inquiry_text("`%s`", name);
	if (acts->list[woken].waited)
		explanation_add(e, acts->list[woken].previous, true, NULL);
	explanation_add(e, woken, true, inquiry_text("nobody signalled"));
	e->sentence =
		inquiry_text("%s's wait for `%s` at %s returned though nobody signalled, as "
			     "POSIX allows; it does not look again whether what it waited "
			     "for is so.",
			inquiry_thread(inquiry, acts->list[woken].thread), name,
			inquiry_place(inquiry, woken, at));
}

/* ---- the only signal woke another ---- */

static uint32_t woken_by(const struct acts *acts, uint32_t signal)
{
	for (uint32_t i = signal + 1; i < acts->count; i++)
		if (acts->list[i].kind == ACT_WOKEN && acts->list[i].waited &&
			same_object(acts, i, signal))
			return i;
	return WIRE_NONE;
}

/* Whether a thread signals the object again after that act. */
static bool passes_on(const struct acts *acts, uint32_t woken)
{
	for (uint32_t i = acts->list[woken].next; i != WIRE_NONE; i = acts->list[i].next)
		if (acts->list[i].kind == ACT_SIGNAL && same_object(acts, i, woken))
			return true;
	return false;
}

static void add_wrong_thread(struct inquiry *inquiry, uint32_t wait)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t waiter = acts->list[wait].thread;
	char name[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];
	struct explanation *e;

	for (uint32_t i = wait + 1; i < acts->count; i++) {
		uint32_t woken;

		if (acts->list[i].kind != ACT_SIGNAL || !same_object(acts, i, wait) ||
			act_event(acts, i)->op == OP_COND_BROADCAST)
			continue;
		woken = woken_by(acts, i);
		if (woken == WIRE_NONE || acts->list[woken].thread == waiter ||
			passes_on(acts, woken))
			continue;
		e = inquiry_add(inquiry, EXPLANATION_STOLEN_SIGNAL, SCORE_WRONG_THREAD);
		if (!e)
			return;
		inquiry_object(inquiry, wait, name);
		e->subject = inquiry_text("`%s`", name);
		explanation_add(e, wait, true, inquiry_text("waits for ever"));
		explanation_add(e, i, true,
			inquiry_text(
				"wakes %s", inquiry_thread(inquiry, acts->list[woken].thread)));
		explanation_add(e, woken, true, NULL);
		e->sentence = inquiry_text("The signal of `%s` at %s woke %s and not %s, which "
					   "waits for it at %s, too; nobody signals it again.",
			name, inquiry_place(inquiry, i, a),
			inquiry_thread(inquiry, acts->list[woken].thread),
			inquiry_thread(inquiry, waiter), inquiry_place(inquiry, wait, b));
		return;
	}
}

/* ---- timeouts ---- */

static bool timed_out(const struct acts *acts, uint32_t act)
{
	const struct wire_event *event = act_event(acts, act);

	return acts->list[act].waited && !acts->list[act].pending &&
	       (event->result == ETIMEDOUT || event->op == OP_SLEEP);
}

/* Whether a timer was made to fire early between two events. */
static bool fired_early(const struct recording *recording, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to && i < recording->event_count; i++)
		if (recording->events[i].decision == WIRE_DECISION_TIMEOUT &&
			recording->events[i].value)
			return true;
	return false;
}

/* What would have ended the wait, or a write that comes after the sleep: later, by another. */
static uint32_t awaited(const struct acts *acts, uint32_t act)
{
	for (uint32_t i = act + 1; i < acts->count; i++) {
		if (acts->list[i].thread == acts->list[act].thread)
			continue;
		if (acts->list[i].kind == ACT_SIGNAL && same_object(acts, i, act))
			return i;
	}
	for (uint32_t i = act + 1; i < acts->count; i++)
		if (acts->list[i].thread != acts->list[act].thread &&
			acts->list[i].kind == ACT_WRITE &&
			acts->variables[acts->list[i].variable].shared)
			return i;
	return WIRE_NONE;
}

/* The same in the execution that passed, where here nobody comes to it. */
static uint32_t missing_signal(const struct inquiry *inquiry, uint32_t act)
{
	const struct acts *acts = &inquiry->acts, *passing = &inquiry->passing;
	uint32_t object = act_event(acts, act)->object;

	if (object == WIRE_NONE)
		return WIRE_NONE;
	for (uint32_t i = 0; i < passing->count; i++) {
		uint32_t other = act_event(passing, i)->object;

		if (passing->list[i].kind == ACT_SIGNAL && other != WIRE_NONE &&
			passing->recording->objects[other].address ==
				inquiry->recording->objects[object].address)
			return i;
	}
	return WIRE_NONE;
}

static void add_timeout(struct inquiry *inquiry, uint32_t act)
{
	const struct acts *acts = &inquiry->acts;
	bool sleeps = act_event(acts, act)->op == OP_SLEEP;
	uint32_t late = awaited(acts, act);
	const char *thread = inquiry_thread(inquiry, acts->list[act].thread);
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_EARLY_TIMEOUT, SCORE_TIMEOUT);
	char name[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];

	if (!e)
		return;
	inquiry_place(inquiry, act, a);
	explanation_add(e, act, true,
		inquiry_text(sleeps ? "the time is over" : "gives up: ETIMEDOUT"));
	if (!sleeps)
		e->subject = inquiry_text("`%s`", inquiry_object(inquiry, act, name));
	explanation_add(e, acts->list[act].previous, true, NULL);
	if (late != WIRE_NONE)
		explanation_add(e, late, true, inquiry_text("too late"));
	else
		e->missing = missing_signal(inquiry, act);
	if (late != WIRE_NONE)
		e->sentence = inquiry_text("%s %s at %s before %s came to %s.", thread,
			sleeps ? "had slept long enough" : "gave up waiting", a,
			inquiry_thread(inquiry, acts->list[late].thread),
			inquiry_place(inquiry, late, b));
	else if (e->missing != WIRE_NONE)
		e->sentence = inquiry_text("%s %s at %s before %s came to %s.", thread,
			sleeps ? "had slept long enough" : "gave up waiting", a,
			inquiry->passing.recording
				->threads[inquiry->passing.list[e->missing].thread]
				.path,
			inquiry_passing_place(inquiry, e->missing, b));
	else
		e->sentence = inquiry_text("%s %s at %s before what it waited for had "
					   "happened.",
			thread, sleeps ? "had slept long enough" : "gave up waiting", a);
}

static void tell_woken(struct inquiry *inquiry, uint32_t woken)
{
	if (inquiry->acts.list[woken].waited)
		add_taken(inquiry, woken);
	add_spurious(inquiry, woken);
}

void pattern_signals(struct inquiry *inquiry)
{
	const struct acts *acts = &inquiry->acts;
	bool is_deadlock = finding_is_deadlock(inquiry->finding->kind);
	uint32_t timeout = WIRE_NONE;

	for (uint32_t i = 0; i < acts->count; i++) {
		if (acts->list[i].kind == ACT_WOKEN && !acts->list[i].pending)
			tell_woken(inquiry, i);
		if (is_deadlock && acts->list[i].kind == ACT_WAIT &&
			acts->list[i].next == WIRE_NONE && !acts->list[i].pending &&
			wait_graph_is_root(inquiry->recording, acts->list[i].thread)) {
			add_wrong_thread(inquiry, i);
			add_undone(inquiry, i);
		}
		if (timed_out(acts, i) && fired_early(acts->recording, acts->list[i].event,
						  (uint32_t)inquiry->recording->event_count))
			timeout = i;
	}
	if (timeout != WIRE_NONE)
		add_timeout(inquiry, timeout);
}
