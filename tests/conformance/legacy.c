/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that glibc 2.36 exports only for programs linked long ago. They can't be linked by
 * name any more, so the old version is asked for.
 */
#include "check.h"

__asm__(".symver old_yield, pthread_yield@GLIBC_2.2.5");
__asm__(".symver old_setkind, pthread_mutexattr_setkind_np@GLIBC_2.2.5");
__asm__(".symver old_getkind, pthread_mutexattr_getkind_np@GLIBC_2.2.5");
__asm__(".symver old_setrobust, pthread_mutexattr_setrobust_np@GLIBC_2.4");
__asm__(".symver old_getrobust, pthread_mutexattr_getrobust_np@GLIBC_2.4");
__asm__(".symver old_consistent, pthread_mutex_consistent_np@GLIBC_2.4");
__asm__(".symver old_kill_others, pthread_kill_other_threads_np@GLIBC_2.2.5");

int old_yield(void);
int old_setkind(pthread_mutexattr_t *attributes, int kind);
int old_getkind(const pthread_mutexattr_t *attributes, int *kind);
int old_setrobust(pthread_mutexattr_t *attributes, int robustness);
int old_getrobust(const pthread_mutexattr_t *attributes, int *robustness);
int old_consistent(pthread_mutex_t *mutex);
void old_kill_others(void);

static pthread_mutex_t mutex;

static void *lock_and_die(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	return NULL;
}

int main(void)
{
	pthread_mutexattr_t attributes;
	int value;

	CASE("mutex kind");
	REQUIRE(pthread_mutexattr_init(&attributes));
	CHECK(old_setkind(&attributes, PTHREAD_MUTEX_RECURSIVE), 0);
	CHECK(old_getkind(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_MUTEX_RECURSIVE);
	CHECK(old_setkind(&attributes, 99), EINVAL);

	CASE("robustness");
	CHECK(old_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
	CHECK(old_getrobust(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_MUTEX_ROBUST);
	REQUIRE(pthread_mutex_init(&mutex, &attributes));
	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	CHECK(old_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);

	CASE("yield");
	CHECK_ERRNO(old_yield(), 0);

	CASE("kill the others");
	/* Does nothing, and always did with this library. */
	old_kill_others();
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	return 0;
}
