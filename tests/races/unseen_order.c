/* SPDX-License-Identifier: Apache-2.0 */
/* A value is handed over under the lock of spin_library.c: a race only for who can't see that.
 */
#include <pthread.h>
#include <sched.h>

void spin_lock(void);
void spin_unlock(void);

static int value, ready;

__attribute__((no_sanitize("thread"))) static int is_ready(void)
{
	int seen;

	spin_lock();
	seen = ready;
	spin_unlock();
	return seen;
}

__attribute__((no_sanitize("thread"))) static void set_ready(void)
{
	spin_lock();
	ready = 1;
	spin_unlock();
}

static void *give(void *arg)
{
	value = 1;
	set_ready();
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, give, NULL);
	while (!is_ready())
		sched_yield();
	value++;
	pthread_join(thread, NULL);
	return value != 2;
}
