/* SPDX-License-Identifier: Apache-2.0 */
/* Whole campaigns over the test double of the runtime. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/campaign/double.h"
#include "tool/search/campaign.h"

/* What happened in a campaign, as text: the same text is the same campaign. */
struct log {
	char text[65536];
	size_t used;
	uint64_t known[64]; /* keys */
	size_t known_count;
	int stop_fd;	   /* made readable at the first failure, or -1 */
	int failing_error; /* what the observer returns at the first failure */
};

static int on_failure(void *context, const struct campaign_failure *failed, struct diag *diag)
{
	const struct finding_failure *failure = &failed->failure;
	struct log *log = context;
	uint64_t key = failed->key;

	if (log->failing_error)
		return diag_set(diag, log->failing_error, "observer says no");
	log->used += (size_t)snprintf(log->text + log->used, sizeof(log->text) - log->used,
		"%llu %llx %d %u %llx %zu\n", (unsigned long long)failure->request.execution,
		(unsigned long long)failure->request.seed, (int)failure->kind,
		failure->request.strategy, (unsigned long long)key, failure->point_count);
	if (log->stop_fd >= 0)
		eventfd_write(log->stop_fd, 1);
	for (size_t i = 0; i < log->known_count; i++)
		if (log->known[i] == key)
			return 0;
	log->known[log->known_count++] = key;
	return 1;
}

static int run(const struct campaign_options *options, struct log *log,
	struct campaign_stats *stats, struct diag *diag)
{
	struct finding_expectation expectation = { .check_output = true };
	const struct campaign_observer observer = { .context = log, .failed = on_failure };

	log->used = 0;
	log->known_count = 0;
	log->text[0] = '\0';
	return campaign_run(options, &expectation, &observer, stats, diag);
}

static struct campaign_options options_of(const struct double_setup *d)
{
	return (struct campaign_options){
		.setup = &d->setup,
		.seed = 42,
		.schedules = 200,
		.jobs = 1,
		.stop_fd = -1,
	};
}

static void the_number_of_workers_changes_nothing(void **state)
{
	DOUBLE(d, "crash@%11", "deadlock@%13", "exit3@points");
	struct campaign_options options = options_of(&d);
	static struct log one, other;
	struct campaign_stats one_stats, other_stats;
	struct diag diag;

	(void)state;
	one.stop_fd = other.stop_fd = -1;
	assert_int_equal(run(&options, &one, &one_stats, &diag), 0);
	assert_int_equal(one_stats.executions, 200);
	assert_int_equal(one_stats.findings, 3);
	for (unsigned int jobs = 2; jobs <= 5; jobs++) {
		options.jobs = jobs;
		assert_int_equal(run(&options, &other, &other_stats, &diag), 0);
		assert_string_equal(one.text, other.text);
		assert_int_equal(other_stats.executions, one_stats.executions);
		assert_int_equal(other_stats.behaviours, one_stats.behaviours);
		assert_int_equal(other_stats.points, one_stats.points);
		assert_int_equal(other_stats.steps, one_stats.steps);
	}
}

static void a_killed_worker_changes_nothing(void **state)
{
	DOUBLE(calm, "crash@%11", "dieonce@none");
	DOUBLE(rough, "crash@%11", "dieonce@20");
	struct campaign_options options = options_of(&calm);
	static struct log one, other;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	one.stop_fd = other.stop_fd = -1;
	assert_int_equal(run(&options, &one, &stats, &diag), 0);
	options = options_of(&rough);
	options.jobs = 2;
	assert_int_equal(run(&options, &other, &stats, &diag), 0);
	assert_string_equal(one.text, other.text);
}

static void another_seed_is_another_campaign(void **state)
{
	DOUBLE(d, "crash@%11");
	struct campaign_options options = options_of(&d);
	static struct log one, other;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	one.stop_fd = other.stop_fd = -1;
	assert_int_equal(run(&options, &one, &stats, &diag), 0);
	options.seed = 43;
	assert_int_equal(run(&options, &other, &stats, &diag), 0);
	assert_string_not_equal(one.text, other.text);
}

static void first_stops_at_the_first_finding(void **state)
{
	DOUBLE(d, "crash@9", "deadlock@10");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	options.first = true;
	for (options.jobs = 1; options.jobs <= 4; options.jobs++) {
		assert_int_equal(run(&options, &log, &stats, &diag), 0);
		assert_int_equal(stats.findings, 1);
		assert_int_equal(stats.executions, 9);
	}
}

