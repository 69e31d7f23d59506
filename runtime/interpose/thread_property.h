/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What schedulers would go by, kept for each thread of the program and checked as the kernel
 * would: by pthread_t in thread_property.c, by the kernel's id of a thread in scheduling.c.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_THREAD_PROPERTY_H
#define WEFT_RUNTIME_INTERPOSE_THREAD_PROPERTY_H

#include <sched.h>

#include "runtime/interpose/thread.h"

/* Returns the size of the kernel's set, or a negative errno. */
long thread_affinity_get(struct thread *thread, size_t size, cpu_set_t *ret_set);

/* Both return 0 or an errno. */
int thread_affinity_set(struct thread *thread, size_t size, const cpu_set_t *set);
int thread_scheduling_set(struct thread *thread, int policy, int priority);

/* System calls that libc has no function for: as SYS_sched_setattr and SYS_sched_getattr. */
long scheduling_set_attributes(pid_t id, const void *attributes, unsigned int flags);
long scheduling_get_attributes(
	pid_t id, void *ret_attributes, unsigned int size, unsigned int flags);
/* As SYS_sched_getaffinity: returns the size of the kernel's set. */
long scheduling_get_affinity(pid_t id, size_t size, cpu_set_t *ret_set);

#endif
