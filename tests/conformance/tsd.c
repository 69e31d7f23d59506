/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thread-specific data: a value for each thread, destructors at its end in rounds, deleted
 * keys, and the limit on keys.
 */
#include "check.h"

#include <limits.h>
#include <stdatomic.h>

static pthread_key_t key;
static pthread_key_t other_key;
static int stubborn_runs;
static int chained_runs;
static int deleted_runs;

static void count_stubborn(void *value)
{
	stubborn_runs++;
	/* The value is cleared before the destructor is called. */
	CHECK_TRUE(pthread_getspecific(key) == NULL);
	REQUIRE(pthread_setspecific(key, value));
}

static void *set_key(void *value)
{
	CHECK_TRUE(pthread_getspecific(key) == NULL);
	CHECK(pthread_setspecific(key, value), 0);
	CHECK_TRUE(pthread_getspecific(key) == value);
	return value;
}

static void check_values(void)
{
	int mine;
	int theirs;

	CASE("values");
	CHECK(pthread_key_create(&key, NULL), 0);
	CHECK_TRUE(pthread_getspecific(key) == NULL);
	CHECK(pthread_setspecific(key, &mine), 0);
	CHECK_TRUE(check_in_thread(set_key, &theirs) == &theirs);
	CHECK_TRUE(pthread_getspecific(key) == &mine);
	CHECK(pthread_key_delete(key), 0);
	CHECK(pthread_key_delete(key), EINVAL);
	CHECK(pthread_setspecific(key, &mine), EINVAL);
	CHECK_TRUE(pthread_getspecific(key) == NULL);
}

/* A destructor that sets the value again is called again, but not for ever. */
static void check_rounds(void)
{
	CASE("destructor rounds");
	CHECK(pthread_key_create(&key, count_stubborn), 0);
	check_in_thread(set_key, &key);
	CHECK_VALUE(stubborn_runs, PTHREAD_DESTRUCTOR_ITERATIONS);
	CHECK(pthread_key_delete(key), 0);
}

static void set_other(void *value)
{
	chained_runs = chained_runs * 10 + 1;
	REQUIRE(pthread_setspecific(other_key, value));
}

static void note_other(void *value)
{
	(void)value;
	chained_runs = chained_runs * 10 + 2;
}

/* A destructor may set another key, whose destructor then runs too; NULL values have none. */
static void check_chain(void)
{
	CASE("destructor sets another key");
	CHECK(pthread_key_create(&key, set_other), 0);
	CHECK(pthread_key_create(&other_key, note_other), 0);
	check_in_thread(set_key, &key);
	CHECK_VALUE(chained_runs, 12);
	CHECK(pthread_key_delete(key), 0);
	CHECK(pthread_key_delete(other_key), 0);
}

static void count_deleted(void *value)
{
	(void)value;
	deleted_runs++;
}

static void *delete_own_key(void *unused)
{
	(void)unused;
	CHECK(pthread_setspecific(key, &key), 0);
	CHECK(pthread_key_delete(key), 0);
	return NULL;
}

static void *set_null(void *unused)
{
	(void)unused;
	CHECK(pthread_setspecific(key, &key), 0);
	CHECK(pthread_setspecific(key, NULL), 0);
	return NULL;
}

static void *exit_with_value(void *unused)
{
	(void)unused;
	REQUIRE(pthread_setspecific(key, &key));
	pthread_exit(NULL);
}

static void check_when_destructors_run(void)
{
	CASE("destructor of a deleted key");
	CHECK(pthread_key_create(&key, count_deleted), 0);
	check_in_thread(delete_own_key, NULL);
	CHECK_VALUE(deleted_runs, 0);

	CASE("destructor for NULL");
	CHECK(pthread_key_create(&key, count_deleted), 0);
	check_in_thread(set_null, NULL);
	CHECK_VALUE(deleted_runs, 0);

	CASE("destructor at pthread_exit");
	check_in_thread(exit_with_value, NULL);
	CHECK_VALUE(deleted_runs, 1);
	CHECK(pthread_key_delete(key), 0);
}

/* A key that reuses a deleted key's place starts with NULL. */
static void check_reuse(void)
{
	CASE("reuse");
	REQUIRE(pthread_key_create(&key, NULL));
	REQUIRE(pthread_setspecific(key, &key));
	REQUIRE(pthread_key_delete(key));
	REQUIRE(pthread_key_create(&key, NULL));
	CHECK_TRUE(pthread_getspecific(key) == NULL);
	REQUIRE(pthread_key_delete(key));
}

static void *set_all(void *keys)
{
	pthread_key_t *all = keys;

	for (int i = 0; i < 100; i++)
		REQUIRE(pthread_setspecific(all[i], &all[i]));
	return NULL;
}

static void check_limit(void)
{
	static pthread_key_t keys[PTHREAD_KEYS_MAX];
	int created = 0;
	int error = 0;

	CASE("limit");
	deleted_runs = 0;
	while (created < PTHREAD_KEYS_MAX) {
		error = pthread_key_create(&keys[created], count_deleted);
		if (error)
			break;
		created++;
	}
	if (!error)
		error = pthread_key_create(&key, NULL);
	CHECK_VALUE(error, EAGAIN);
	/* Libraries may hold some keys. */
	CHECK_TRUE(created > PTHREAD_KEYS_MAX - 32);
	check_in_thread(set_all, keys);
	CHECK_VALUE(deleted_runs, 100);
	for (int i = 0; i < created; i++)
		REQUIRE(pthread_key_delete(keys[i]));
	CHECK(pthread_key_delete(PTHREAD_KEYS_MAX + 1), EINVAL);
	CHECK(pthread_setspecific(PTHREAD_KEYS_MAX + 1, &key), EINVAL);
}

int main(void)
{
	check_values();
	check_rounds();
	check_chain();
	check_when_destructors_run();
	check_reuse();
	check_limit();
	return 0;
}
