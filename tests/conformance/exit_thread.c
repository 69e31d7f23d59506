/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exit() from a thread that isn't main, while main waits in join and another thread waits for
 * ever: the handlers run once, in reverse order, in the calling thread.
 */
#include "check.h"

static pthread_t caller;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void first_registered(void)
{
	CHECK_TRUE(pthread_equal(caller, pthread_self()));
	fflush(stdout);
}

static void second_registered(void)
{
	printf("%s: registered last, runs first\n", check_case_name);
}

static void *wait_for_ever(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	for (;;)
		REQUIRE(pthread_cond_wait(&never, &mutex));
	return NULL;
}

static void *call_exit(void *unused)
{
	(void)unused;
	caller = pthread_self();
	exit(0);
}

int main(void)
{
	CASE("exit");
	REQUIRE(atexit(first_registered));
	REQUIRE(atexit(second_registered));
	check_start(wait_for_ever, NULL);
	check_in_thread(call_exit, NULL);
	printf("%s: not reached\n", check_case_name);
	return 1;
}
