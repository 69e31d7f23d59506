/* SPDX-License-Identifier: Apache-2.0 */
/* Named semaphores: creation and opening, what names and flags give which error, sharing. */
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>

static char name[64];
static sem_t *first;

/* 0 when it was opened, else the error. */
static int error_of_open(const char *wanted, int flags, unsigned value)
{
	sem_t *opened = sem_open(wanted, flags, 0600, value);

	if (opened == SEM_FAILED)
		return errno;
	REQUIRE(sem_close(opened));
	return 0;
}

static void check_errors(void)
{
	char too_long[300];
	int error;

	CASE("errors");
	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[0] = '/';
	too_long[sizeof(too_long) - 1] = '\0';
	CHECK(error_of_open(name, 0, 0), ENOENT);
	CHECK(error_of_open(name, O_CREAT, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
	CHECK(error_of_open("", O_CREAT, 0), EINVAL);
	CHECK(error_of_open("/", O_CREAT, 0), EINVAL);
	CHECK(error_of_open("/inner/slash", O_CREAT, 0), EINVAL);
	/* Up to 2.36 or so, and in later ones. */
	error = error_of_open(too_long, O_CREAT, 0);
	CHECK_TRUE(error == EINVAL || error == ENAMETOOLONG);
	CHECK_ERRNO(sem_unlink(name), ENOENT);
}

static void *post_first(void *unused)
{
	(void)unused;
	REQUIRE(sem_post(first));
	return NULL;
}

static void check_use(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	pthread_t thread;
	sem_t *second;
	int value;

	CASE("use");
	first = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	CHECK_TRUE(first != SEM_FAILED);
	CHECK(error_of_open(name, O_CREAT | O_EXCL, 1), EEXIST);
	/* Opened again, it is the same; the value given is ignored. */
	second = sem_open(name, O_CREAT, 0600, 5);
	CHECK_TRUE(second == first);
	CHECK_ERRNO(sem_getvalue(second, &value), 0);
	CHECK_VALUE(value, 1);
	CHECK_ERRNO(sem_wait(second), 0);
	CHECK_ERRNO(sem_trywait(first), EAGAIN);
	CHECK_ERRNO(sem_timedwait(first, &soon), ETIMEDOUT);
	thread = check_start(post_first, NULL);
	CHECK_ERRNO(sem_wait(second), 0);
	check_join(thread);
	CHECK_ERRNO(sem_close(second), 0);
	CHECK_ERRNO(sem_post(first), 0);
}

static void check_unlink(void)
{
	sem_t *anew;
	int value;

	CASE("unlink");
	CHECK_ERRNO(sem_unlink(name), 0);
	CHECK_ERRNO(sem_unlink(name), ENOENT);
	CHECK(error_of_open(name, 0, 0), ENOENT);
	/* What was opened before lives on beside a new one of the same name. */
	anew = sem_open(name, O_CREAT, 0600, 0);
	CHECK_TRUE(anew != SEM_FAILED && anew != first);
	CHECK_ERRNO(sem_getvalue(first, &value), 0);
	CHECK_VALUE(value, 1);
	CHECK_ERRNO(sem_getvalue(anew, &value), 0);
	CHECK_VALUE(value, 0);
	CHECK_ERRNO(sem_close(first), 0);
	CHECK_ERRNO(sem_close(anew), 0);
	CHECK_ERRNO(sem_unlink(name), 0);
	CHECK_ERRNO(sem_close(&(sem_t){ 0 }), EINVAL);
}

int main(void)
{
	snprintf(name, sizeof(name), "/weft-conformance-%ld", (long)getpid());
	sem_unlink(name);
	check_errors();
	check_use();
	check_unlink();
	return 0;
}
