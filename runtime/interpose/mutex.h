/* SPDX-License-Identifier: Apache-2.0 */
/* Mutexes for those families that wait with one: condition variables, C11 threads. */
#ifndef WEFT_RUNTIME_INTERPOSE_MUTEX_H
#define WEFT_RUNTIME_INTERPOSE_MUTEX_H

#include "runtime/interpose/hook.h"

/* The core's object of a mutex, with its kind read from the mutex at its first use. */
struct object *mutex_object(pthread_mutex_t *mutex);

/* Each returns 0 or a positive errno, as POSIX says for the mutex's kind. */
int mutex_acquire(struct thread *self, pthread_mutex_t *mutex, enum op_kind op, uint64_t deadline_ns);
int mutex_try(struct thread *self, struct object *object);
int mutex_release(struct thread *self, struct object *object);

#endif
