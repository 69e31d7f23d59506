/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violations: something was used before it was made ready. An execution that passed says
 * what should have come first: there the same read saw another thread's write; here that write
 * comes later, or never came.
 */
#include "common/op.h"
#include "tool/explain/inquiry.h"

/* So many reads of the failing thread, from the failure backwards. */
#define READS_LOOKED_AT 12
#define SCORE_ORDER 70
#define SCORE_INITIAL 25
#define SCORE_PER_READ 3

struct violation {
	uint32_t read;	  /* here */
	uint32_t write;	  /* here: too late or pending; or WIRE_NONE: it never came */
	uint32_t passing; /* the write, in the execution that passed */
	uint32_t writer;  /* its thread, here */
	uint32_t seen;	  /* a read of something else that the writer had set; or WIRE_NONE */
};

/* The thread saw that write, or another of its writer's, of something else. */
static bool saw(const struct acts *acts, const struct violation *v, uint32_t i)
{
	uint32_t writer = v->writer;
	uint32_t from;

	if (!act_reads(&acts->list[i]) ||
		acts->list[i].variable == acts->list[v->read].variable ||
		acts->list[i].variable == WIRE_NONE)
		return false;
	from = acts_writer_before(acts, i);
	return from != WIRE_NONE && acts->list[from].thread == writer;
}

/*
 * The other thread published something that this one saw, before it was complete: best a flag
 * that it checked.
 */
static uint32_t published(struct inquiry *inquiry, const struct violation *v)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t i = v->read, found = WIRE_NONE;

	/* What stands on the same line may come after it. */
	for (uint32_t next = acts->list[i].next;
		next != WIRE_NONE && inquiry_same_line(inquiry, next, v->read);
		next = acts->list[next].next)
		i = next;
	for (uint32_t n = 0; i != WIRE_NONE && n < READS_LOOKED_AT;
		n++, i = acts->list[i].previous) {
		if (!saw(acts, v, i))
			continue;
		if (found == WIRE_NONE || inquiry_is_check(inquiry, i))
			found = i;
		if (inquiry_is_check(inquiry, i) && !inquiry_same_line(inquiry, i, v->read))
			break;
	}
	/* Or it is looked at only afterwards. */
	for (uint32_t n = 0; found == WIRE_NONE && n < READS_LOOKED_AT; n++) {
		i = i == WIRE_NONE ? acts->list[v->read].next : acts->list[i].next;
		if (i == WIRE_NONE)
			break;
		if (saw(acts, v, i))
			found = i;
	}
	return found;
}

static void write_sentence(
	struct inquiry *inquiry, struct explanation *e, const struct violation *v)
{
	const struct acts *acts = &inquiry->acts;
	const char *thread = inquiry_thread(inquiry, acts->list[v->read].thread);
	const char *writer = inquiry_thread(inquiry, v->writer);
	char name[NAMING_SIZE], x[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];

	inquiry_variable(inquiry, acts->list[v->read].variable, name);
	inquiry_place(inquiry, v->read, a);
	inquiry_passing_place(inquiry, v->passing, b);
	if (v->seen != WIRE_NONE)
		inquiry_variable(inquiry, acts->list[v->seen].variable, x);
	if (v->seen == WIRE_NONE)
		e->sentence = inquiry_text("%s read `%s` at %s before %s had set it at %s.",
			thread, name, a, writer, b);
	else if (e->kind == EXPLANATION_MULTI_VARIABLE)
		e->sentence =
			inquiry_text("%s changes `%s` and `%s`, which belong together, one "
				     "after the other; at %s %s saw the new `%s` and the "
				     "old `%s`, which is changed at %s.",
				writer, x, name, a, thread, x, name, b);
	else
		e->sentence =
			inquiry_text("%s found `%s` set by %s, and read `%s` at %s before "
				     "%s had set that, too, at %s.",
				thread, x, writer, name, a, writer, b);
}

static bool looks_initial(const struct acts *acts, uint32_t read)
{
	uint64_t value;

	return act_value_read(acts, read, &value) && value == 0;
}

/* Two variables that change together, of which the reader saw one changed. */
static void make_multi(
	struct inquiry *inquiry, struct explanation *e, const struct violation *v)
{
	char x[NAMING_SIZE], y[NAMING_SIZE];

	e->kind = EXPLANATION_MULTI_VARIABLE;
	e->variables[1] = inquiry->acts.list[v->seen].variable;
	e->variable_count = 2;
	e->subject =
		inquiry_text("`%s` and `%s`", inquiry_variable(inquiry, e->variables[1], x),
			inquiry_variable(inquiry, e->variables[0], y));
}

