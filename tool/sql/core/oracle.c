/* SPDX-License-Identifier: Apache-2.0 */
/* All orders of all admissible subsets, by a depth-first walk; see oracle.h. */
#include "tool/sql/core/oracle.h"

#include <errno.h>
#include <string.h>

struct walk {
	const struct oracle *oracle;
	const struct outcome *outcome;
	struct oracle_verdict *verdict;
	struct serial_order order;
	uint32_t taken;	   /* sessions in the order */
	uint32_t required; /* that every order has */
	uint32_t allowed;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Did `a` end before `b` began? */
static bool precedes(const struct session_outcome *a, const struct session_outcome *b)
{
	return a->end == SESSION_DONE && a->ended < b->begun;
}

/* A session beside what it gives in a serial order. */
static bool session_fits(
	const struct session_outcome *seen, const struct session_outcome *serial)
{
	switch (seen->end) {
	case SESSION_DONE:
		return serial->end == SESSION_DONE && same_text(seen->results, serial->results);
	case SESSION_FAILED:
		return serial->end == SESSION_FAILED && same_text(seen->code, serial->code);
	case SESSION_CUT:
	case SESSION_ABSENT:
		return true;
	}
	return false;
}

static unsigned int differences(
	const struct walk *walk, const struct outcome *serial, bool *ret_state)
{
	const struct outcome *seen = walk->outcome;
	unsigned int count = 0;

	for (unsigned int i = 0; i < seen->session_count; i++)
		if (walk->taken >> i & 1)
			count += !session_fits(&seen->sessions[i], &serial->sessions[i]);
	*ret_state = !same_text(seen->state, serial->state);
	return count + *ret_state;
}

/* Compares with the order as it is. 1: it fits. */
static int compare(struct walk *walk)
{
	const struct outcome *serial =
		walk->oracle->serial(walk->oracle->context, &walk->order);
	struct oracle_verdict *verdict = walk->verdict;
	bool state_differs;
	unsigned int count;

	if (!serial)
		return -EIO;
	count = differences(walk, serial, &state_differs);
	if (count < verdict->differences) {
		verdict->differences = count;
		verdict->state_differs = state_differs;
		verdict->nearest = walk->order;
	}
	return count == 0;
}

/* May the session come next? Nobody who is still to come may have preceded it. */
static bool may_follow(const struct walk *walk, unsigned int session)
{
	const struct outcome *outcome = walk->outcome;

	if (walk->oracle->mode != ORACLE_STRICT)
		return true;
	for (unsigned int i = 0; i < outcome->session_count; i++)
		if ((walk->required & ~walk->taken) >> i & 1 && i != session &&
			precedes(&outcome->sessions[i], &outcome->sessions[session]))
			return false;
	return true;
}

/* Bounded by the number of sessions in depth. */
static int extend(struct walk *walk)
{
	int r = (walk->required & ~walk->taken) == 0 ? compare(walk) : 0;

	for (unsigned int i = 0; i < walk->outcome->session_count && r == 0; i++) {
		if (!(walk->allowed >> i & 1) || walk->taken >> i & 1 || !may_follow(walk, i))
			continue;
		walk->order.sessions[walk->order.count++] = (uint8_t)i;
		walk->taken |= UINT32_C(1) << i;
		r = extend(walk);
		walk->taken &= ~(UINT32_C(1) << i);
		walk->order.count--;
	}
	return r;
}

int oracle_judge(const struct oracle *oracle, const struct outcome *outcome,
	struct oracle_verdict *verdict)
{
	struct walk walk = { .oracle = oracle, .outcome = outcome, .verdict = verdict };
	int r;

	memset(verdict, 0, sizeof(*verdict));
	verdict->differences = UINT32_MAX;
	if (oracle->mode == ORACLE_INVARIANT || oracle->mode == ORACLE_NONE) {
		verdict->accepted = true;
		return 0;
	}
	for (unsigned int i = 0; i < outcome->session_count; i++) {
		enum session_end end = outcome->sessions[i].end;

		if (end == SESSION_DONE)
			walk.required |= UINT32_C(1) << i;
		if (end != SESSION_ABSENT)
			walk.allowed |= UINT32_C(1) << i;
	}
	r = extend(&walk);
	if (r < 0)
		return r;
	verdict->accepted = r > 0;
	return 0;
}
