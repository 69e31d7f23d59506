/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc says about processes, and ending those that programs leave behind. */
#ifndef WEFT_TOOL_LAUNCH_PROCESS_H
#define WEFT_TOOL_LAUNCH_PROCESS_H

#include <sys/types.h>

/* The parent of a process; 0 if there is no such process. */
pid_t process_parent(pid_t pid);

/*
 * From now on, what a killed program leaves running becomes a child of this process. Not where
 * it has children already, which can't be told apart then.
 */
void process_adopt_orphans(void);

/* Kills these, and waits until they are gone. */
void process_end_orphans(void);

#endif