/* Writing both, and reading both, as one step each. */
static void add_publication(
	const struct acts *acts, struct explanation *e, const struct violation *v)
{
	struct remedy both = {
		.kind = REMEDY_ATOMIC,
		.acts = { acts_writer_before(acts, v->seen), v->passing, v->seen, v->read },
		.in_passing = { false, true },
		.count = 4,
	};

	if (v->seen > v->read) {
		both.acts[2] = v->read;
		both.acts[3] = v->seen;
	}
	if (e->kind == EXPLANATION_MULTI_VARIABLE) {
		e->other_remedy = e->remedy;
		e->remedy = both;
	} else {
		both.count = 2;
		e->other_remedy = both;
	}
}

static void add_violation(struct inquiry *inquiry, struct violation *v, int score)
{
	const struct acts *acts = &inquiry->acts;
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_ORDER, score);
	uint32_t before = acts_writer_before(acts, v->read);
	char name[NAMING_SIZE];

	if (!e)
		return;
	v->seen = published(inquiry, v);
	e->variables[0] = acts->list[v->read].variable;
	e->variable_count = 1;
	e->remedy = (struct remedy){
		.kind = REMEDY_ORDER,
		.acts = { v->passing, v->read },
		.in_passing = { true },
		.count = 2,
	};
	if (v->seen != WIRE_NONE && !looks_initial(acts, v->read))
		make_multi(inquiry, e, v);
	else
		e->subject =
			inquiry_text("`%s`", inquiry_variable(inquiry, e->variables[0], name));
	if (v->seen != WIRE_NONE) {
		explanation_add(e, v->seen, true, NULL);
		explanation_add(e, acts_writer_before(acts, v->seen), true, NULL);
	}
	if (before != WIRE_NONE)
		explanation_add(e, before, false, NULL);
	explanation_add(e, v->read, true,
		inquiry_text("%s has not %s it yet", inquiry_thread(inquiry, v->writer),
			looks_initial(acts, v->read) ? "set" : "changed"));
	if (v->write != WIRE_NONE)
		explanation_add(e, v->write, true, inquiry_text("too late"));
	else
		e->missing = v->passing;
	if (v->seen != WIRE_NONE)
		add_publication(acts, e, v);
	write_sentence(inquiry, e, v);
}

/* The first write of a variable in the execution that passed, where that does not read it. */
static uint32_t first_write(const struct inquiry *inquiry, uint32_t read)
{
	uint64_t address = act_event(&inquiry->acts, read)->address;

	for (uint32_t i = 0; i < inquiry->passing.count; i++)
		if (act_writes(&inquiry->passing.list[i]) &&
			act_event(&inquiry->passing, i)->address == address)
			return i;
	return WIRE_NONE;
}

/*
 * The last write there before `same` that here comes after `read`, or never: in the execution
 * that passed another thread may have written once more since.
 */
static uint32_t missing_write(struct inquiry *inquiry, uint32_t read, uint32_t same)
{
	const struct acts *passing = &inquiry->passing;
	uint32_t last = acts_writer_before(passing, same);

	for (uint32_t i = last; i != WIRE_NONE && i < passing->count; i--) {
		uint32_t here;

		if (passing->list[i].variable != passing->list[same].variable ||
			!act_writes(&passing->list[i]))
			continue;
		here = counterpart_of(passing, i, &inquiry->here);
		if (here == WIRE_NONE || here > read || inquiry->acts.list[here].pending)
			return i;
	}
	return last;
}

static void judge(struct inquiry *inquiry, uint32_t read, uint32_t distance)
{
	const struct acts *acts = &inquiry->acts, *passing = &inquiry->passing;
	struct violation v = { .read = read, .passing = WIRE_NONE };
	uint32_t same = counterpart_of(acts, read, &inquiry->there);
	uint64_t a, b;

	if (same == WIRE_NONE && act_is_look(acts, read))
		v.passing = first_write(inquiry, read);
	else if (same != WIRE_NONE && passing->list[same].variable != WIRE_NONE)
		v.passing = missing_write(inquiry, read, same);
	else if (same == WIRE_NONE && looks_initial(acts, read))
		v.passing = first_write(inquiry, read);
	if (v.passing == WIRE_NONE)
		return;
	v.writer = counterpart_thread(passing, passing->list[v.passing].thread, acts);
	if (v.writer == WIRE_NONE || v.writer == acts->list[read].thread)
		return;
	v.write = counterpart_of(passing, v.passing, &inquiry->here);
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
	uint32_t looked_at = 0;

	if (!inquiry->passing.list || thread == WIRE_NONE)
		return;
	for (uint32_t i = acts->last[thread]; i != WIRE_NONE && looked_at < READS_LOOKED_AT;
		i = acts->list[i].previous)
		if (act_reads(&acts->list[i]) && acts->list[i].variable != WIRE_NONE)
			judge(inquiry, i, looked_at++);
}
