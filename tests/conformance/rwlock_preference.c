/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a read-write lock prefers while a reader holds it and a writer waits: by default (and,
 * in glibc, also with PREFER_WRITER_NP) further readers come in; with
 * PREFER_WRITER_NONRECURSIVE_NP they wait behind the writer.
 */
#include "check.h"

#include <sched.h>
#include <stdatomic.h>

static pthread_rwlock_t lock;
static atomic_int about_to_write;
static atomic_int written;

static void lock_of_kind(int kind)
{
	pthread_rwlockattr_t attributes;

	REQUIRE(pthread_rwlockattr_init(&attributes));
	REQUIRE(pthread_rwlockattr_setkind_np(&attributes, kind));
	REQUIRE(pthread_rwlock_init(&lock, &attributes));
	REQUIRE(pthread_rwlockattr_destroy(&attributes));
	atomic_store(&about_to_write, 0);
	atomic_store(&written, 0);
}

static void *write_once(void *unused)
{
	(void)unused;
	atomic_store(&about_to_write, 1);
	REQUIRE(pthread_rwlock_wrlock(&lock));
	atomic_store(&written, 1);
	REQUIRE(pthread_rwlock_unlock(&lock));
	return NULL;
}

static void *read_once(void *unused)
{
	(void)unused;
	REQUIRE(pthread_rwlock_rdlock(&lock));
	intptr_t seen = atomic_load(&written);
	REQUIRE(pthread_rwlock_unlock(&lock));
	return (void *)seen;
}

static void check_readers_first(const char *name, int kind)
{
	pthread_t writer;

	CASE(name);
	lock_of_kind(kind);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	writer = check_start(write_once, NULL);
	while (!atomic_load(&about_to_write))
		sched_yield();
	/* Whether the writer waits already or not, readers come in. */
	CHECK(pthread_rwlock_tryrdlock(&lock), 0);
	CHECK_VALUE((intptr_t)check_in_thread(read_once, NULL), 0);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_rwlock_unlock(&lock), 0);
	check_join(writer);
	CHECK_VALUE(atomic_load(&written), 1);
	CHECK(pthread_rwlock_destroy(&lock), 0);
}

static void check_writers_first(void)
{
	pthread_t writer;
	pthread_t reader;

	CASE("writers first");
	lock_of_kind(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	writer = check_start(write_once, NULL);
	/* From the moment on that the writer waits, no reader comes in. */
	while (!pthread_rwlock_tryrdlock(&lock)) {
		REQUIRE(pthread_rwlock_unlock(&lock));
		sched_yield();
	}
	CHECK(pthread_rwlock_tryrdlock(&lock), EBUSY);
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	CHECK(pthread_rwlock_timedrdlock(&lock, &soon), ETIMEDOUT);
	reader = check_start(read_once, NULL);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK_VALUE((intptr_t)check_join(reader), 1);
	check_join(writer);
	CHECK(pthread_rwlock_destroy(&lock), 0);
}

int main(void)
{
	check_readers_first("readers first", PTHREAD_RWLOCK_PREFER_READER_NP);
	check_readers_first("writers first, recursive", PTHREAD_RWLOCK_PREFER_WRITER_NP);
	check_writers_first();
	return 0;
}
