/* SPDX-License-Identifier: Apache-2.0 */
/* The names and path hashes of the protocol; its layout is in wire.h. */
#include "common/wire.h"
#include "common/bytes.h"
#include "common/hash.h"

static const char *const decision_names[WIRE_DECISION_COUNT] = {
#define DECISION(symbol, name) [WIRE_DECISION_##symbol] = name,
	WIRE_DECISIONS(DECISION)
#undef DECISION
};

static const char *const object_nouns[WIRE_OBJECT_KIND_COUNT] = {
#define OBJECT(symbol, noun) [WIRE_OBJECT_##symbol] = noun,
	WIRE_OBJECTS(OBJECT)
#undef OBJECT
};

static const char *const misuse_names[WIRE_MISUSE_KIND_COUNT] = {
#define MISUSE(symbol, name, words) [WIRE_MISUSE_##symbol] = name,
	WIRE_MISUSES(MISUSE)
#undef MISUSE
};

static const char *const misuse_words[WIRE_MISUSE_KIND_COUNT] = {
#define MISUSE(symbol, name, words) [WIRE_MISUSE_##symbol] = words,
	WIRE_MISUSES(MISUSE)
#undef MISUSE
};

uint64_t wire_path_child(uint64_t parent_hash, uint32_t child_number)
{
	return hash_mix(hash_fold(parent_hash, child_number));
}

int wire_path_parse(const char *path, uint64_t *ret_hash)
{
	static const char root[] = "main";
	uint64_t hash = WIRE_PATH_MAIN;

	for (const char *r = root; *r; r++)
		if (*path++ != *r)
			return -1;
	while (*path == '.') {
		uint64_t number = 0;

		path++;
		if (*path < '1' || *path > '9')
			return -1;
		for (; *path >= '0' && *path <= '9'; path++) {
			number = number * 10 + (uint64_t)(*path - '0');
			if (number >= UINT32_MAX)
				return -1;
		}
		hash = wire_path_child(hash, (uint32_t)number);
	}
	if (*path)
		return -1;
	*ret_hash = hash;
	return 0;
}

const char *wire_decision_name(enum wire_decision_kind kind)
{
	return (unsigned int)kind < WIRE_DECISION_COUNT ? decision_names[kind]
							: decision_names[WIRE_DECISION_NONE];
}

int wire_decision_from_name(const char *name)
{
	for (int i = 0; i < WIRE_DECISION_COUNT; i++)
		if (bytes_equal_string(decision_names[i], name))
			return i;
	return -1;
}

const char *wire_misuse_name(enum wire_misuse_kind kind)
{
	return (unsigned int)kind < WIRE_MISUSE_KIND_COUNT ? misuse_names[kind] : "none";
}

int wire_misuse_from_name(const char *name)
{
	for (int i = 0; i < WIRE_MISUSE_KIND_COUNT; i++)
		if (bytes_equal_string(misuse_names[i], name))
			return i;
	return -1;
}

const char *wire_misuse_words(enum wire_misuse_kind kind)
{
	return (unsigned int)kind < WIRE_MISUSE_KIND_COUNT ? misuse_words[kind]
							   : "does nothing";
}

const char *wire_object_noun(enum wire_object_kind kind)
{
	return (unsigned int)kind < WIRE_OBJECT_KIND_COUNT ? object_nouns[kind]
							   : object_nouns[WIRE_OBJECT_NONE];
}
