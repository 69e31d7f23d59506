/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes that stand for random ones: a stream of the seed that the tool chose. */
#ifndef WEFT_RUNTIME_INTERPOSE_ENTROPY_H
#define WEFT_RUNTIME_INTERPOSE_ENTROPY_H

#include "runtime/interpose/hook.h"

void entropy_fill(void *buffer, size_t size);

/* getrandom(2): returns the size or a negative errno. */
long entropy_random(void *buffer, size_t size, unsigned int flags);

/* The same as a read; returns how many bytes. */
long entropy_fill_vector(const struct iovec *vector, int count);

#endif
