/* SPDX-License-Identifier: Apache-2.0 */
/* The ELF side of a core file: its segments and notes, checked against its size. */
#ifndef WEFT_TOOL_STUCK_CORE_FILE_H
#define WEFT_TOOL_STUCK_CORE_FILE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"

struct core_file {
	const uint8_t *bytes;
	size_t size;
	size_t segment_count;
	uint64_t segments_offset;
};

struct core_note {
	uint32_t type;
	const uint8_t *bytes;
	size_t size;
};

/* Returns 0, or -EINVAL with `diag`: no core file of x86-64, cut off, or damaged. */
int core_file_open(
	struct core_file *file, const uint8_t *bytes, size_t size, struct diag *diag);

Elf64_Phdr core_file_segment(const struct core_file *file, size_t i);

/*
 * The note at `*offset` of a PT_NOTE segment, and moves that on. Returns 1; 0: there are no
 * more; -EINVAL: it is damaged.
 */
int core_file_note(const struct core_file *file, const Elf64_Phdr *segment, uint64_t *offset,
	struct core_note *ret_note);

#endif
