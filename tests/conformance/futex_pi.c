/* SPDX-License-Identifier: Apache-2.0 */
/* Futexes by syscall(): the priority-inheriting locks that the kernel keeps the owner of. */
#include "check.h"

#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static atomic_uint word;
static atomic_int acquired;

static long lock_pi(const struct timespec *timeout)
{
	return syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, timeout, NULL, 0);
}

static long trylock_pi(void)
{
	return syscall(SYS_futex, &word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

static long unlock_pi(void)
{
	return syscall(SYS_futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

static void *try_while_held(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	(void)unused;
	CHECK_ERRNO(trylock_pi(), EAGAIN);
	CHECK_ERRNO(lock_pi(&soon), ETIMEDOUT);
	CHECK_ERRNO(unlock_pi(), EPERM);
	return NULL;
}

static void *lock_once(void *unused)
{
	(void)unused;
	REQUIRE(lock_pi(NULL));
	atomic_store(&acquired, 1);
	REQUIRE(unlock_pi());
	return NULL;
}

static int is_owner(void)
{
	return (atomic_load(&word) & FUTEX_TID_MASK) == (unsigned)syscall(SYS_gettid);
}

int main(void)
{
	pthread_t thread;

	CASE("owner");
	CHECK_ERRNO(lock_pi(NULL), 0);
	CHECK_TRUE(is_owner());
	CHECK_ERRNO(lock_pi(NULL), EDEADLK);
	CHECK_ERRNO(trylock_pi(), EDEADLK);
	check_in_thread(try_while_held, NULL);
	CHECK_ERRNO(unlock_pi(), 0);
	CHECK_TRUE(!is_owner());
	CHECK_ERRNO(trylock_pi(), 0);
	CHECK_TRUE(is_owner());

	CASE("hand-over");
	thread = check_start(lock_once, NULL);
	/* The waiter makes itself known in the word. */
	while (!(atomic_load(&word) & FUTEX_WAITERS))
		sched_yield();
	CHECK_VALUE(atomic_load(&acquired), 0);
	CHECK_ERRNO(unlock_pi(), 0);
	check_join(thread);
	CHECK_VALUE(atomic_load(&acquired), 1);
	CHECK_ERRNO(lock_pi(NULL), 0);
	CHECK_ERRNO(unlock_pi(), 0);
	return 0;
}
