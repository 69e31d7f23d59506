/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SplitMix64: a stream of 64-bit values that is a function of its seed alone, the only source
 * of randomness in weft. Steele, Lea, Flood, OOPSLA 2014.
 */
#ifndef WEFT_COMMON_RANDOM_H
#define WEFT_COMMON_RANDOM_H

#include <stdint.h>

#include "common/hash.h"

struct random {
	uint64_t state;
};

static inline void random_init(struct random *random, uint64_t seed)
{
	random->state = seed;
}

static inline uint64_t random_next(struct random *random)
{
	random->state += 0x9e3779b97f4a7c15u;
	return hash_mix(random->state);
}

/* The last `count` values come again. */
static inline void random_rewind(struct random *random, uint64_t count)
{
	random->state -= 0x9e3779b97f4a7c15u * count;
}

/* A value in [0, bound); bound 0 gives 0. Multiply-shift: the bias is below bound / 2^32. */
static inline uint32_t random_below(struct random *random, uint32_t bound)
{
	return (uint32_t)(((random_next(random) >> 32) * bound) >> 32);
}

#endif
