/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who could have ended a wait that has no holder. Nothing says which thread was meant to signal
 * a condition variable; what can be told is which ones did so before, in this execution, and
 * where they are now.
 */
#ifndef WEFT_TOOL_ANALYSIS_WAKERS_H
#define WEFT_TOOL_ANALYSIS_WAKERS_H

#include <stdint.h>

#include "tool/trace/recording.h"

struct waker {
	uint32_t thread;
	uint32_t count; /* how often it did */
	uint32_t event; /* the last time */
};

/*
 * By the number of the thread. Returns how many, or -ENOMEM; the caller frees them. None for an
 * object whose kind has holders, and for one whose waits end by something unrecorded.
 */
int wakers_find(const struct recording *recording, uint32_t object, struct waker **ret_wakers);

/* "signalled", "posted": what they did, to an object of that kind; NULL for kinds with holders.
 */
const char *waker_verb(uint32_t kind);

#endif
