/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pthread_atfork: prepare handlers in reverse order of registration, the others in order; the
 * child has the calling thread only, which goes on from fork() and may use its locks.
 */
#include "check.h"

#include <sys/wait.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static char order[16];

static void note(char letter)
{
	order[strlen(order)] = letter;
}

static void prepare_first(void)
{
	REQUIRE(pthread_mutex_lock(&mutex));
	note('p');
}

static void parent_first(void)
{
	note('a');
	REQUIRE(pthread_mutex_unlock(&mutex));
}

static void child_first(void)
{
	note('c');
	REQUIRE(pthread_mutex_unlock(&mutex));
}

static void prepare_second(void)
{
	note('P');
}

static void parent_second(void)
{
	note('A');
}

static void child_second(void)
{
	note('C');
}

static void *wait_for_ever(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	for (;;)
		REQUIRE(pthread_cond_wait(&never, &mutex));
	return NULL;
}

static void *return_argument(void *argument)
{
	return argument;
}

/* The child says by its exit status whether all was as it should be. */
static int status_of_child(void)
{
	int value;

	if (strcmp(order, "PpcC"))
		return 2;
	if (pthread_mutex_lock(&mutex) || pthread_mutex_unlock(&mutex))
		return 3;
	if (check_in_thread(return_argument, &value) != &value)
		return 4;
	return 7;
}

static void *fork_once(void *unused)
{
	pid_t child;
	int status = 0;

	(void)unused;
	memset(order, 0, sizeof(order));
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(status_of_child());
	CHECK_TRUE(child > 0);
	CHECK_TRUE(!strcmp(order, "PpaA"));
	CHECK_TRUE(waitpid(child, &status, 0) == child);
	CHECK_TRUE(WIFEXITED(status));
	CHECK_VALUE(WEXITSTATUS(status), 7);
	return NULL;
}

int main(void)
{
	CASE("registration");
	CHECK(pthread_atfork(prepare_first, parent_first, child_first), 0);
	CHECK(pthread_atfork(prepare_second, parent_second, child_second), 0);
	CHECK(pthread_atfork(NULL, NULL, NULL), 0);
	CASE("fork of a single-threaded process");
	fork_once(NULL);
	CASE("fork while another thread waits");
	check_start(wait_for_ever, NULL);
	fork_once(NULL);
	CASE("fork by a thread");
	check_in_thread(fork_once, NULL);
	return 0;
}
