/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 200 executions of auto
 * A spin lock of the program's own, by means that no detector sees: the annotations say what it
 * is.
 */
#include <pthread.h>
#include <sched.h>

void AnnotateHappensBefore(const char *file, int line, const volatile void *address);
void AnnotateHappensAfter(const char *file, int line, const volatile void *address);

static int turn, shared;

__attribute__((no_sanitize("thread"))) static int get_turn(void)
{
	return *(volatile int *)&turn;
}

__attribute__((no_sanitize("thread"))) static void set_turn(int next)
{
	*(volatile int *)&turn = next;
}

static void *first(void *unused)
{
	shared = 1;
#ifdef FIXED
	AnnotateHappensBefore(__FILE__, __LINE__, &turn);
#endif
	set_turn(1);
	return unused;
}

static void *second(void *unused)
{
	if (get_turn() != 1)
		return unused;
#ifdef FIXED
	AnnotateHappensAfter(__FILE__, __LINE__, &turn);
#endif
	shared++;
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, first, NULL);
	pthread_create(&threads[1], NULL, second, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