static void time_ends_a_campaign_without_other_limit(void **state)
{
	DOUBLE(d, "crash@2");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	options.schedules = 0;
	options.time_ns = 200000000;
	assert_int_equal(run(&options, &log, &stats, &diag), 0);
	assert_true(stats.elapsed_ns >= options.time_ns);
	assert_false(stats.interrupted);
}

static void an_interrupt_keeps_what_was_found(void **state)
{
	DOUBLE(d, "crash@5");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = options.stop_fd = eventfd(0, EFD_CLOEXEC);
	options.schedules = 0;
	assert_int_equal(run(&options, &log, &stats, &diag), 0);
	assert_true(stats.interrupted);
	assert_int_equal(stats.findings, 1);
	close(log.stop_fd);
}

/* Execution 20 never ends; 21, of the same batch, has failed by then and must be told. */
static void an_interrupt_does_not_wait_for_a_stalled_execution(void **state)
{
	DOUBLE(d, "stall@20", "crash@21");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	options.jobs = 2;
	options.time_ns = 100000000;
	assert_int_equal(run(&options, &log, &stats, &diag), 0);
	assert_int_equal(stats.executions, 20);
	assert_int_equal(stats.findings, 1);
}

static void output_that_differs_is_a_failure(void **state)
{
	DOUBLE(d, "print@7");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	assert_int_equal(run(&options, &log, &stats, &diag), 0);
	assert_int_equal(stats.failures, 1);
	assert_int_equal(strtoull(log.text, NULL, 10), 7);
}

static void a_defect_ends_the_campaign(void **state)
{
	DOUBLE(d, "crash@3", "defect@30");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	assert_int_equal(run(&options, &log, &stats, &diag), -ENOTRECOVERABLE);
	assert_true(stats.defect);
	assert_int_equal(stats.findings, 1);
	assert_non_null(strstr(diag.text, "execution 30"));
	assert_non_null(strstr(diag.text, "core.c:1"));
}

static void what_cannot_be_tested_is_an_error_only_at_once(void **state)
{
	DOUBLE(at_once, "unsupported@1");
	DOUBLE(later, "unsupported@5");
	struct campaign_options options = options_of(&at_once);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	assert_int_equal(run(&options, &log, &stats, &diag), -ENOTSUP);
	assert_non_null(strstr(diag.text, "carrier pigeons"));
	options = options_of(&later);
	assert_int_equal(run(&options, &log, &stats, &diag), 0);
	assert_int_equal(stats.unsupported, 1);
	assert_string_equal(stats.unsupported_message, "it uses carrier pigeons");
}

static void a_server_that_cannot_live_is_an_error(void **state)
{
	DOUBLE(d, "die@4");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	assert_int_equal(run(&options, &log, &stats, &diag), -ECHILD);
	assert_non_null(strstr(diag.text, "killed by signal 9"));
	assert_int_equal(stats.executions, 3);
}

static void an_error_of_the_observer_ends_the_campaign(void **state)
{
	DOUBLE(d, "crash@3");
	struct campaign_options options = options_of(&d);
	static struct log log;
	struct campaign_stats stats;
	struct diag diag;

	(void)state;
	log.stop_fd = -1;
	log.failing_error = -EIO;
	assert_int_equal(run(&options, &log, &stats, &diag), -EIO);
	assert_string_equal(diag.text, "observer says no");
}

static void batches_grow_up_to_a_limit(void **state)
{
	(void)state;
	assert_int_equal(campaign_batch_size(1), 1);
	assert_int_equal(campaign_batch_size(15), 1);
	assert_int_equal(campaign_batch_size(16), 2);
	assert_int_equal(campaign_batch_size(160), 11);
	assert_int_equal(campaign_batch_size(10000), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_number_of_workers_changes_nothing),
		cmocka_unit_test(a_killed_worker_changes_nothing),
		cmocka_unit_test(another_seed_is_another_campaign),
		cmocka_unit_test(first_stops_at_the_first_finding),
		cmocka_unit_test(time_ends_a_campaign_without_other_limit),
		cmocka_unit_test(an_interrupt_keeps_what_was_found),
		cmocka_unit_test(an_interrupt_does_not_wait_for_a_stalled_execution),
		cmocka_unit_test(output_that_differs_is_a_failure),
		cmocka_unit_test(a_defect_ends_the_campaign),
		cmocka_unit_test(what_cannot_be_tested_is_an_error_only_at_once),
		cmocka_unit_test(a_server_that_cannot_live_is_an_error),
		cmocka_unit_test(an_error_of_the_observer_ends_the_campaign),
		cmocka_unit_test(batches_grow_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
