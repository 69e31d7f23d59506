/* SPDX-License-Identifier: Apache-2.0 */
/* Misuse of heap blocks in words; see block.h. */
#include "tool/analysis/block.h"

#include <stdio.h>

#include "common/op.h"

const struct wire_block *block_of_failure(const struct recording *recording)
{
	switch (recording->result.verdict) {
	case WIRE_VERDICT_USE_AFTER_FREE:
	case WIRE_VERDICT_DOUBLE_FREE:
	case WIRE_VERDICT_INVALID_FREE:
		return recording->block_count ? &recording->blocks[0] : NULL;
	default:
		return NULL;
	}
}

const struct wire_block *block_around(const struct recording *recording, uint64_t address)
{
	for (size_t i = recording->block_count; i > 0; i--) {
		const struct wire_block *block = &recording->blocks[i - 1];

		if (address >= block->address && address - block->address < block->size)
			return block;
	}
	return NULL;
}

bool block_lacks_stacks(const struct recording *recording)
{
	const struct wire_block *block = block_of_failure(recording);

	return block && block->alloc_thread != WIRE_NONE && block->alloc_stack == WIRE_NONE &&
	       recording->request.watch_block != block->address;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void write_use(
	const struct recording *recording, const struct wire_block *block, char *text)
{
	unsigned long long offset = block->access_address - block->address;
	unsigned long long size = block->access_size;
	const char *op = op_name((enum op_kind)recording->result.value);

	/* Of synchronisation only the object's address is known. */
	if (size > 1)
		snprintf(text, NAMING_SIZE,
			"%s of %llu bytes at offset %llu of a freed block of %llu byte%s", op,
			size, offset, (unsigned long long)block->size, plural(block->size));
	else
		snprintf(text, NAMING_SIZE, "%s at offset %llu of a freed block of %llu byte%s",
			op, offset, (unsigned long long)block->size, plural(block->size));
}

static void write_invalid(const struct wire_block *block, char *text)
{
	switch (block->place) {
	case WIRE_BLOCK_STACK:
		snprintf(text, NAMING_SIZE, "free of memory on a stack");
		break;
	case WIRE_BLOCK_STATIC:
		snprintf(text, NAMING_SIZE, "free of a static variable");
		break;
	default:
		snprintf(text, NAMING_SIZE, "free of offset %llu of a %sblock of %llu byte%s",
			(unsigned long long)(block->access_address - block->address),
			block->free_thread != WIRE_NONE ? "freed " : "",
			(unsigned long long)block->size, plural(block->size));
	}
}

const char *block_misuse(const struct recording *recording, char text[NAMING_SIZE])
{
	const struct wire_block *block = block_of_failure(recording);

	if (!block)
		snprintf(text, NAMING_SIZE, "misuse of the heap");
	else if (recording->result.verdict == WIRE_VERDICT_USE_AFTER_FREE)
		write_use(recording, block, text);
	else if (recording->result.verdict == WIRE_VERDICT_INVALID_FREE)
		write_invalid(block, text);
	else
		snprintf(text, NAMING_SIZE, "second free of a block of %llu byte%s",
			(unsigned long long)block->size, plural(block->size));
	return text;
}
