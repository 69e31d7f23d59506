/* SPDX-License-Identifier: Apache-2.0 */
/* Names of threads and locks; see object_name.h. */
#include "tool/stuck/object_name.h"

#include <stdio.h>

#include "tool/symbol/data.h"

const char *thread_name(
	const struct stuck_snapshot *snapshot, size_t thread, char name[OBJECT_NAME_SIZE])
{
	const struct stuck_thread *t = &snapshot->threads[thread];

	if (t->name[0])
		snprintf(name, OBJECT_NAME_SIZE, "thread %d (%s)", t->tid, t->name);
	else
		snprintf(name, OBJECT_NAME_SIZE, "thread %d", t->tid);
	return name;
}

/* Whose stack in use holds the address. */
static size_t stack_owner(const struct stuck_snapshot *snapshot, uint64_t address)
{
	const struct stuck_mapping *mapping = snapshot_mapping(snapshot, address);
	uint64_t best_sp = 0;
	size_t best = NO_THREAD;

	for (size_t i = 0; mapping && i < snapshot->thread_count; i++) {
		uint64_t sp = snapshot->threads[i].registers.rsp;

		/* Of several stacks in one mapping, the one that begins nearest below. */
		if (sp >= mapping->start && sp <= address && sp > best_sp) {
			best_sp = sp;
			best = i;
		}
	}
	return best;
}

const char *object_name(const struct stuck_snapshot *snapshot, struct symbols *symbols,
	uint64_t address, char name[OBJECT_NAME_SIZE])
{
	char variable[OBJECT_NAME_SIZE];
	size_t owner;

	if (symbols_data(symbols, address, variable, sizeof(variable)) == 0) {
		snprintf(name, OBJECT_NAME_SIZE, "'%.180s'", variable);
		return name;
	}
	owner = stack_owner(snapshot, address);
	if (owner != NO_THREAD) {
		thread_name(snapshot, owner, variable);
		snprintf(name, OBJECT_NAME_SIZE, "at 0x%llx on the stack of %.120s",
			(unsigned long long)address, variable);
		return name;
	}
	snprintf(name, OBJECT_NAME_SIZE, "at 0x%llx in memory without a name",
		(unsigned long long)address);
	return name;
}
