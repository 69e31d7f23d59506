/* SPDX-License-Identifier: Apache-2.0 */
/* Which data races are the same; see race.h. */
#include "tool/analysis/race.h"

#include <string.h>

#include "common/hash.h"
#include "common/op.h"

static bool is_atomic(uint32_t op)
{
	return op != OP_READ && op != OP_WRITE;
}

static uint64_t key_of(const struct wire_access *access)
{
	return hash_mix(hash_fold(access->pc, access->op));
}

uint64_t race_key(const struct wire_race *race)
{
	return hash_mix(key_of(&race->earlier) + key_of(&race->later));
}

static uint64_t hash_text(const char *text)
{
	return text ? hash_string(text) : 0;
}

static uint64_t hash_place(struct symbols *symbols, const struct wire_access *access)
{
	struct symbol_frame frame;
	uint64_t hash = is_atomic(access->op);

	if (!access->pc)
		return hash_mix(hash);
	symbols_display_frame(symbols, access->pc, true, &frame);
	hash = hash_fold(hash, hash_text(frame.function));
	if (frame.short_file) {
		hash = hash_fold(hash, hash_text(frame.short_file));
		return hash_mix(hash_fold(hash, frame.line));
	}
	hash = hash_fold(hash, hash_text(frame.module));
	return hash_mix(hash_fold(hash, frame.module ? frame.module_offset : 0));
}

uint64_t race_fingerprint(struct symbols *symbols, const struct wire_race *race)
{
	uint64_t sum = hash_place(symbols, &race->earlier) + hash_place(symbols, &race->later);

	return hash_mix(hash_fold(hash_string("data-race"), sum));
}

uint32_t race_find(struct symbols *symbols, const struct wire_race *races, size_t count,
	uint64_t fingerprint)
{
	for (size_t i = 0; i < count; i++)
		if (race_fingerprint(symbols, &races[i]) == fingerprint)
			return (uint32_t)i;
	return WIRE_NONE;
}

/* Whether the text has the access's function after a blank, and nothing or a comma behind it.
 */
static bool is_named(
	struct symbols *symbols, const struct wire_access *access, const char *where)
{
	struct symbol_frame frame;
	size_t size;

	if (!access->pc)
		return false;
	symbols_display_frame(symbols, access->pc, true, &frame);
	size = frame.function ? strlen(frame.function) : 0;
	for (; size && *where; where++)
		if (*where == ' ' && strncmp(where + 1, frame.function, size) == 0 &&
			(where[1 + size] == ',' || where[1 + size] == '\0'))
			return true;
	return false;
}

bool race_is_between(struct symbols *symbols, const struct wire_race *race, const char *where)
{
	return where && is_named(symbols, &race->earlier, where) &&
	       is_named(symbols, &race->later, where);
}

void race_watch(const struct wire_race *race, struct wire_request *request)
{
	request->watch_epoch = race->earlier.epoch;
	request->watch_pc = race->earlier.pc;
	request->watch_address = race->earlier.address;
	request->watch_block = race->earlier.address;
}

const char *race_access_name(const struct wire_access *access)
{
	if (access->frees)
		return "free";
	switch (access->op) {
	case OP_READ:
		return "read";
	case OP_WRITE:
		return "write";
	case OP_ATOMIC_LOAD:
		return "atomic read";
	default:
		return "atomic write";
	}
}

bool race_overlaps(uint64_t address, uint64_t size, const struct wire_access *access)
{
	return address < access->address + access->size && access->address < address + size;
}

bool race_is_access(const struct wire_event *event, const struct wire_access *access)
{
	uint64_t size = event->result > 0 ? (uint64_t)event->result : 1;

	return event->decision == WIRE_DECISION_NONE && event->thread == access->thread &&
	       event->pc == access->pc && race_overlaps(event->address, size, access);
}
