/* SPDX-License-Identifier: Apache-2.0 */
/* Which function of the C or C++ library a thread waits in, whatever it is called inside. */
#ifndef WEFT_TOOL_STUCK_SYNC_FUNCTION_H
#define WEFT_TOOL_STUCK_SYNC_FUNCTION_H

#include "tool/stuck/stack.h"

enum sync_function {
	SYNC_UNKNOWN,
	SYNC_MUTEX,
	SYNC_READ_LOCK,
	SYNC_WRITE_LOCK,
	SYNC_CONDITION,
	SYNC_SEMAPHORE,
	SYNC_JOIN,
	SYNC_BARRIER,
	SYNC_ONCE,
	SYNC_GUARD,
};

/* The innermost that is known. */
enum sync_function sync_function_of(const struct stuck_stack *stack);

/*
 * Does it wait in an inner function of the C library that has no name? Stripped, it does not
 * show what was called when the last step to it was a jump, as for sem_wait() and
 * pthread_join().
 */
bool sync_function_is_hidden(const struct stuck_stack *stack);

/* The innermost with a name, as users know it; NULL: there is none. */
const char *sync_function_name(const struct stuck_stack *stack);

#endif
