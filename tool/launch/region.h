/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory that the tool shares with one execution server, laid out as common/wire.h says. It
 * is an anonymous file: pages that are never touched cost nothing.
 *
 * The program under test can write to all of it, so the tool never uses an offset or capacity
 * from it, and cuts every length to the capacity.
 */
#ifndef WEFT_TOOL_LAUNCH_REGION_H
#define WEFT_TOOL_LAUNCH_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "common/wire.h"
#include "tool/diag.h"

struct region {
	struct wire_region *wire; /* mapped shared */
	size_t size;
	int fd;
};

/* Makes the region and writes all of its header but `config`. Returns 0 or a negative errno. */
int region_create(struct region *ret_region, struct diag *diag);

/* Unmaps and closes; a region of zeros is fine. */
void region_release(struct region *region);

/* Empties what the runtime writes, before a request. */
void region_clear(struct region *region);

/* Replaces what is in one of the tool's areas. Returns 0, or -E2BIG if it does not fit. */
int region_fill(struct region *region, enum wire_area_id id, const void *data, size_t size);

/* The bytes of an area that are in use. */
const void *region_area(const struct region *region, enum wire_area_id id, size_t *ret_size);

/* How much memory an area has. */
size_t region_capacity(enum wire_area_id id);

/* Is its layout still what the tool made it? Wild writes of the program may have hit it. */
bool region_is_sound(const struct region *region);

#endif
