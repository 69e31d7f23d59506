/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle over serial outcomes that are made up: a bank account whose updates add up or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/sql/core/oracle.h"

/* Each session appends its number to the state, and reads what was there before. */
static const struct outcome *serial(void *context, const struct serial_order *order)
{
	static struct outcome outcomes[16];
	static char states[16][8];
	static char results[16][4][8];
	static unsigned int next;
	unsigned int at = next++ % 16;
	struct outcome *outcome = &outcomes[at];

	(void)context;
	memset(outcome, 0, sizeof(*outcome));
	states[at][0] = '\0';
	outcome->session_count = 3;
	for (unsigned int i = 0; i < 3; i++)
		outcome->sessions[i].end = SESSION_ABSENT;
	for (unsigned int i = 0; i < order->count; i++) {
		unsigned int session = order->sessions[i];

		strcpy(results[at][session], states[at]);
		sprintf(states[at] + strlen(states[at]), "%u", session);
		outcome->sessions[session].end = SESSION_DONE;
		outcome->sessions[session].results = results[at][session];
	}
	outcome->state = states[at];
	return outcome;
}

static const struct oracle strict = { .mode = ORACLE_STRICT, .serial = serial };
static const struct oracle any_order = { .mode = ORACLE_SERIAL, .serial = serial };

/* Two sessions at the same time. */
static struct outcome two(const char *first, const char *second, const char *state)
{
	struct outcome outcome = { .session_count = 2, .state = state };

	outcome.sessions[0] =
		(struct session_outcome){ .results = first, .begun = 1, .ended = 3 };
	outcome.sessions[1] =
		(struct session_outcome){ .results = second, .begun = 2, .ended = 4 };
	return outcome;
}

static struct oracle_verdict judge(const struct oracle *oracle, const struct outcome *outcome)
{
	struct oracle_verdict verdict;

	assert_int_equal(oracle_judge(oracle, outcome, &verdict), 0);
	return verdict;
}

static void both_orders_are_accepted(void **state)
{
	struct outcome first = two("", "0", "01");
	struct outcome second = two("1", "", "10");

	(void)state;
	assert_true(judge(&strict, &first).accepted);
	assert_true(judge(&strict, &second).accepted);
	assert_int_equal(judge(&strict, &second).nearest.sessions[0], 1);
}

static void a_lost_update_is_not(void **state)
{
	struct outcome lost = two("", "", "1");
	struct oracle_verdict verdict = judge(&strict, &lost);

	(void)state;
	assert_false(verdict.accepted);
	assert_true(verdict.state_differs);
}

static void a_session_that_failed_may_be_absent(void **state)
{
	struct outcome outcome = two("garbage", "", "1");

	(void)state;
	outcome.sessions[0].end = SESSION_FAILED;
	outcome.sessions[0].code = "40001";
	assert_true(judge(&strict, &outcome).accepted);
}

static void a_session_that_failed_leaves_nothing(void **state)
{
	struct outcome outcome = two("", "", "01");

	(void)state;
	outcome.sessions[0].end = SESSION_FAILED;
	outcome.sessions[0].code = "40001";
	assert_false(judge(&strict, &outcome).accepted);
}

static void a_session_that_was_cut_did_all_or_nothing(void **state)
{
	struct outcome nothing = two("", "", "1");
	struct outcome all = two("", "0", "01");
	struct outcome half = two("", "", "x1");

	(void)state;
	nothing.sessions[0].end = all.sessions[0].end = half.sessions[0].end = SESSION_CUT;
	assert_true(judge(&strict, &nothing).accepted);
	assert_true(judge(&strict, &all).accepted);
	assert_false(judge(&strict, &half).accepted);
}

/* The second one begins when the first has ended, yet comes out before it. */
static void real_time_counts_only_when_strict(void **state)
{
	struct outcome outcome = two("1", "", "10");

	(void)state;
	outcome.sessions[1].begun = 5;
	outcome.sessions[1].ended = 6;
	assert_false(judge(&strict, &outcome).accepted);
	assert_true(judge(&any_order, &outcome).accepted);
}

static void without_an_oracle_all_is_accepted(void **state)
{
	struct oracle none = { .mode = ORACLE_NONE };
	struct outcome lost = two("", "", "1");

	(void)state;
	assert_true(judge(&none, &lost).accepted);
}

static const struct outcome *unknown(void *context, const struct serial_order *order)
{
	(void)context;
	(void)order;
	return NULL;
}

static void a_serial_outcome_that_cannot_be_had_is_an_error(void **state)
{
	struct oracle broken = { .mode = ORACLE_STRICT, .serial = unknown };
	struct outcome outcome = two("", "0", "01");
	struct oracle_verdict verdict;

	(void)state;
	assert_true(oracle_judge(&broken, &outcome, &verdict) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_orders_are_accepted),
		cmocka_unit_test(a_lost_update_is_not),
		cmocka_unit_test(a_session_that_failed_may_be_absent),
		cmocka_unit_test(a_session_that_failed_leaves_nothing),
		cmocka_unit_test(a_session_that_was_cut_did_all_or_nothing),
		cmocka_unit_test(real_time_counts_only_when_strict),
		cmocka_unit_test(without_an_oracle_all_is_accepted),
		cmocka_unit_test(a_serial_outcome_that_cannot_be_had_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
