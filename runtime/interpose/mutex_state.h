/* SPDX-License-Identifier: Apache-2.0 */
/* What the core's object of a mutex means: its kind in `flags`, its health in `value`. */
#ifndef WEFT_RUNTIME_INTERPOSE_MUTEX_STATE_H
#define WEFT_RUNTIME_INTERPOSE_MUTEX_STATE_H

#include "runtime/interpose/mutex.h"

/* In glibc's __kind, which pthread_mutex_init() and the static initialisers write. */
#define MUTEX_TYPE_MASK 3u /* PTHREAD_MUTEX_*_NP */
#define MUTEX_ROBUST 16u
#define MUTEX_INHERIT 32u
#define MUTEX_PROTECT 64u

enum mutex_health {
	MUTEX_SOUND,
	MUTEX_OWNER_DIED,      /* free, and the next to acquire it is told so */
	MUTEX_INCONSISTENT,    /* held by one who was told, and did not repair it yet */
	MUTEX_NOT_RECOVERABLE, /* given up in that state: nobody can acquire it any more */
};

static inline uint32_t mutex_type(const struct object *object)
{
	return object->flags & MUTEX_TYPE_MASK;
}

/* Kinds whose owner is looked at when they are released. */
static inline bool mutex_knows_owner(const struct object *object)
{
	uint32_t type = mutex_type(object);

	return type == PTHREAD_MUTEX_RECURSIVE_NP || type == PTHREAD_MUTEX_ERRORCHECK_NP ||
	       (object->flags & (MUTEX_ROBUST | MUTEX_INHERIT));
}

#endif
