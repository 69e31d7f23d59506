/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a process had mapped, from the text of its /proc/self/maps (proc(5)). The text
 * comes out of the memory of a program that may have gone astray: lines that make no sense are
 * passed over.
 */
#ifndef WEFT_TOOL_SYMBOL_MAPS_H
#define WEFT_TOOL_SYMBOL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/arena.h"

/* One file at one place: neighbouring mappings of it, as the loader makes them, taken together.
 */
struct mapped_file {
	uint64_t start;
	uint64_t end;
	uint64_t file_offset; /* of the byte at `start` */
	const char *path;     /* without " (deleted)"; "[vdso]" for the kernel's own code */
	bool is_deleted;      /* the file that was mapped is no longer at `path` */
	bool has_code;	      /* some of it was executable */
	bool has_code_later;  /* ... at a file offset over 0 */
};

/*
 * Gives the files by ascending address, not overlapping. `*ret_files` is malloc'ed and the
 * caller's (NULL if there are none), the paths belong to `arena`. Returns 0 or -ENOMEM.
 */
int maps_parse(const char *text, size_t len, struct arena *arena,
	struct mapped_file **ret_files, size_t *ret_count);

#endif
