/* SPDX-License-Identifier: Apache-2.0 */
/* Layout and access of the shared memory; see region.h. */
#include "tool/launch/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)
#define AREA_ALIGNMENT (4 * KIB)

/* Sparse, so the sizes are chosen to be enough rather than small. */
#define POINTS_CAPACITY (8 * MIB)
#define DECISIONS_CAPACITY (32 * MIB)
#define LOCATIONS_CAPACITY (32 * MIB)
#define PREFIX_CAPACITY (8 * MIB)
#define CONSTRAINTS_CAPACITY (64 * KIB)
#define LEARNED_CAPACITY (1 * MIB)
#define EVENTS_CAPACITY (256 * MIB)
#define THREADS_CAPACITY (4 * MIB)
#define OBJECTS_CAPACITY (32 * MIB)
#define STACKS_CAPACITY (64 * MIB)
#define RACES_CAPACITY (1 * MIB)
#define MISUSES_CAPACITY (64 * KIB)
#define BLOCKS_CAPACITY (1 * MIB)
#define CHOICES_CAPACITY (16 * MIB)
#define OBSERVATIONS_CAPACITY (16 * MIB)
#define ACCESSES_CAPACITY (64 * MIB)
#define MAPS_CAPACITY (1 * MIB)
#define TRACE_CAPACITY (4 * MIB)

static const size_t capacities[WIRE_AREA_COUNT] = {
	[WIRE_AREA_POINTS] = POINTS_CAPACITY,
	[WIRE_AREA_DECISIONS] = DECISIONS_CAPACITY,
	[WIRE_AREA_LOCATIONS] = LOCATIONS_CAPACITY,
	[WIRE_AREA_PREFIX] = PREFIX_CAPACITY,
	[WIRE_AREA_CONSTRAINTS] = CONSTRAINTS_CAPACITY,
	[WIRE_AREA_LEARNED] = LEARNED_CAPACITY,
	[WIRE_AREA_EVENTS] = EVENTS_CAPACITY,
	[WIRE_AREA_THREADS] = THREADS_CAPACITY,
	[WIRE_AREA_OBJECTS] = OBJECTS_CAPACITY,
	[WIRE_AREA_STACKS] = STACKS_CAPACITY,
	[WIRE_AREA_RACES] = RACES_CAPACITY,
	[WIRE_AREA_MISUSES] = MISUSES_CAPACITY,
	[WIRE_AREA_BLOCKS] = BLOCKS_CAPACITY,
	[WIRE_AREA_CHOICES] = CHOICES_CAPACITY,
	[WIRE_AREA_OBSERVATIONS] = OBSERVATIONS_CAPACITY,
	[WIRE_AREA_ACCESSES] = ACCESSES_CAPACITY,
	[WIRE_AREA_MAPS] = MAPS_CAPACITY,
	[WIRE_AREA_TRACE] = TRACE_CAPACITY,
};

static size_t header_size(void)
{
	return (sizeof(struct wire_region) + AREA_ALIGNMENT - 1) & ~(AREA_ALIGNMENT - 1);
}

static size_t area_offset(enum wire_area_id id)
{
	size_t offset = header_size();

	for (unsigned int i = 0; i < id; i++)
		offset += capacities[i];
	return offset;
}

static void lay_out(struct region *region)
{
	struct wire_region *wire = region->wire;

	wire->magic = WIRE_MAGIC;
	wire->version = WIRE_VERSION;
	wire->size = region->size;
	for (unsigned int i = 0; i < WIRE_AREA_COUNT; i++) {
		wire->areas[i].offset = area_offset(i);
		wire->areas[i].capacity = capacities[i];
	}
}

int region_create(struct region *ret_region, struct diag *diag)
{
	struct region region = { .size = area_offset(WIRE_AREA_COUNT) };

	region.fd = memfd_create("weft-region", MFD_CLOEXEC);
	if (region.fd < 0 || ftruncate(region.fd, (off_t)region.size) < 0)
		goto fail;

	void *memory = mmap(NULL, region.size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_NORESERVE, region.fd, 0);

	if (memory == MAP_FAILED)
		goto fail;
	region.wire = memory;
	lay_out(&region);
	*ret_region = region;
	return 0;
fail:;
	int error = errno;

	if (region.fd >= 0)
		close(region.fd);
	return diag_set(diag, -error, "cannot make the memory shared with the program: %s",
		strerror(error));
}

void region_release(struct region *region)
{
	if (!region->wire)
		return;
	munmap(region->wire, region->size);
	close(region->fd);
	region->wire = NULL;
}

void region_clear(struct region *region)
{
	struct wire_region *wire = region->wire;

	lay_out(region);
	memset(&wire->result, 0, sizeof(wire->result));
	wire->result.thread = WIRE_NONE;
	wire->result.stack = WIRE_NONE;
	for (unsigned int i = WIRE_AREA_LEARNED; i < WIRE_AREA_COUNT; i++) {
		wire->areas[i].length = 0;
		wire->areas[i].overflowed = 0;
	}
}

int region_fill(struct region *region, enum wire_area_id id, const void *data, size_t size)
{
	if (size > capacities[id])
		return -E2BIG;
	if (size)
		memcpy((char *)region->wire + area_offset(id), data, size);
	region->wire->areas[id].length = size;
	return 0;
}

const void *region_area(const struct region *region, enum wire_area_id id, size_t *ret_size)
{
	uint64_t length = region->wire->areas[id].length;

	*ret_size = length < capacities[id] ? (size_t)length : capacities[id];
	return *ret_size ? (const char *)region->wire + area_offset(id) : NULL;
}

size_t region_capacity(enum wire_area_id id)
{
	return capacities[id];
}

bool region_is_sound(const struct region *region)
{
	const struct wire_region *wire = region->wire;

	if (wire->magic != WIRE_MAGIC || wire->version != WIRE_VERSION ||
		wire->size != region->size)
		return false;
	for (unsigned int i = 0; i < WIRE_AREA_COUNT; i++)
		if (wire->areas[i].offset != area_offset(i) ||
			wire->areas[i].capacity != capacities[i] ||
			wire->areas[i].length > capacities[i])
			return false;
	return wire->result.verdict <= WIRE_VERDICT_DEFECT;
}
