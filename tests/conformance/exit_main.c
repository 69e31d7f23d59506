/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pthread_exit from main: the others go on, main can be joined, and the last thread's end ends
 * the process with status 0 after the exit handlers ran.
 */
#include "check.h"

static pthread_t main_thread;
static int of_main;

static void at_exit(void)
{
	printf("%s: exit handler runs\n", check_case_name);
}

static void forget(void *unused)
{
	(void)unused;
	printf("%s: destructor of main's data runs\n", check_case_name);
}

static void *outlive_main(void *unused)
{
	void *value = NULL;

	(void)unused;
	CHECK(pthread_join(main_thread, &value), 0);
	CHECK_TRUE(value == &of_main);
	return NULL;
}

static void say(void *unused)
{
	(void)unused;
	printf("%s: cleanup handler of main runs\n", check_case_name);
}

int main(void)
{
	pthread_key_t key;

	CASE("main leaves");
	main_thread = pthread_self();
	REQUIRE(atexit(at_exit));
	REQUIRE(pthread_key_create(&key, forget));
	REQUIRE(pthread_setspecific(key, &key));
	check_start(outlive_main, NULL);
	pthread_cleanup_push(say, NULL);
	pthread_exit(&of_main);
	pthread_cleanup_pop(0);
	return 1;
}
