/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc says about one process. */
#ifndef WEFT_TOOL_LAUNCH_PROCESS_H
#define WEFT_TOOL_LAUNCH_PROCESS_H

#include <sys/types.h>

/* The parent of a process; 0 if there is no such process. */
pid_t process_parent(pid_t pid);

#endif
