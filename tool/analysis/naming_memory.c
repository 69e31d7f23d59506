/* SPDX-License-Identifier: Apache-2.0 */
/* What memory is called, by who it belongs to; see naming_memory.h. */
#include "tool/analysis/naming_memory.h"

#include <stdio.h>
#include <string.h>

#include "tool/analysis/block.h"
#include "tool/symbol/data.h"
#include "tool/symbol/thread_local.h"

/* The mapping that holds `address`: a line of the memory map, or NULL. */
static const char *find_mapping(const char *maps, uint64_t address)
{
	const char *line = maps;

	while (*line) {
		unsigned long long start, end;

		if (sscanf(line, "%llx-%llx", &start, &end) == 2 && address >= start &&
			address < end)
			return line;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

static bool mapping_is(const char *line, const char *name)
{
	const char *found = line ? strstr(line, name) : NULL;

	return found && (size_t)(found - line) < strcspn(line, "\n");
}

static bool is_stack_of(
	const struct recording *recording, const struct wire_thread *thread, uint64_t address)
{
	if (!thread->stack_low)
		return thread->stack_high &&
		       mapping_is(find_mapping(recording->maps, address), "[stack]");
	return address >= thread->stack_low && address < thread->stack_high;
}

/* One that lives is likelier than one whose stack it was before. */
static uint32_t find_stack(const struct recording *recording, uint64_t address)
{
	uint32_t found = WIRE_NONE;

	for (uint32_t i = 0; i < recording->thread_count; i++) {
		const struct wire_thread *thread = &recording->threads[i];

		if (!is_stack_of(recording, thread, address))
			continue;
		if (found == WIRE_NONE || thread->state != WIRE_THREAD_FINISHED)
			found = i;
	}
	return found;
}

static bool write_thread_local(const struct recording *recording, struct symbols *symbols,
	uint64_t address, char text[NAMING_SIZE])
{
	char name[NAMING_SIZE / 2], thread[NAMING_SIZE];

	for (uint32_t i = 0; i < recording->thread_count; i++) {
		uint64_t pointer = recording->threads[i].thread_pointer;

		if (!pointer ||
			symbols_thread_local(symbols, pointer, address, name, sizeof(name)) < 0)
			continue;
		naming_thread(recording, symbols, i, thread);
		snprintf(text, NAMING_SIZE, "%s, thread-local of %.*s", name, NAMING_SIZE / 3,
			thread);
		return true;
	}
	return false;
}

static void write_block(const struct wire_block *block, const struct wire_access *access,
	char text[NAMING_SIZE])
{
	int used = snprintf(text, NAMING_SIZE, "a heap block of %llu byte%s",
		(unsigned long long)block->size, block->size == 1 ? "" : "s");

	if (!access->frees)
		snprintf(text + used, NAMING_SIZE - (size_t)used, " (offset %llu)",
			(unsigned long long)(access->address - block->address));
}

const char *naming_memory(const struct recording *recording, struct symbols *symbols,
	const struct wire_access *access, char text[NAMING_SIZE])
{
	const char *mapping = find_mapping(recording->maps, access->address);
	const struct wire_block *block = block_around(recording, access->address);
	uint32_t owner = find_stack(recording, access->address);
	char thread[NAMING_SIZE];

	if (symbols_data(symbols, access->address, text, NAMING_SIZE) == 0 ||
		write_thread_local(recording, symbols, access->address, text))
		return text;
	if (block)
		write_block(block, access, text);
	else if (owner != WIRE_NONE)
		snprintf(text, NAMING_SIZE, "the stack of %.*s", NAMING_SIZE / 2,
			naming_thread(recording, symbols, owner, thread));
	else if (mapping_is(mapping, " /"))
		snprintf(text, NAMING_SIZE, "a mapped file");
	else
		snprintf(text, NAMING_SIZE, "the heap");
	return text;
}
