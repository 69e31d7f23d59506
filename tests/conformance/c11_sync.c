/* SPDX-License-Identifier: Apache-2.0 */
/* C11 mutexes of every kind and condition variables. */
#include "check.h"

#include <threads.h>

static mtx_t mutex;
static cnd_t condition;
static cnd_t arrived;
static int waiting;
static int tickets;

static int try_lock(void *unused)
{
	(void)unused;
	return mtx_trylock(&mutex);
}

static int timed_lock(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	(void)unused;
	return mtx_timedlock(&mutex, &soon);
}

static int in_thread(thrd_start_t routine)
{
	thrd_t thread;
	int result;

	REQUIRE(thrd_create(&thread, routine, NULL));
	REQUIRE(thrd_join(thread, &result));
	return result;
}

static void check_mutex(const char *name, int type)
{
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);

	CASE(name);
	CHECK_VALUE(mtx_init(&mutex, type), thrd_success);
	CHECK_VALUE(mtx_lock(&mutex), thrd_success);
	CHECK_VALUE(in_thread(try_lock), thrd_busy);
	if (type & mtx_timed)
		CHECK_VALUE(in_thread(timed_lock), thrd_timedout);
	if (type & mtx_recursive) {
		CHECK_VALUE(mtx_lock(&mutex), thrd_success);
		CHECK_VALUE(mtx_trylock(&mutex), thrd_success);
		CHECK_VALUE(mtx_unlock(&mutex), thrd_success);
		CHECK_VALUE(mtx_unlock(&mutex), thrd_success);
		CHECK_VALUE(in_thread(try_lock), thrd_busy);
	} else {
		CHECK_VALUE(mtx_trylock(&mutex), thrd_busy);
	}
	CHECK_VALUE(mtx_unlock(&mutex), thrd_success);
	if (type & mtx_timed) {
		CHECK_VALUE(mtx_timedlock(&mutex, &past), thrd_success);
		CHECK_VALUE(mtx_unlock(&mutex), thrd_success);
	}
	if (type & mtx_recursive)
		CHECK_VALUE(mtx_unlock(&mutex), thrd_error);
	mtx_destroy(&mutex);
}

static int take_ticket(void *unused)
{
	(void)unused;
	REQUIRE(mtx_lock(&mutex));
	waiting++;
	REQUIRE(cnd_signal(&arrived));
	while (!tickets)
		REQUIRE(cnd_wait(&condition, &mutex));
	tickets--;
	REQUIRE(cnd_signal(&arrived));
	REQUIRE(mtx_unlock(&mutex));
	return 0;
}

static void check_condition(void)
{
	struct timespec soon;
	thrd_t threads[3];
	int result;

	CASE("condition");
	REQUIRE(mtx_init(&mutex, mtx_plain));
	CHECK_VALUE(cnd_init(&condition), thrd_success);
	CHECK_VALUE(cnd_init(&arrived), thrd_success);
	for (int i = 0; i < 3; i++)
		REQUIRE(thrd_create(&threads[i], take_ticket, NULL));
	REQUIRE(mtx_lock(&mutex));
	while (waiting < 3)
		REQUIRE(cnd_wait(&arrived, &mutex));
	tickets = 1;
	CHECK_VALUE(cnd_signal(&condition), thrd_success);
	while (tickets)
		REQUIRE(cnd_wait(&arrived, &mutex));
	tickets = 2;
	CHECK_VALUE(cnd_broadcast(&condition), thrd_success);
	while (tickets)
		REQUIRE(cnd_wait(&arrived, &mutex));
	soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	do
		result = cnd_timedwait(&condition, &mutex, &soon);
	while (result == thrd_success);
	CHECK_VALUE(result, thrd_timedout);
	REQUIRE(mtx_unlock(&mutex));
	for (int i = 0; i < 3; i++)
		REQUIRE(thrd_join(threads[i], NULL));
	cnd_destroy(&condition);
	cnd_destroy(&arrived);
	mtx_destroy(&mutex);
}

int main(void)
{
	check_mutex("plain mutex", mtx_plain);
	check_mutex("timed mutex", mtx_timed);
	check_mutex("recursive mutex", mtx_plain | mtx_recursive);
	check_mutex("timed recursive mutex", mtx_timed | mtx_recursive);
	check_condition();
	return 0;
}
