/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks and threads by the names that programs linked against glibc before 2.34 import, and
 * that no header declares any more.
 */
#include "../conformance/check.h"

#define OLD(type, name, parameters)                         \
	__asm__(".symver " #name "," #name "@GLIBC_2.2.5"); \
	extern type name parameters

OLD(int, __pthread_mutex_init, (pthread_mutex_t *, const pthread_mutexattr_t *));
OLD(int, __pthread_mutex_destroy, (pthread_mutex_t *));
OLD(int, __pthread_mutex_lock, (pthread_mutex_t *));
OLD(int, __pthread_mutex_trylock, (pthread_mutex_t *));
OLD(int, __pthread_mutex_unlock, (pthread_mutex_t *));
OLD(int, __pthread_rwlock_init, (pthread_rwlock_t *, const pthread_rwlockattr_t *));
OLD(int, __pthread_rwlock_destroy, (pthread_rwlock_t *));
OLD(int, __pthread_rwlock_rdlock, (pthread_rwlock_t *));
OLD(int, __pthread_rwlock_wrlock, (pthread_rwlock_t *));
OLD(int, __pthread_rwlock_tryrdlock, (pthread_rwlock_t *));
OLD(int, __pthread_rwlock_trywrlock, (pthread_rwlock_t *));
OLD(int, __pthread_rwlock_unlock, (pthread_rwlock_t *));
OLD(int, __pthread_once, (pthread_once_t *, void (*)(void)));
OLD(int, __pthread_key_create, (pthread_key_t *, void (*)(void *)));

static pthread_mutex_t mutex;
static pthread_rwlock_t lock;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int counter, calls, destroyed;

static void *count(void *unused)
{
	for (int i = 0; i < 50; i++) {
		REQUIRE(i % 2 ? __pthread_mutex_lock(&mutex) : pthread_mutex_lock(&mutex));
		counter++;
		REQUIRE(__pthread_mutex_unlock(&mutex));
		REQUIRE(__pthread_rwlock_wrlock(&lock));
		counter++;
		REQUIRE(__pthread_rwlock_unlock(&lock));
	}
	REQUIRE(pthread_setspecific(key, &counter));
	return unused;
}

static void *try_while_held(void *unused)
{
	CHECK(__pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(__pthread_rwlock_tryrdlock(&lock), EBUSY);
	CHECK(__pthread_rwlock_trywrlock(&lock), EBUSY);
	return unused;
}

static void called_once(void)
{
	calls++;
}

static void destroy(void *value)
{
	REQUIRE(value != &counter);
	REQUIRE(pthread_mutex_lock(&mutex));
	destroyed++;
	REQUIRE(pthread_mutex_unlock(&mutex));
}

int main(void)
{
	pthread_t threads[3];

	CASE("old names");
	CHECK(__pthread_mutex_init(&mutex, NULL), 0);
	CHECK(__pthread_rwlock_init(&lock, NULL), 0);
	CHECK(__pthread_key_create(&key, destroy), 0);
	CHECK(__pthread_once(&once, called_once), 0);
	CHECK(__pthread_once(&once, called_once), 0);
	CHECK_VALUE(calls, 1);
	CHECK(__pthread_mutex_lock(&mutex), 0);
	CHECK(__pthread_rwlock_wrlock(&lock), 0);
	check_in_thread(try_while_held, NULL);
	CHECK(__pthread_rwlock_unlock(&lock), 0);
	CHECK(__pthread_mutex_unlock(&mutex), 0);
	CHECK(__pthread_rwlock_rdlock(&lock), 0);
	CHECK(__pthread_rwlock_tryrdlock(&lock), 0);
	CHECK(__pthread_rwlock_unlock(&lock), 0);
	CHECK(__pthread_rwlock_unlock(&lock), 0);
	CHECK(__pthread_rwlock_trywrlock(&lock), 0);
	CHECK(__pthread_rwlock_unlock(&lock), 0);
	for (int i = 0; i < 3; i++)
		threads[i] = check_start(count, NULL);
	for (int i = 0; i < 3; i++)
		check_join(threads[i]);
	CHECK_TRUE(counter > 150 && counter <= 300);
	CHECK_VALUE(destroyed, 3);
	CHECK(__pthread_rwlock_destroy(&lock), 0);
	CHECK(__pthread_mutex_destroy(&mutex), 0);
	CHECK(pthread_key_delete(key), 0);
	return 0;
}
