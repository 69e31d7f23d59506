/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing. Who was let through or woken is blocked no longer, though it may
 * not have run since: what it waited for may be destroyed. CASE says what that is.
 */
#include <pthread.h>
#include <stddef.h>

enum { BARRIER, CONDITION };

static pthread_barrier_t barrier;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *meet(void *unused)
{
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		pthread_barrier_destroy(&barrier);
	return unused;
}

static void *announce(void *unused)
{
	pthread_mutex_lock(&lock);
	ready = 1;
	pthread_cond_broadcast(&changed);
	pthread_cond_destroy(&changed);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void wait_for_condition(void)
{
	pthread_mutex_lock(&lock);
	while (!ready)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	void *(*const routines[])(void *) = { meet, announce };
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&thread, NULL, routines[CASE], NULL))
		return 1;
	if (CASE == BARRIER)
		meet(NULL);
	else
		wait_for_condition();
	return pthread_join(thread, NULL);
}
