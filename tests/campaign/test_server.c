/* SPDX-License-Identifier: Apache-2.0 */
/* One execution server, over the test double of the runtime. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "tests/campaign/double.h"

#define MS UINT64_C(1000000)

/* Executes number `execution` on the server; the outcome is the caller's. */
static struct server_outcome execute(struct server *server, uint64_t execution)
{
	const struct server_request request = {
		.wire = { .execution = execution, .strategy = WIRE_STRATEGY_RANDOM },
	};
	struct server_outcome outcome;
	struct diag diag;

	if (server_execute(server, &request, &outcome, &diag) < 0)
		fail_msg("%s", diag.text);
	return outcome;
}

static struct server *start(const struct double_setup *d)
{
	struct server *server;
	struct diag diag;

	if (server_start(&d->setup, &server, &diag) < 0)
		fail_msg("%s", diag.text);
	return server;
}

/* Starts a program that can't be run, and returns what is said about it. */
static int start_error(const struct double_setup *d, struct diag *diag)
{
	const struct server_request request = { .wire = { .execution = 1 } };
	struct server_outcome outcome;
	struct server *server;
	int r = server_start(&d->setup, &server, diag);

	if (r < 0)
		return r;
	r = server_execute(server, &request, &outcome, diag);
	server_stop(server);
	return r;
}

static void verdicts_come_back(void **state)
{
	DOUBLE(d, "crash@2", "exit3@3", "deadlock@4");
	struct server *server = start(&d);
	struct server_outcome outcome = execute(server, 1);

	(void)state;
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
	assert_int_equal(outcome.learned_count, 2);
	server_outcome_release(&outcome);

	outcome = execute(server, 2);
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_SIGNAL);
	assert_int_equal(outcome.result.value, SIGSEGV);
	server_outcome_release(&outcome);

	outcome = execute(server, 3);
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
	assert_int_equal(outcome.result.value, 3);
	server_outcome_release(&outcome);

	outcome = execute(server, 4);
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_DEADLOCK);
	assert_string_equal(outcome.result.message, "nobody can run");
	server_outcome_release(&outcome);
	server_stop(server);
}

static void output_belongs_to_one_execution(void **state)
{
	DOUBLE(d, "print@always");
	struct server *server = start(&d);
	struct server_outcome first = execute(server, 1);
	struct server_outcome again = execute(server, 1);
	struct server_outcome second = execute(server, 22);
	char text[32] = "";

	(void)state;
	assert_int_equal(first.output_size, strlen("execution 1\n"));
	assert_true(first.output_hash == again.output_hash);
	assert_true(first.output_hash != second.output_hash);
	assert_int_equal(server_output(server, 0, text, sizeof(text) - 1), second.output_size);
	assert_string_equal(text, "execution 22\n");
	server_outcome_release(&first);
	server_outcome_release(&again);
	server_outcome_release(&second);
	server_stop(server);
}

static void a_server_killed_once_goes_unnoticed(void **state)
{
	DOUBLE(d, "dieonce@3");
	struct server *server = start(&d);

	(void)state;
	for (uint64_t execution = 1; execution <= 5; execution++) {
		struct server_outcome outcome = execute(server, execution);

		assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
		assert_false(outcome.lost);
		server_outcome_release(&outcome);
	}
	server_stop(server);
}

static void a_server_killed_twice_by_one_execution_is_lost(void **state)
{
	DOUBLE(d, "die@2");
	struct server *server = start(&d);
	struct server_outcome outcome = execute(server, 2);

	(void)state;
	assert_true(outcome.lost);
	assert_true(WIFSIGNALED(outcome.wait_status));
	assert_int_equal(WTERMSIG(outcome.wait_status), SIGKILL);
	server_outcome_release(&outcome);

	outcome = execute(server, 3);
	assert_false(outcome.lost);
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
	server_outcome_release(&outcome);
	server_stop(server);
}

static void check_stall(struct double_setup *d)
{
	d->setup.stall_limit_ns = 20 * MS;

	struct server *server = start(d);
	struct server_outcome outcome = execute(server, 2);

	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_STALLED);
	assert_string_equal(outcome.result.message, "no operation for 0.02 seconds");
	assert_false(outcome.lost);
	server_outcome_release(&outcome);

	outcome = execute(server, 3);
	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
	server_outcome_release(&outcome);
	server_stop(server);
}

static void an_execution_without_progress_is_ended(void **state)
{
	DOUBLE(d, "stall@2");

	(void)state;
	check_stall(&d);
}

static void an_execution_deaf_to_the_signal_is_killed(void **state)
{
	DOUBLE(d, "deafstall@2");

	(void)state;
	check_stall(&d);
}

static void an_execution_that_works_for_ever_is_ended(void **state)
{
	DOUBLE(d, "busy@2");

	(void)state;
	d.setup.time_limit_ns = 50 * MS;

	struct server *server = start(&d);
	struct server_outcome outcome = execute(server, 2);

	assert_int_equal(outcome.result.verdict, WIRE_VERDICT_STALLED);
	assert_string_equal(outcome.result.message, "ran for more than 0.05 seconds");
	server_outcome_release(&outcome);
	server_stop(server);
}

static void a_program_that_ends_before_main_is_explained(void **state)
{
	DOUBLE(d, "early");
	struct diag diag;

	(void)state;
	assert_int_equal(start_error(&d, &diag), -ECHILD);
	assert_non_null(strstr(diag.text, "ended with status 3"));
	assert_non_null(strstr(diag.text, "libsomething.so: not today"));
}

static void a_program_that_never_reaches_main_is_given_up(void **state)
{
	DOUBLE(d, "deaf");
	struct diag diag;

	(void)state;
	d.setup.start_limit_ns = 20 * MS;
	assert_int_equal(start_error(&d, &diag), -ETIMEDOUT);
	assert_non_null(strstr(diag.text, "did not reach main"));
}

static void a_program_that_does_not_exist_is_named(void **state)
{
	DOUBLE(d, "print@1");
	struct diag diag;

	(void)state;
	d.setup.program = "/does/not/exist";
	d.argv[0] = (char *)(uintptr_t) "./prog";
	assert_int_equal(start_error(&d, &diag), -ENOENT);
	assert_string_equal(diag.text, "cannot start './prog': No such file or directory");
}

static void a_second_request_is_refused(void **state)
{
	DOUBLE(d, "stall@2");
	struct server *server = start(&d);
	const struct server_request request = { .wire = { .execution = 2 } };
	struct diag diag;

	(void)state;
	assert_int_equal(server_submit(server, &request, &diag), 0);
	assert_int_equal(server_submit(server, &request, &diag), -EBUSY);
	server_stop(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_come_back),
		cmocka_unit_test(output_belongs_to_one_execution),
		cmocka_unit_test(a_server_killed_once_goes_unnoticed),
		cmocka_unit_test(a_server_killed_twice_by_one_execution_is_lost),
		cmocka_unit_test(an_execution_without_progress_is_ended),
		cmocka_unit_test(an_execution_deaf_to_the_signal_is_killed),
		cmocka_unit_test(an_execution_that_works_for_ever_is_ended),
		cmocka_unit_test(a_program_that_ends_before_main_is_explained),
		cmocka_unit_test(a_program_that_never_reaches_main_is_given_up),
		cmocka_unit_test(a_program_that_does_not_exist_is_named),
		cmocka_unit_test(a_second_request_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
