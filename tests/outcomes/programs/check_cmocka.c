/* SPDX-License-Identifier: Apache-2.0 */
/* weft_check() in tests of cmocka, which leaves a test that fails by longjmp(). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "weft/weft.h"

static atomic_int hits;

static void *hit(void *argument)
{
#ifdef FIXED
	atomic_fetch_add(&hits, 1);
#else
	int seen = atomic_load(&hits);

	atomic_store(&hits, seen + 1);
#endif
	return argument;
}

static void count_hits(void *argument)
{
	pthread_t threads[2];

	atomic_store(&hits, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hit, argument), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&hits), 2);
}

static void nothing_is_lost(void **state)
{
	weft_check(count_hits, *state);
}

static void nothing_is_there(void **state)
{
	(void)state;
	atomic_store(&hits, 0);
	assert_int_equal(atomic_load(&hits), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_there),
		cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(nothing_is_there),
		cmocka_unit_test(nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
