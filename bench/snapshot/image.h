/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image of a process: its writable private memory, its mappings, descriptors and signal
 * actions, as they are before main, to be put back after an execution. Memory that was there is
 * kept in spans, with a copy; memory that was reserved and not yet touched is a gap, and is
 * dropped again.
 *
 * Everything here, and the stack that image_restore() runs on, lies in one block of its own
 * that the image leaves out. Neither function calls libc.
 */
#ifndef WEFT_BENCH_SNAPSHOT_IMAGE_H
#define WEFT_BENCH_SNAPSHOT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_RANGES_MAX 1024u
#define IMAGE_SIGNALS 64
#define IMAGE_FDS_MAX 64u
#define IMAGE_STACK_SIZE 65536u
#define IMAGE_TEXT_SIZE 131072u
#define IMAGE_WRITTEN_MAX 4096u

enum image_method {
	IMAGE_COMPARE,	     /* compare every page of the spans, copy back what differs */
	IMAGE_WRITE_PROTECT, /* let the kernel find the pages that were written */
};

struct range {
	uint64_t start;
	uint64_t end;
	const char *copy; /* spans only */
};

struct ranges {
	struct range list[IMAGE_RANGES_MAX];
	uint32_t count;
};

/* As the kernel's rt_sigaction has it. */
struct image_action {
	void *handler;
	uint64_t flags;
	void *restorer;
	uint64_t mask;
};

/* A descriptor that was open, and a duplicate of it that the program does not know. */
struct image_fd {
	int number;
	int duplicate;
	int flags; /* close on exec */
};

/* What came of the restorations so far, for the report. */
struct image_counts {
	uint64_t executions;
	uint64_t pages_copied;
	uint64_t memory_ns;
	uint64_t mappings_ns;
	uint64_t rest_ns;
};

struct image {
	enum image_method method;
	/*
	 * Puts back only what hooks could not know of: memory. Not descriptors, signal actions
	 * and reserved memory that was touched. For programs that change none; to tell what it
	 * costs.
	 */
	bool is_memory_only;
	struct ranges mappings; /* all there were */
	struct ranges spans;
	struct ranges gaps;
	struct ranges free_fds; /* descriptor numbers, end included */
	struct image_fd open_fds[IMAGE_FDS_MAX];
	uint32_t open_fd_count;
	struct image_action actions[IMAGE_SIGNALS + 1];
	uint64_t signal_mask;
	uint64_t program_break;
	uint64_t mapped_pages; /* size of the address space */
	uint64_t lowest;       /* of the spans */
	uint64_t highest;
	uint64_t arena_start; /* the runtime's: a gap whose end is known only afterwards */
	const size_t *arena_used;
	int pagemap_fd;
	int statm_fd;
	int fault_fd;			     /* userfaultfd */
	uint64_t written[IMAGE_WRITTEN_MAX]; /* pages that were, in any execution so far */
	uint32_t written_count;
	struct image_counts counts;
	char text[IMAGE_TEXT_SIZE]; /* of files in /proc */
	char stack[IMAGE_STACK_SIZE];
	char copies[]; /* of the spans */
};

/* Reserves the block; NULL: no memory. */
struct image *image_new(void);

/* Takes the image of the calling process, as `method` says. Returns 0 or a negative errno. */
int image_take(struct image *image);

/*
 * Puts everything back; runs on image->stack. Returns false when the execution changed what
 * can't be put back: a mapping that was there is gone, or of another size.
 */
bool image_restore(struct image *image);

#endif
