/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for results and descriptions: many small pieces, given back together. When there is
 * none left, the command has nothing that it could still do: the process ends with one line and
 * status 2, so that callers need not ask.
 */
#ifndef WEFT_TOOL_SQL_DATA_POOL_H
#define WEFT_TOOL_SQL_DATA_POOL_H

#include <stdarg.h>
#include <stddef.h>

struct pool_chunk;

/* Zeroed: an empty pool. */
struct pool {
	struct pool_chunk *chunks; /* the newest first */
	size_t used;		   /* of the newest */
};

/* Zeroed, aligned for any type; never NULL. */
void *pool_alloc(struct pool *pool, size_t size);

/* Zero-terminated copies. */
char *pool_copy(struct pool *pool, const char *text, size_t size);
char *pool_string(struct pool *pool, const char *text);
char *pool_format(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Room for one more in a list of `count` items of `size` bytes each: the list itself, or a
 * larger copy. Capacities are the powers of two.
 */
void *pool_grow(struct pool *pool, void *list, size_t count, size_t size);

/* Takes all pieces back and keeps the memory for the next ones. */
void pool_reset(struct pool *pool);

void pool_release(struct pool *pool);

/* A text that grows; `text` is zero-terminated, NULL while it is empty and was never written.
 */
struct text {
	char *text;
	size_t size;
	size_t capacity;
};

void text_add(struct text *text, const char *piece, size_t size);
void text_add_string(struct text *text, const char *piece);
void text_addf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_clear(struct text *text);
void text_release(struct text *text);

#endif
