/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 64-bit mixing, for hash tables, for the running hash over an execution's events, and for
 * deriving independent seeds. The finaliser is SplitMix64's (Steele, Lea, Flood: "Fast
 * splittable pseudorandom number generators", OOPSLA 2014). Not for anything an adversary
 * chooses.
 */
#ifndef WEFT_COMMON_HASH_H
#define WEFT_COMMON_HASH_H

#include <stdint.h>

static inline uint64_t hash_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* Folds `value` into `hash`; the order matters. */
static inline uint64_t hash_fold(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 29);
}

static inline uint64_t hash_string(const char *s)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
	return hash_mix(hash);
}

#endif
