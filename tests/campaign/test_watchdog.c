/* SPDX-License-Identifier: Apache-2.0 */
/* The wall-clock limits, over made-up times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/launch/watchdog.h"

#define SECOND UINT64_C(1000000000)

static void progress_puts_the_stall_limit_off(void **state)
{
	struct watchdog w = { .stall_limit_ns = 10 * SECOND };

	(void)state;
	watchdog_begin(&w, 100 * SECOND);
	for (uint64_t s = 101; s < 200; s++)
		assert_int_equal(watchdog_check(&w, s * SECOND, s), WATCHDOG_NOTHING);
	assert_int_equal(watchdog_check(&w, 208 * SECOND, 199), WATCHDOG_NOTHING);
	assert_int_equal(watchdog_check(&w, 210 * SECOND, 199), WATCHDOG_ASK);
	assert_int_equal(w.reason, WATCHDOG_NO_PROGRESS);
}

static void asks_then_kills_then_gives_up_once_each(void **state)
{
	struct watchdog w = { .stall_limit_ns = SECOND };
	uint64_t now = SECOND;

	(void)state;
	watchdog_begin(&w, 0);
	assert_int_equal(watchdog_check(&w, now, 0), WATCHDOG_ASK);
	assert_int_equal(watchdog_check(&w, now, 0), WATCHDOG_NOTHING);
	assert_int_equal(watchdog_next_ns(&w), now + WATCHDOG_DUMP_NS);
	now += WATCHDOG_DUMP_NS;
	assert_int_equal(watchdog_check(&w, now, 0), WATCHDOG_KILL);
	assert_int_equal(watchdog_check(&w, now + 1, 0), WATCHDOG_NOTHING);
	now += WATCHDOG_REAP_NS;
	assert_int_equal(watchdog_check(&w, now, 0), WATCHDOG_GIVE_UP);
	assert_int_equal(watchdog_check(&w, now + 100 * SECOND, 0), WATCHDOG_NOTHING);
	assert_true(watchdog_next_ns(&w) == UINT64_MAX);
}

static void time_limit_holds_in_spite_of_progress(void **state)
{
	struct watchdog w = { .stall_limit_ns = 10 * SECOND, .time_limit_ns = 3 * SECOND };

	(void)state;
	watchdog_begin(&w, 0);
	assert_int_equal(watchdog_check(&w, 2 * SECOND, 1), WATCHDOG_NOTHING);
	assert_int_equal(watchdog_check(&w, 3 * SECOND, 2), WATCHDOG_ASK);
	assert_int_equal(w.reason, WATCHDOG_TOO_LONG);
}

static void without_limits_there_is_nothing_to_wait_for(void **state)
{
	struct watchdog w = { .stall_limit_ns = 0 };

	(void)state;
	watchdog_begin(&w, 5);
	assert_int_equal(watchdog_check(&w, UINT64_MAX - 1, 0), WATCHDOG_NOTHING);
	assert_true(watchdog_next_ns(&w) == UINT64_MAX);
}

static void an_objection_counts_at_the_next_check(void **state)
{
	struct watchdog w = { .stall_limit_ns = 0 };

	(void)state;
	watchdog_begin(&w, 5);
	watchdog_object(&w, WATCHDOG_TOO_MUCH_OUTPUT);
	assert_int_equal(watchdog_check(&w, 6, 0), WATCHDOG_ASK);
	assert_int_equal(w.reason, WATCHDOG_TOO_MUCH_OUTPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_puts_the_stall_limit_off),
		cmocka_unit_test(asks_then_kills_then_gives_up_once_each),
		cmocka_unit_test(time_limit_holds_in_spite_of_progress),
		cmocka_unit_test(without_limits_there_is_nothing_to_wait_for),
		cmocka_unit_test(an_objection_counts_at_the_next_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
