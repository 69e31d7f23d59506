/* SPDX-License-Identifier: Apache-2.0 */
/* Which reads an assertion depends on, by the code of this very program. */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/op.h"
#include "tool/launch/modules.h"
#include "tool/search/assertions.h"
#include "tool/symbol/assertion_calls.h"

static uint64_t asserted_pc, earlier_pc, other_pc;

/* Stands for an access: where it is called is where it is made. */
static __attribute__((noinline)) int read_at(uint64_t *ret_pc)
{
	*ret_pc = (uint64_t)(uintptr_t)__builtin_return_address(0);
	return (int)(*ret_pc % 1000) + 1;
}

static __attribute__((noinline)) int with_assertion(void)
{
	int first = read_at(&earlier_pc);

	assert(read_at(&asserted_pc) > 0);
	return first;
}

static __attribute__((noinline)) int without_assertion(void)
{
	return read_at(&other_pc) + 1;
}

static void reads_near_an_assertion_are_its_inputs(void **state)
{
	struct assertions assertions = { .count = 0 };
	struct wire_step steps[3] = { 0 };
	struct modules image;

	(void)state;
	assert_true(with_assertion() + without_assertion() > 0);
	assert_int_equal(modules_read(getpid(), &image), 0);
	assert_int_equal(assertions_find(&assertions, &image, getpid()), 0);
	assert_true(assertions.count > 0);
	steps[0] = (struct wire_step){ .pc = asserted_pc, .op = OP_ATOMIC_LOAD };
	steps[1] = (struct wire_step){ .pc = earlier_pc, .op = OP_READ };
	steps[2] = (struct wire_step){ .pc = other_pc, .op = OP_READ };
	assert_int_equal(assertions_note(&assertions, steps, 3), 0);
	assert_true(points_contain(&assertions.reads, asserted_pc));
	assert_true(points_contain(&assertions.reads, earlier_pc));
	assert_false(points_contain(&assertions.reads, other_pc));
	assertions_release(&assertions);
	modules_release(&image);
}

static void writes_are_no_inputs(void **state)
{
	struct assertions assertions = { .count = 0 };
	const struct wire_step step = { .pc = asserted_pc, .op = OP_WRITE };
	struct modules image;

	(void)state;
	assert_int_equal(modules_read(getpid(), &image), 0);
	assert_int_equal(assertions_find(&assertions, &image, getpid()), 0);
	assert_int_equal(assertions_note(&assertions, &step, 1), 0);
	assert_false(points_contain(&assertions.reads, asserted_pc));
	assertions_release(&assertions);
	modules_release(&image);
}

static void a_call_at_the_end_of_the_code_is_found(void **state)
{
	uint64_t *calls = NULL;
	size_t count = 0;

	(void)state;
	assert_int_equal(assertion_calls_find(ASSERTION_LIBRARY, &calls, &count), 0);
	assert_int_equal(count, 1);
	free(calls);
}

/* Nothing is known of a process that is not there, or of what is no ELF file. */
static void what_cannot_be_read_has_none(void **state)
{
	struct assertions assertions = { .count = 0 };
	const struct modules nothing = { NULL, 0 };
	uint64_t *calls = NULL;
	size_t count = 1;

	(void)state;
	assert_int_equal(assertions_find(&assertions, &nothing, 0), 0);
	assert_int_equal(assertions.count, 0);
	assertions_release(&assertions);
	assert_true(assertion_calls_find("/nonexistent", &calls, &count) < 0);
	assert_int_equal(assertion_calls_find("/etc/passwd", &calls, &count), 0);
	assert_int_equal(count, 0);
	assert_null(calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_near_an_assertion_are_its_inputs),
		cmocka_unit_test(writes_are_no_inputs),
		cmocka_unit_test(a_call_at_the_end_of_the_code_is_found),
		cmocka_unit_test(what_cannot_be_read_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
