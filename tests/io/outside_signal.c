/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals from another process: the handler runs, a blocking read ends with EINTR or goes on as
 * SA_RESTART has it, and the threads that wait meanwhile are none the worse for it. Reads a
 * line after the first signal, and one after the second.
 */
#include "../conformance/check.h"

#include <signal.h>
#include <stdatomic.h>

static atomic_int handled;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int done;

static void note(int number)
{
	(void)number;
	atomic_fetch_add(&handled, 1);
}

static void *wait_until_done(void *unused)
{
	REQUIRE(pthread_mutex_lock(&mutex));
	while (!done)
		REQUIRE(pthread_cond_wait(&changed, &mutex));
	REQUIRE(pthread_mutex_unlock(&mutex));
	return unused;
}

static void handle_with(int flags)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = flags };

	REQUIRE(sigaction(SIGUSR1, &action, NULL));
}

int main(void)
{
	pthread_t threads[2];
	char line[8];

	CASE("signal from outside");
	for (int i = 0; i < 2; i++)
		threads[i] = check_start(wait_until_done, NULL);
	handle_with(0);
	puts("waiting");
	fflush(stdout);
	CHECK_ERRNO(read(STDIN_FILENO, line, sizeof(line)), EINTR);
	CHECK_VALUE(atomic_load(&handled), 1);
	handle_with(SA_RESTART);
	puts("waiting");
	fflush(stdout);
	CHECK_VALUE(read(STDIN_FILENO, line, sizeof(line)), 5);
	CHECK_VALUE(atomic_load(&handled), 2);
	REQUIRE(pthread_mutex_lock(&mutex));
	done = 1;
	REQUIRE(pthread_cond_broadcast(&changed));
	REQUIRE(pthread_mutex_unlock(&mutex));
	for (int i = 0; i < 2; i++)
		check_join(threads[i]);
	return 0;
}
