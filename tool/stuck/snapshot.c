/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, mappings and threads of a snapshot; see snapshot.h. */
#include "tool/stuck/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void snapshot_free(struct stuck_snapshot *snapshot)
{
	if (!snapshot)
		return;
	free(snapshot->program);
	free(snapshot->threads);
	free(snapshot->maps);
	free(snapshot->mappings);
	free(snapshot->chunks);
	free(snapshot->store);
	if (snapshot->file)
		munmap(snapshot->file, snapshot->file_size);
	free(snapshot);
}

/* The last chunk that starts at or below `address`, or NULL. */
static const struct memory_chunk *chunk_below(
	const struct stuck_snapshot *snapshot, uint64_t address)
{
	size_t low = 0;
	size_t high = snapshot->chunk_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->chunks[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &snapshot->chunks[low - 1] : NULL;
}

size_t snapshot_span(
	const struct stuck_snapshot *snapshot, uint64_t address, const uint8_t **ret_bytes)
{
	const struct memory_chunk *chunk = chunk_below(snapshot, address);
	uint64_t into;

	if (!chunk || address - chunk->address >= chunk->size)
		return 0;
	into = address - chunk->address;
	*ret_bytes = chunk->bytes + into;
	return chunk->size - into;
}

int snapshot_read(
	const struct stuck_snapshot *snapshot, uint64_t address, void *bytes, size_t size)
{
	uint8_t *to = bytes;

	while (size) {
		const uint8_t *from;
		size_t span = snapshot_span(snapshot, address, &from);
		size_t part = span < size ? span : size;

		if (part == 0)
			return -EFAULT;
		memcpy(to, from, part);
		to += part;
		address += part;
		size -= part;
	}
	return 0;
}

static bool parse_line(const char *line, struct stuck_mapping *ret)
{
	unsigned long long start, end;
	char permissions[5];

	if (sscanf(line, "%16llx-%16llx %4s", &start, &end, permissions) != 3 || start >= end ||
		strlen(permissions) != 4)
		return false;
	*ret = (struct stuck_mapping){
		.start = start,
		.end = end,
		.is_readable = permissions[0] == 'r',
		.is_writable = permissions[1] == 'w',
		.is_shared = permissions[3] == 's',
	};
	return true;
}

int snapshot_parse_maps(struct stuck_snapshot *snapshot)
{
	const char *line = snapshot->maps;
	const char *end = snapshot->maps + snapshot->maps_len;
	size_t lines = 0;

	for (const char *c = line; c < end; c++)
		lines += *c == '\n';
	snapshot->mappings = calloc(lines + 1, sizeof(*snapshot->mappings));
	if (!snapshot->mappings)
		return -ENOMEM;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		struct stuck_mapping mapping;
		size_t count = snapshot->mapping_count;

		if (!newline)
			break;
		/* The kernel writes them ascending; what is not so is damaged. */
		if (parse_line(line, &mapping) &&
			(!count || mapping.start >= snapshot->mappings[count - 1].end))
			snapshot->mappings[snapshot->mapping_count++] = mapping;
		line = newline + 1;
	}
	return 0;
}

const struct stuck_mapping *snapshot_mapping(
	const struct stuck_snapshot *snapshot, uint64_t address)
{
	size_t low = 0;
	size_t high = snapshot->mapping_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->mappings[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == snapshot->mapping_count || snapshot->mappings[low].start > address)
		return NULL;
	return &snapshot->mappings[low];
}

size_t snapshot_thread(const struct stuck_snapshot *snapshot, pid_t inner_tid)
{
	for (size_t i = 0; i < snapshot->thread_count; i++)
		if (snapshot->threads[i].inner_tid == inner_tid)
			return i;
	return NO_THREAD;
}

struct stuck_thread *snapshot_add_thread(struct stuck_snapshot *snapshot)
{
	struct stuck_thread *grown = reallocarray(
		snapshot->threads, snapshot->thread_count + 1, sizeof(*snapshot->threads));

	if (!grown)
		return NULL;
	snapshot->threads = grown;
	grown += snapshot->thread_count++;
	memset(grown, 0, sizeof(*grown));
	return grown;
}
