/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 300 executions
 * The lock makes most schedules look ordered: only when the reader comes to the lock second,
 * and before the writer's second step, do the accesses lie side by side.
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int phase, data;

static void set_phase(int value)
{
	pthread_mutex_lock(&lock);
	phase = value;
	pthread_mutex_unlock(&lock);
}

static void *change(void *unused)
{
	set_phase(1);
	data = 1; /* belongs before the phase is set */
	set_phase(2);
	return unused;
}

static void *look(void *unused)
{
	pthread_mutex_lock(&lock);
	int seen = phase;
	pthread_mutex_unlock(&lock);
	return seen == 1 && data == 7 ? &data : unused;
}

int main(void)
{
	pthread_t writer = start(change, NULL);
	pthread_t reader = start(look, NULL);

	finish(writer);
	finish(reader);
	return 0;
}
