/* SPDX-License-Identifier: Apache-2.0 */
/* Mutexes for those families that wait with one: condition variables, C11 threads. */
#ifndef WEFT_RUNTIME_INTERPOSE_MUTEX_H
#define WEFT_RUNTIME_INTERPOSE_MUTEX_H

#include "runtime/interpose/hook.h"

/* The core's object of a mutex, with its kind read from the mutex at its first use. */
struct object *mutex_object(pthread_mutex_t *mutex);

/*
 * Each returns 0 or a positive errno, as POSIX says for the mutex's kind, and includes the
 * scheduling point. EOWNERDEAD is a success, too: the mutex is held.
 */
int mutex_acquire(struct thread *self, pthread_mutex_t *mutex, uint64_t deadline_ns);
int mutex_acquire_until(struct thread *self, pthread_mutex_t *mutex, clockid_t clock,
	const struct timespec *time);
int mutex_try_acquire(struct thread *self, pthread_mutex_t *mutex);
int mutex_release(struct thread *self, pthread_mutex_t *mutex);
int mutex_init(
	struct thread *self, pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int mutex_destroy(struct thread *self, pthread_mutex_t *mutex);

/* For condition waits: without a point of their own. The second waits as long as it takes. */
int mutex_give_back(struct thread *self, struct object *object);
int mutex_take_again(struct thread *self, struct object *object);

/*
 * Notes the misuse of a mutex that `self` does not hold; UNLOCK_FREE becomes UNLOCK_OTHERS
 * where another thread holds it.
 */
void mutex_check_owner(
	struct thread *self, struct object *object, enum wire_misuse_kind otherwise);

/* The thread is about to end: robust mutexes that it holds pass to the next with EOWNERDEAD. */
void mutex_owner_ends(struct thread *self);

#endif
