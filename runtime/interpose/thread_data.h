/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to a thread and dies with it: thread_local objects and thread-specific data.
 * Both are kept by glibc in the thread's own block, whatever runs the thread; only their end is
 * seen to here.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_THREAD_DATA_H
#define WEFT_RUNTIME_INTERPOSE_THREAD_DATA_H

#include "runtime/interpose/thread.h"

/* In the program's context, at the thread's end: runs the destructors as glibc does. */
void thread_data_destroy(void);

/* pthread_setattr_default_np() was called: attributes of NULL no longer mean the usual ones. */
extern bool thread_defaults_changed __attribute__((visibility("hidden")));

/* Takes over scheduling and affinity from the attributes of a new thread. */
void thread_property_take(struct program_thread *program, const pthread_attr_t *attributes);

#endif
