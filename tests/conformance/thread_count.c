/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads: thousands one after another, hundreds alive at once, detached ones; the errno
 * and the thread-specific data of each are its own.
 */
#include "check.h"

#include <stdatomic.h>

#define IN_SEQUENCE 2000
#define AT_ONCE 500

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static int alive;
static int released;
static __thread long own;

static void *add_to_own(void *argument)
{
	own += (intptr_t)argument;
	errno = (int)(intptr_t)argument;
	return (void *)own;
}

static void check_sequence(void)
{
	long right = 0;

	CASE("one after another");
	errno = 0;
	for (intptr_t i = 0; i < IN_SEQUENCE; i++)
		right += (intptr_t)check_in_thread(add_to_own, (void *)i) == i;
	CHECK_VALUE(right, IN_SEQUENCE);
	CHECK_VALUE(own, 0);
	CHECK_VALUE(errno, 0);
}

static void *stay_alive(void *argument)
{
	own = (intptr_t)argument;
	errno = (int)(intptr_t)argument;
	REQUIRE(pthread_setspecific(key, argument));
	REQUIRE(pthread_mutex_lock(&mutex));
	if (++alive == AT_ONCE)
		REQUIRE(pthread_cond_broadcast(&changed));
	while (!released)
		REQUIRE(pthread_cond_wait(&changed, &mutex));
	alive--;
	REQUIRE(pthread_mutex_unlock(&mutex));
	if (own != (intptr_t)argument || pthread_getspecific(key) != argument)
		return NULL;
	return errno == (intptr_t)argument ? argument : NULL;
}

static void check_at_once(void)
{
	static pthread_t threads[AT_ONCE];
	long right = 0;

	CASE("at once");
	REQUIRE(pthread_key_create(&key, NULL));
	for (intptr_t i = 0; i < AT_ONCE; i++)
		threads[i] = check_start(stay_alive, (void *)(i + 1));
	REQUIRE(pthread_mutex_lock(&mutex));
	while (alive < AT_ONCE)
		REQUIRE(pthread_cond_wait(&changed, &mutex));
	CHECK_VALUE(alive, AT_ONCE);
	released = 1;
	REQUIRE(pthread_cond_broadcast(&changed));
	REQUIRE(pthread_mutex_unlock(&mutex));
	for (intptr_t i = 0; i < AT_ONCE; i++)
		right += check_join(threads[i]) == (void *)(i + 1);
	CHECK_VALUE(right, AT_ONCE);
	CHECK_VALUE(alive, 0);
}

static void *count_down(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	if (!--alive)
		REQUIRE(pthread_cond_broadcast(&changed));
	REQUIRE(pthread_mutex_unlock(&mutex));
	return NULL;
}

static void check_detached(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	CASE("detached");
	alive = 200;
	REQUIRE(pthread_attr_init(&attributes));
	REQUIRE(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
	for (int i = 0; i < 200; i++)
		REQUIRE(pthread_create(&thread, &attributes, count_down, NULL));
	REQUIRE(pthread_mutex_lock(&mutex));
	while (alive)
		REQUIRE(pthread_cond_wait(&changed, &mutex));
	CHECK_VALUE(alive, 0);
	REQUIRE(pthread_mutex_unlock(&mutex));
}

int main(void)
{
	check_sequence();
	check_at_once();
	check_detached();
	return 0;
}
