/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks in a list; see pool.h. */
#include "tool/sql/data/pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)
#define ALIGNMENT 16
#define STATUS_ENVIRONMENT 2

struct pool_chunk {
	struct pool_chunk *next;
	size_t capacity;
	_Alignas(ALIGNMENT) char bytes[];
};

_Noreturn static void end_without_memory(void)
{
	fputs("weft sql: no memory is left\n", stderr);
	exit(STATUS_ENVIRONMENT);
}

static void *checked(void *memory)
{
	if (!memory)
		end_without_memory();
	return memory;
}

static void add_chunk(struct pool *pool, size_t size)
{
	size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;
	struct pool_chunk *chunk = checked(malloc(sizeof(*chunk) + capacity));

	chunk->next = pool->chunks;
	chunk->capacity = capacity;
	pool->chunks = chunk;
	pool->used = 0;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	void *memory;

	if (size > SIZE_MAX / 2)
		end_without_memory();
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!pool->chunks || pool->chunks->capacity - pool->used < size)
		add_chunk(pool, size);
	memory = pool->chunks->bytes + pool->used;
	pool->used += size;
	memset(memory, 0, size);
	return memory;
}

char *pool_copy(struct pool *pool, const char *text, size_t size)
{
	char *copy = pool_alloc(pool, size + 1);

	memcpy(copy, text, size);
	return copy;
}

char *pool_string(struct pool *pool, const char *text)
{
	return pool_copy(pool, text, strlen(text));
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	va_list arguments;
	char *text, *copy;
	int size;

	va_start(arguments, format);
	size = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (size < 0)
		end_without_memory();
	copy = pool_copy(pool, text, (size_t)size);
	free(text);
	return copy;
}

void *pool_grow(struct pool *pool, void *list, size_t count, size_t size)
{
	void *larger;

	if (list && (count & (count - 1)) != 0)
		return list;
	if (list && count == 0)
		return list;
	larger = pool_alloc(pool, (count ? 2 * count : 1) * size);
	if (count)
		memcpy(larger, list, count * size);
	return larger;
}

void pool_reset(struct pool *pool)
{
	/* The oldest stays; long runs do not end up with a list of chunks. */
	while (pool->chunks && pool->chunks->next) {
		struct pool_chunk *next = pool->chunks->next;

		free(pool->chunks);
		pool->chunks = next;
	}
	pool->used = 0;
}

void pool_release(struct pool *pool)
{
	pool_reset(pool);
	free(pool->chunks);
	pool->chunks = NULL;
}

static void text_reserve(struct text *text, size_t size)
{
	size_t needed = text->size + size + 1;

	if (needed <= text->capacity)
		return;
	text->capacity = needed < 256 ? 256 : 2 * needed;
	text->text = checked(realloc(text->text, text->capacity));
}

void text_add(struct text *text, const char *piece, size_t size)
{
	text_reserve(text, size);
	memcpy(text->text + text->size, piece, size);
	text->size += size;
	text->text[text->size] = '\0';
}

void text_add_string(struct text *text, const char *piece)
{
	text_add(text, piece, strlen(piece));
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list arguments;
	char *piece;
	int size;

	va_start(arguments, format);
	size = vasprintf(&piece, format, arguments);
	va_end(arguments);
	if (size < 0)
		end_without_memory();
	text_add(text, piece, (size_t)size);
	free(piece);
}

void text_clear(struct text *text)
{
	text->size = 0;
	if (text->text)
		text->text[0] = '\0';
}

void text_release(struct text *text)
{
	free(text->text);
	*text = (struct text){ 0 };
}
