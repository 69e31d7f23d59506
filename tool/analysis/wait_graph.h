/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits for whom at the end of an execution. An edge leads from a waiting thread to each
 * thread that holds what it waits for, or that it joins. Condition variables, semaphores and
 * the like have no holder: a thread that waits for one of them waits for nobody in particular.
 */
#ifndef WEFT_TOOL_ANALYSIS_WAIT_GRAPH_H
#define WEFT_TOOL_ANALYSIS_WAIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/trace/recording.h"

/* The n-th thread that `thread` waits for, or WIRE_NONE when there are no more. */
uint32_t wait_graph_edge(const struct recording *recording, uint32_t thread, uint32_t n);

/* The thread that an object of the kind THREAD stands for. */
uint32_t wait_graph_joined(const struct recording *recording, uint32_t object);

/*
 * A cycle of threads that wait for one another, from its lowest number on, each waiting for the
 * next and the last for the first. Returns its length, 0 for none; -ENOMEM. The caller frees
 * it.
 */
int wait_graph_cycle(const struct recording *recording, uint32_t **ret_threads);

/*
 * True for a thread that waits though no other waiting thread could let it go on: the origin of
 * a deadlock without a cycle.
 */
bool wait_graph_is_root(const struct recording *recording, uint32_t thread);

/* How `thread` holds `object`: its index in the holders, or WIRE_NONE. */
uint32_t wait_graph_holding(
	const struct recording *recording, uint32_t object, uint32_t thread);

#endif
