/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two locks in both orders. CASE says what keeps, or does not keep, them from a deadlock:
 * PLAIN nothing; GATE a third lock around each; JOINED one thread ends before the other begins;
 * TRY the second attempt does not wait; RECURSIVE each lock twice; READERS two rwlocks read by
 * one and read by the other; WRITER of which one writes; BARRIER both meet in between; HANDOFF
 * a semaphore, which the order of locks does not show.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

enum { PLAIN, GATE, JOINED, TRY, RECURSIVE, READERS, WRITER, HANDOFF, BARRIER };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t first = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t second = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER, row = PTHREAD_RWLOCK_INITIALIZER;
static sem_t done;
static pthread_barrier_t between;

static void both_mutexes(pthread_mutex_t *outer, pthread_mutex_t *inner, int tries)
{
	pthread_mutex_lock(outer);
	if (CASE == RECURSIVE)
		pthread_mutex_lock(outer);
	if (!tries)
		pthread_mutex_lock(inner);
	if (!tries || pthread_mutex_trylock(inner) == 0)
		pthread_mutex_unlock(inner);
	if (CASE == RECURSIVE)
		pthread_mutex_unlock(outer);
	pthread_mutex_unlock(outer);
}

static void both_rwlocks(pthread_rwlock_t *outer, pthread_rwlock_t *inner)
{
	pthread_rwlock_rdlock(outer);
	if (CASE == WRITER)
		pthread_rwlock_wrlock(inner);
	else
		pthread_rwlock_rdlock(inner);
	pthread_rwlock_unlock(inner);
	pthread_rwlock_unlock(outer);
}

static void *forwards(void *unused)
{
	if (CASE == GATE)
		pthread_mutex_lock(&gate);
	if (CASE == READERS || CASE == WRITER)
		both_rwlocks(&table, &row);
	else if (CASE == RECURSIVE)
		both_mutexes(&first, &first, 0);
	else
		both_mutexes(&first, &second, 0);
	if (CASE == GATE)
		pthread_mutex_unlock(&gate);
	if (CASE == HANDOFF)
		sem_post(&done);
	if (CASE == BARRIER)
		pthread_barrier_wait(&between);
	return unused;
}

static void *backwards(void *unused)
{
	if (CASE == HANDOFF)
		sem_wait(&done);
	if (CASE == BARRIER)
		pthread_barrier_wait(&between);
	if (CASE == GATE)
		pthread_mutex_lock(&gate);
	if (CASE == READERS || CASE == WRITER)
		both_rwlocks(&row, &table);
	else if (CASE == RECURSIVE)
		both_mutexes(&second, &second, 0);
	else
		both_mutexes(&second, &first, CASE == TRY);
	if (CASE == GATE)
		pthread_mutex_unlock(&gate);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	sem_init(&done, 0, 0);
	pthread_barrier_init(&between, NULL, 2);
	if (pthread_create(&threads[0], NULL, forwards, NULL))
		return 1;
	if (CASE == JOINED)
		pthread_join(threads[0], NULL);
	if (pthread_create(&threads[1], NULL, backwards, NULL))
		return 1;
	if (CASE != JOINED)
		pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
