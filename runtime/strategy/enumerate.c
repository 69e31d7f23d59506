/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the choices that it is given, then the usual one each time, and tells all of them with
 * the number of options that each had. From that the tool gives the next list, so that it comes
 * by every execution there is of a kind (stateless search, Godefroid, POPL 1997).
 * Timers never fire early, and no wait ends without a reason.
 *
 * Those kinds are the executions without preemption, and the serial ones, in which a thread is
 * not preempted within an operation of the program's, but everywhere else.
 */
#include "runtime/strategy/strategy.h"

#include <stdbool.h>

struct enumeration {
	struct strategy_args args;
	uint32_t count; /* of choices so far */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct enumeration *enumeration = state;

	enumeration->args = *args;
}

/* The next choice among `options`. */
static uint32_t choose(struct enumeration *enumeration, uint32_t options)
{
	const struct strategy_args *args = &enumeration->args;
	uint32_t number = enumeration->count;
	uint32_t chosen = 0;

	if (options < 2)
		return 0;
	enumeration->count++;
	if (number < args->prefix_count)
		chosen = args->prefix[number];
	/* The program does not repeat: the tool sees it by the choice it did not ask for. */
	if (chosen >= options)
		chosen = 0;
	if ((number + 1) * sizeof(struct wire_choice) > args->choices_area->capacity) {
		args->choices_area->overflowed = 1;
		return chosen;
	}
	args->choices[number] = (struct wire_choice){ .chosen = chosen, .count = options };
	args->choices_area->length = (number + 1) * sizeof(struct wire_choice);
	return chosen;
}

/* Whether no other thread can tell, nor change, when the thread's operation is done. */
static bool is_independent(const struct enumeration *enumeration, const struct thread *thread)
{
	if (!(enumeration->args.enumerate & WIRE_ENUMERATE_REDUCED))
		return false;
	switch (thread->op.kind) {
	case OP_THREAD_START:
	case OP_THREAD_EXIT:
	case OP_THREAD_CREATE:
	case OP_THREAD_JOIN:
	case OP_CHOOSE:
	case OP_OPERATION_END:
		return true;
	default:
		return false;
	}
}

static bool may_preempt(const struct enumeration *enumeration, const struct thread *current)
{
	if (!(enumeration->args.enumerate & WIRE_ENUMERATE_SERIAL) || current->operations)
		return false;
	return !is_independent(enumeration, current);
}

/* Option 0 is the usual thread, the others follow in the order of their numbers. */
static thread_id nth_option(const struct choice *choice, uint32_t option)
{
	if (option == 0)
		return choice->usual;
	for (uint32_t i = 0; i < choice->count; i++)
		if (choice->candidates[i] != choice->usual && --option == 0)
			return choice->candidates[i];
	return choice->usual;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct enumeration *enumeration = state;

	if (choice->kind == WIRE_DECISION_PREEMPT &&
		!may_preempt(enumeration, choice->threads[choice->current]))
		return choice->usual;
	for (uint32_t i = 0; i < choice->count; i++)
		if (is_independent(enumeration, choice->threads[choice->candidates[i]]))
			return choice->candidates[i];
	return nth_option(choice, choose(enumeration, choice->count));
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	(void)thread;
	/* There is no end to these: each may come again at the next operation. */
	if (kind == WIRE_DECISION_TIMEOUT || kind == WIRE_DECISION_SPURIOUS)
		return 0;
	return choose(state, bound);
}

const struct strategy_ops strategy_enumerate = {
	.name = "enumerate",
	.state_size = sizeof(struct enumeration),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
