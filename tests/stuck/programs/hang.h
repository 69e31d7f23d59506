/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For programs that hang on purpose. Each announces itself on stdout once it is set up; that it
 * hangs is then seen in /proc, where all its threads come to sleep.
 */
#ifndef WEFT_TESTS_STUCK_HANG_H
#define WEFT_TESTS_STUCK_HANG_H

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

/* All threads hold their first lock before any goes for its second. */
static pthread_barrier_t everybody;

static inline void set_up(unsigned int threads)
{
	pthread_barrier_init(&everybody, NULL, threads);
}

static inline void meet(void)
{
	pthread_barrier_wait(&everybody);
}

static inline void announce(void)
{
	ssize_t written = write(STDOUT_FILENO, "ready\n", 6);

	(void)written;
}

/* For a child process: it does not outlive who started it. */
static inline void end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

#endif
