/* SPDX-License-Identifier: Apache-2.0 */
/* The table of descriptors; see descriptor.h. */
#include "runtime/engine/descriptor.h"

#include <stddef.h>

#include "common/bytes.h"
#include "runtime/engine/runtime.h"

/* Numbers above are always unknown. Untouched pages of the table cost nothing. */
#define DESCRIPTORS_MAX 65536u

static struct descriptor *table;
static unsigned int used; /* one past the highest number ever set */
static const struct descriptor unknown;

struct descriptor *descriptor_edit(int fd)
{
	if (fd < 0 || (unsigned int)fd >= DESCRIPTORS_MAX)
		return NULL;
	if (!table)
		table = arena_alloc(&runtime.arena, DESCRIPTORS_MAX * sizeof(table[0]));
	if ((unsigned int)fd >= used)
		used = (unsigned int)fd + 1;
	return &table[fd];
}

struct descriptor *descriptor_set(int fd, enum descriptor_kind kind)
{
	struct descriptor *entry = descriptor_edit(fd);

	if (entry) {
		*entry = unknown;
		entry->kind = (uint8_t)kind;
	}
	return entry;
}

const struct descriptor *descriptor_get(int fd)
{
	if (fd < 0 || (unsigned int)fd >= used)
		return &unknown;
	return &table[fd];
}

void descriptor_copy(int from, int to)
{
	struct descriptor copy = *descriptor_get(from);
	struct descriptor *entry = descriptor_edit(to);

	if (entry)
		*entry = copy;
}

void descriptor_clear(unsigned int first, unsigned int last)
{
	for (unsigned int fd = first; fd <= last && fd < used; fd++)
		table[fd] = unknown;
}

void descriptor_share_all(void)
{
	for (unsigned int fd = 0; fd < used; fd++)
		if (table[fd].kind != DESCRIPTOR_EPOLL && table[fd].kind != DESCRIPTOR_TIMER &&
			table[fd].kind != DESCRIPTOR_RANDOM)
			table[fd] = unknown;
}

struct descriptor *descriptor_by_port(enum descriptor_kind kind, uint16_t port)
{
	for (unsigned int fd = 0; fd < used; fd++)
		if (table[fd].kind == kind && table[fd].network && table[fd].port == port)
			return &table[fd];
	return NULL;
}
