/* SPDX-License-Identifier: Apache-2.0 */
/* Condition variables for C11's, which are the same in glibc. Each includes its scheduling
 * point. */
#ifndef WEFT_RUNTIME_INTERPOSE_COND_H
#define WEFT_RUNTIME_INTERPOSE_COND_H

#include "runtime/interpose/hook.h"

/* Returns 0, ETIMEDOUT, EINVAL or the mutex's error. A cancellation point. */
int cond_wait(struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex);
int cond_wait_until(struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex,
	clockid_t clock, const struct timespec *time);

/* The clock that timed waits without a clock of their own go by. */
clockid_t cond_clock(const pthread_cond_t *cond);

void cond_signal(struct thread *self, pthread_cond_t *cond);
void cond_broadcast(struct thread *self, pthread_cond_t *cond);
int cond_init(struct thread *self, pthread_cond_t *cond, const pthread_condattr_t *attributes);
void cond_destroy(struct thread *self, pthread_cond_t *cond);

#endif
