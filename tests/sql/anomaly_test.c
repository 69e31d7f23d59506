/* SPDX-License-Identifier: Apache-2.0 */
/* Names of anomalies, from what was read and written: rows 1 and 2 of one table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/sql/core/anomaly.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A read of the row that gives what the versions from `min` to `max` have. */
#define READ(time_, session_, row, min, max, end)                                             \
	{                                                                                     \
		.session = (session_), .time = (time_), .reads = true,                        \
		.touched = { .tables = 1, .has_key = true, .key = (row) }, .seen_min = (min), \
		.seen_max = (max), .committed = (end)                                         \
	}
#define WRITE(time_, session_, row, end)                                                  \
	{                                                                                 \
		.session = (session_), .time = (time_), .writes = true,                   \
		.touched = { .tables = 1, .has_key = true, .key = (row) }, .seen_min = 0, \
		.seen_max = 1, .committed = (end)                                         \
	}

static enum anomaly name(const struct access *accesses, size_t count, bool state_of_fewer)
{
	struct anomaly_facts facts = { .accesses = accesses,
		.access_count = count,
		.writers = { 1, 0 },
		.writer_count = 2,
		.state_of_fewer = state_of_fewer };

	return anomaly_name(&facts);
}

static void a_write_over_what_was_not_seen_is_a_lost_update(void **state)
{
	const struct access accesses[] = { READ(0, 0, 1, 0, 0, 5), READ(1, 1, 1, 0, 0, 3),
		WRITE(2, 1, 1, 3), WRITE(4, 0, 1, 5) };

	(void)state;
	assert_int_equal(name(accesses, COUNT(accesses), true), ANOMALY_LOST_UPDATE);
}

static void writes_of_different_rows_are_write_skew(void **state)
{
	const struct access accesses[] = { READ(0, 0, 2, 0, 0, 5), READ(1, 1, 1, 0, 0, 3),
		WRITE(2, 1, 2, 3), WRITE(4, 0, 1, 5) };

	(void)state;
	assert_int_equal(name(accesses, COUNT(accesses), false), ANOMALY_G2_ITEM);
}

static void an_old_row_and_a_new_one_are_read_skew(void **state)
{
	const struct access accesses[] = { READ(0, 0, 1, 0, 0, 5), WRITE(1, 1, 1, 3),
		WRITE(2, 1, 2, 3), READ(4, 0, 2, 1, 1, 5) };

	(void)state;
	assert_int_equal(name(accesses, COUNT(accesses), false), ANOMALY_G_SINGLE);
}

static void a_new_row_and_then_an_old_one_is_a_transaction_that_vanishes(void **state)
{
	const struct access accesses[] = { WRITE(0, 1, 1, 4), READ(1, 0, 1, 1, 1, 5),
		READ(2, 0, 2, 0, 0, 5), WRITE(3, 1, 2, 4) };

	(void)state;
	assert_int_equal(name(accesses, COUNT(accesses), false), ANOMALY_OTV);
}

/* What is no version, and written again later. */
static void an_intermediate_read_is_of_the_same_row(void **state)
{
	const struct access same[] = { WRITE(0, 1, 1, 3),
		READ(1, 0, 1, SEEN_NO_VERSION, SEEN_NO_VERSION, 4), WRITE(2, 1, 1, 3) };
	const struct access other[] = { WRITE(0, 1, 1, 3), READ(1, 0, 1, 1, 1, 4),
		WRITE(2, 1, 2, 3) };

	(void)state;
	assert_int_equal(name(same, COUNT(same), false), ANOMALY_G1B);
	assert_int_not_equal(name(other, COUNT(other), false), ANOMALY_G1B);
}

static void a_read_of_what_is_rolled_back_is_an_aborted_read(void **state)
{
	struct access accesses[] = { WRITE(0, 1, 1, 2), READ(1, 0, 1, 1, 1, 3) };

	(void)state;
	accesses[0].undone = true;
	assert_int_equal(name(accesses, COUNT(accesses), false), ANOMALY_G1A);
}

static void what_some_order_gives_is_only_stale(void **state)
{
	struct anomaly_facts facts = { .serializable = true };

	(void)state;
	assert_int_equal(anomaly_name(&facts), ANOMALY_REAL_TIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_over_what_was_not_seen_is_a_lost_update),
		cmocka_unit_test(writes_of_different_rows_are_write_skew),
		cmocka_unit_test(an_old_row_and_a_new_one_are_read_skew),
		cmocka_unit_test(a_new_row_and_then_an_old_one_is_a_transaction_that_vanishes),
		cmocka_unit_test(an_intermediate_read_is_of_the_same_row),
		cmocka_unit_test(a_read_of_what_is_rolled_back_is_an_aborted_read),
		cmocka_unit_test(what_some_order_gives_is_only_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
