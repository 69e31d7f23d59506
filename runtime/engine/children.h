/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child processes of the program. They run outside of the schedule: all that matters here
 * is whether one is alive, and so may end a wait that no thread of this process could.
 */
#ifndef WEFT_RUNTIME_ENGINE_CHILDREN_H
#define WEFT_RUNTIME_ENGINE_CHILDREN_H

#include <stdbool.h>

#define CHILD_NUMBER_UNKNOWN 0

/* The process has a child process now; its number, or CHILD_NUMBER_UNKNOWN. */
void children_born(int pid);

/* The program has waited for that child: nothing is left of it. */
void children_reaped(int pid);

/*
 * Whether there are children that the program has not waited for. Unlike the next, it depends
 * on the program alone.
 */
bool children_any(void);

/* Whether a child process is running. Cheap when there has never been one. */
bool children_alive(void);

/* In a forked child: the children were its parent's. */
void children_forget(void);

#endif
