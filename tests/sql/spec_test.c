/* SPDX-License-Identifier: Apache-2.0 */
/* The language: what is read, and where exactly it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/sql/spec/spec.h"

static struct spec *read_spec(const char *text, bool strict)
{
	struct spec *spec = NULL;
	struct diag diag = { .text = "" };

	if (spec_parse("f", text, strlen(text), strict, &spec, &diag) < 0)
		fail_msg("%s", diag.text);
	return spec;
}

static void refuse(const char *text, bool strict, const char *message)
{
	struct spec *spec = NULL;
	struct diag diag;

	assert_true(spec_parse("f", text, strlen(text), strict, &spec, &diag) < 0);
	assert_string_equal(diag.text, message);
}

static void a_spec_of_isolationtester_is_read(void **state)
{
	struct spec *spec = read_spec("# comment\nsetup { CREATE TABLE t (a int); }\nsetup {}\n"
				      "teardown { DROP TABLE t; }\n"
				      "session s1 setup { BEGIN; } step a { SELECT 1; }\n"
				      "step \"b c\" { COMMIT; } teardown { SELECT 2; }\n"
				      "session s2 step c { SELECT 3; }\n"
				      "permutation a c(*) \"b c\"\n"
				      "permutation c(a, \"b c\" notices 2) a \"b c\"\n",
		true);

	(void)state;
	assert_int_equal(spec->session_count, 2);
	assert_int_equal(spec->setup_count, 2);
	assert_int_equal(spec->step_count, 3);
	assert_string_equal(spec->steps[1]->name, "b c");
	assert_string_equal(spec->steps[0]->sql, "SELECT 1;");
	assert_int_equal(spec->permutation_count, 2);
	assert_int_equal(spec->permutations[1].turns[0].blocker_count, 2);
	assert_int_equal(spec->permutations[1].turns[0].blockers[1].notices, 2);
	spec_free(spec);
}

static void our_directives_are_read(void **state)
{
	struct spec *spec = read_spec(
		"engine postgres, sqlite\nisolation read committed, \"serializable\"\n"
		"timeout 500 ms\nignore t.created, id\n"
		"session s retry 3\nstep a { SELECT x FROM t } -> v\n"
		"step b when v >= -1.5 { UPDATE t SET x = {v} + 1 }\nstep c { COMMIT }\n"
		"invariant \"x > 0\" { SELECT true }\ninvariant { SELECT 1 }\nfinal { SELECT 2 "
		"}\n"
		"repeat step b\nrepeat session s\ncrash after a, b\nfail step c\noverlap b\n",
		false);

	(void)state;
	assert_int_equal(spec->engine_count, 2);
	assert_int_equal(spec->levels[1], LEVEL_SERIALIZABLE);
	assert_int_equal(spec->timeout_ns, 500000000);
	assert_string_equal(spec->ignored[0], "t.created");
	assert_int_equal(spec->sessions[0]->retries, 3);
	assert_string_equal(spec->steps[0]->capture, "v");
	assert_string_equal(spec->steps[1]->sql, "UPDATE t SET x = {v} + 1");
	assert_int_equal(spec->steps[1]->when.comparison, COMPARE_GE);
	assert_int_equal(spec->invariant_count, 2);
	assert_int_equal(spec->fault_count, 5);
	assert_true(spec->steps[1]->overlaps);
	spec_free(spec);
}

/* In isolationtester a block ends at its first brace. */
static void strictly_a_brace_ends_the_block(void **state)
{
	(void)state;
	refuse("session s step a { SELECT {v} + 1 }", true, "f:1:31: unexpected character '+'");
}

static void errors_have_their_place(void **state)
{
	(void)state;
	refuse("", false,
		"f:1:1: expected 'setup', 'teardown', 'session' or a directive, found the end "
		"of "
		"the file");
	refuse("session s\n  stop a { SELECT 1 }", false,
		"f:2:3: expected 'step', found 'stop'");
	refuse("session s\nstep a SELECT 1", false,
		"f:2:8: expected the step's SQL in braces, found 'SELECT'");
	refuse("session s\nstep a { SELECT 1\n", false,
		"f:2:8: the SQL that begins here has no end: '}' is missing");
	refuse("session \"s\nstep a {}", false,
		"f:1:9: the quote that begins here has no end in its line");
	refuse("session s step a {} }", false,
		"f:1:21: '}' ends no block: one began without '{', or the SQL holds a '}'");
	refuse("session s step a {}\nsession t step a {}", false,
		"f:2:16: there is a step 'a' already, in line 1");
	refuse("session s step a {}\nsession s step b {}", false,
		"f:2:9: there is a session 's' already, in line 1");
	refuse("session s step a {}\npermutation a b", false, "f:2:15: there is no step 'b'");
	refuse("session s step a {} step b {}\npermutation a(b) b", false,
		"f:2:15: step 'a' can't wait for one of its own session");
	refuse("isolation read sometimes\nsession s step a {}", false,
		"f:1:11: 'read sometimes' is no isolation level: 'read uncommitted', 'read "
		"committed', 'repeatable read', 'snapshot', 'serializable' or 'default'");
	refuse("session s step a when v = 1 {}", false,
		"f:1:16: no earlier step of the session captures 'v' (-> v)");
	refuse("session s step a {}\ncrash after b", false, "f:2:13: there is no step 'b'");
	refuse("timeout 3 weeks\nsession s step a {}", false,
		"f:1:11: expected a unit: 'ms', 's' or 'm', found 'weeks'");
}

static void columns_count_characters(void **state)
{
	(void)state;
	refuse("session \"\xc3\xa4\xc3\xb6\" stop", false,
		"f:1:14: expected 'step', found 'stop'");
}

static void every_byte_is_answered(void **state)
{
	(void)state;
	refuse("session s step a {} \x01", false, "f:1:21: unexpected character 0x01");
	refuse("session s step a {} ?", false, "f:1:21: unexpected character '?'");
}

static void conditions_compare_numbers_as_numbers(void **state)
{
	struct spec_condition less = {
		.variable = "v", .comparison = COMPARE_LT, .value = "10"
	};
	struct spec_condition is_null = { .variable = "v", .comparison = COMPARE_EQ };

	(void)state;
	assert_true(spec_condition_holds(&less, "9"));
	assert_false(spec_condition_holds(&less, "10.0"));
	assert_false(spec_condition_holds(&less, NULL));
	assert_true(spec_condition_holds(&is_null, NULL));
	assert_false(spec_condition_holds(&is_null, "0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spec_of_isolationtester_is_read),
		cmocka_unit_test(our_directives_are_read),
		cmocka_unit_test(strictly_a_brace_ends_the_block),
		cmocka_unit_test(errors_have_their_place),
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(every_byte_is_answered),
		cmocka_unit_test(conditions_compare_numbers_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
