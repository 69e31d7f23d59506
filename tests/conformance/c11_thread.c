/* SPDX-License-Identifier: Apache-2.0 */
/* C11 threads: create, join, detach, exit, identity, sleep, once, and thread-specific storage.
 */
#include "check.h"

#include <stdatomic.h>
#include <threads.h>

static atomic_int runs;
static atomic_int detached_done;
static once_flag flag = ONCE_FLAG_INIT;
static thrd_t main_thread;
static tss_t key;
static int destroyed;
/* By pointer, since the header would expand it in place. */
static int (*volatile equal)(thrd_t, thrd_t) = thrd_equal;

static int return_argument(void *argument)
{
	return *(int *)argument;
}

static int exit_with_argument(void *argument)
{
	thrd_exit(*(int *)argument);
}

static int compare_with_main(void *unused)
{
	(void)unused;
	CHECK_TRUE(!equal(thrd_current(), main_thread));
	CHECK_TRUE(equal(thrd_current(), thrd_current()));
	return 0;
}

static int run_detached(void *unused)
{
	(void)unused;
	atomic_store(&detached_done, 1);
	return 0;
}

static int result_of(thrd_start_t routine, void *argument)
{
	thrd_t thread;
	int result = 0;

	/* What the routine prints comes between. */
	REQUIRE(thrd_create(&thread, routine, argument));
	CHECK_VALUE(thrd_join(thread, &result), thrd_success);
	return result;
}

static void check_threads(void)
{
	int value = -7;
	thrd_t thread;

	CASE("thread");
	CHECK_VALUE(result_of(return_argument, &value), -7);
	CHECK_VALUE(result_of(exit_with_argument, &value), -7);
	CHECK_VALUE(result_of(compare_with_main, NULL), 0);
	CHECK_VALUE(thrd_create(&thread, return_argument, &value), thrd_success);
	CHECK_VALUE(thrd_join(thread, NULL), thrd_success);
	CHECK_VALUE(thrd_create(&thread, run_detached, NULL), thrd_success);
	CHECK_VALUE(thrd_detach(thread), thrd_success);
	while (!atomic_load(&detached_done))
		thrd_yield();
}

static void check_sleep(void)
{
	struct timespec duration = { 0, 2 * CHECK_NS_PER_MS };
	struct timespec bad = check_bad_time();
	struct timespec start;

	CASE("sleep");
	REQUIRE(clock_gettime(CLOCK_MONOTONIC, &start));
	CHECK_VALUE(thrd_sleep(&duration, NULL), 0);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= 2 * CHECK_NS_PER_MS);
	CHECK_TRUE(thrd_sleep(&bad, NULL) < 0);
}

static void initialise(void)
{
	atomic_fetch_add(&runs, 1);
}

static int use_once(void *unused)
{
	(void)unused;
	call_once(&flag, initialise);
	return atomic_load(&runs);
}

static void check_once(void)
{
	thrd_t threads[4];
	int seen = 0;

	CASE("once");
	for (int i = 0; i < 4; i++)
		REQUIRE(thrd_create(&threads[i], use_once, NULL));
	for (int i = 0; i < 4; i++) {
		int result;

		REQUIRE(thrd_join(threads[i], &result));
		seen += result;
	}
	CHECK_VALUE(seen, 4);
	CHECK_VALUE(atomic_load(&runs), 1);
}

static void destroy_value(void *value)
{
	destroyed++;
	/* Set anew in each round, until the rounds end. */
	REQUIRE(tss_set(key, value));
}

static int use_storage(void *value)
{
	CHECK_TRUE(tss_get(key) == NULL);
	CHECK_VALUE(tss_set(key, value), thrd_success);
	CHECK_TRUE(tss_get(key) == value);
	return 0;
}

static void check_storage(void)
{
	int mine;
	int theirs;

	CASE("thread-specific storage");
	CHECK_VALUE(tss_create(&key, destroy_value), thrd_success);
	CHECK_VALUE(tss_set(key, &mine), thrd_success);
	CHECK_VALUE(result_of(use_storage, &theirs), 0);
	CHECK_VALUE(destroyed, TSS_DTOR_ITERATIONS);
	CHECK_TRUE(tss_get(key) == &mine);
	tss_delete(key);
	CHECK_VALUE(tss_set(key, &mine), thrd_error);
	CHECK_TRUE(tss_get(key) == NULL);
}

static void check_storage_limit(void)
{
	static tss_t keys[2000];
	int created = 0;
	int result = thrd_success;

	CASE("thread-specific storage limit");
	while (created < 2000) {
		result = tss_create(&keys[created], NULL);
		if (result != thrd_success)
			break;
		created++;
	}
	CHECK_VALUE(result, thrd_error);
	for (int i = 0; i < created; i++)
		tss_delete(keys[i]);
}

int main(void)
{
	main_thread = thrd_current();
	check_threads();
	check_sleep();
	check_once();
	check_storage();
	check_storage_limit();
	return 0;
}
