/* SPDX-License-Identifier: Apache-2.0 */
/* What makes two failures the same bug; the contract is in locations.h. */
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/locations.h"

static uint64_t hash_text(const char *text)
{
	return text ? hash_string(text) : 0;
}

static uint64_t hash_location(enum finding_kind kind, const struct finding_location *location)
{
	uint64_t hash = hash_text(location->role);

	hash = hash_fold(hash, hash_text(location->function));
	if (!location->short_file) {
		hash = hash_fold(hash, hash_text(location->module));
		return hash_fold(hash, location->function ? 0 : location->module_offset);
	}
	hash = hash_fold(hash, hash_text(location->short_file));
	/* Where in a recursion the stack ends is chance. */
	if (kind != FINDING_STACK_OVERFLOW)
		hash = hash_fold(hash, location->line);
	return hash_mix(hash);
}

/* Threads that do the same count once: five philosophers are one deadlock however many eat. */
static bool seen_before(enum finding_kind kind, const struct finding_location *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (hash_location(kind, &list[j]) == hash_location(kind, &list[i]))
			return true;
	return false;
}

uint64_t fingerprint(enum finding_kind kind, int32_t value, const struct finding_location *list,
	size_t count)
{
	uint64_t sum = 0;

	/* Where a program stands when a limit is reached is chance. */
	for (size_t i = 0; i < count && kind != FINDING_HANG; i++)
		if (!seen_before(kind, list, i) && strcmp(list[i].role, LOCATION_ALLOCATED))
			sum += hash_location(kind, &list[i]);
	return hash_mix(
		hash_fold(hash_fold(hash_text(finding_kind_name(finding_kind_base(kind))),
				  (uint32_t)value),
			sum));
}
