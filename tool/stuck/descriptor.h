/* SPDX-License-Identifier: Apache-2.0 */
/* What a file descriptor of a live process is, and who has the other end of it. */
#ifndef WEFT_TOOL_STUCK_DESCRIPTOR_H
#define WEFT_TOOL_STUCK_DESCRIPTOR_H

#include "tool/stuck/holders.h"
#include "tool/stuck/snapshot.h"

#define DESCRIPTOR_TEXT_SIZE 256

struct descriptor {
	char what[DESCRIPTOR_TEXT_SIZE]; /* "the pipe at descriptor 5" */
	char whom[DESCRIPTOR_TEXT_SIZE]; /* "whose other end ..."; empty: nothing to say */
	bool is_inside; /* certain: only this process's threads can make it ready */
};

struct descriptors {
	const struct stuck_snapshot *snapshot;
	struct holders holders;
	bool has_holders; /* loaded, when first needed */
};

void descriptors_release(struct descriptors *descriptors);

/* `to_write`: ready for writing is meant. Of a core file only the number can be told. */
void descriptor_describe(struct descriptors *descriptors, int fd, bool to_write,
	struct descriptor *ret_descriptor);

/* Who holds the file lock that the process waits for, in the form of a descriptor. */
void descriptor_lock(
	struct descriptors *descriptors, int fd, struct descriptor *ret_descriptor);

#endif
