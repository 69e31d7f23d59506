/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stops all threads of a live process, copies what is needed and lets them go on, so that the
 * process does not notice: it is seized, not attached to, gets no signal, and system calls that
 * the stop interrupted are taken up again, those with a timeout that the kernel can resume at
 * their old deadline.
 */
#ifndef WEFT_TOOL_STUCK_TRACER_H
#define WEFT_TOOL_STUCK_TRACER_H

#include "tool/diag.h"
#include "tool/stuck/snapshot.h"

/*
 * Fills threads, maps, mappings, chunks and stopped_ns; `snapshot->pid` is given. Threads that
 * cannot be stopped, since they are in the middle of something in the kernel, have no
 * registers. Returns 0; or a negative errno with `diag`: -EPERM, or -ESRCH when the process
 * ended meanwhile.
 */
int tracer_capture(struct stuck_snapshot *snapshot, struct diag *diag);

#endif
