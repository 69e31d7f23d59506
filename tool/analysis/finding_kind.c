/* SPDX-License-Identifier: Apache-2.0 */
/* What an ended execution shows, from its verdict alone; the contract is in finding.h. */
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/finding.h"
#include "tool/launch/server.h"

static const char *const kind_names[FINDING_KIND_COUNT] = {
#define FINDING(symbol, name) [FINDING_##symbol] = name,
	FINDING_KINDS(FINDING)
#undef FINDING
};

const char *finding_kind_name(enum finding_kind kind)
{
	return (unsigned int)kind < FINDING_KIND_COUNT ? kind_names[kind] : kind_names[0];
}

int finding_kind_from_name(const char *name)
{
	for (int i = 0; i < FINDING_KIND_COUNT; i++)
		if (strcmp(kind_names[i], name) == 0)
			return i;
	return -1;
}

static enum finding_kind kind_of_exit(
	const struct server_outcome *outcome, const struct finding_expectation *expectation)
{
	const struct finding_judge *judge = expectation->judge;

	if (!expectation->any_exit_status && outcome->result.value != expectation->exit_status)
		return FINDING_EXIT_STATUS;
	if (expectation->check_output && outcome->output_hash != expectation->output_hash)
		return FINDING_OUTPUT;
	return judge && judge->shows(judge, outcome) ? judge->kind : FINDING_NONE;
}

/* AddressSanitizer's own words; what is none of these keeps its words in the sentence only. */
static enum finding_kind kind_of_report(const char *message)
{
	if (strcmp(message, "heap-use-after-free") == 0)
		return FINDING_USE_AFTER_FREE;
	if (strcmp(message, "double-free") == 0)
		return FINDING_DOUBLE_FREE;
	if (strcmp(message, "bad-free") == 0)
		return FINDING_INVALID_FREE;
	return FINDING_MEMORY_ERROR;
}

enum finding_kind finding_kind_of(
	const struct server_outcome *outcome, const struct finding_expectation *expectation)
{
	switch (outcome->result.verdict) {
	case WIRE_VERDICT_EXIT:
		return kind_of_exit(outcome, expectation);
	case WIRE_VERDICT_SIGNAL:
		return FINDING_CRASH;
	case WIRE_VERDICT_ASSERTION:
		return FINDING_ASSERTION;
	case WIRE_VERDICT_REPORT:
		return kind_of_report(outcome->result.message);
	case WIRE_VERDICT_DEADLOCK:
		return FINDING_DEADLOCK;
	case WIRE_VERDICT_LIVELOCK:
		return FINDING_LIVELOCK;
	case WIRE_VERDICT_STEP_LIMIT:
	case WIRE_VERDICT_STALLED:
		return FINDING_HANG;
	case WIRE_VERDICT_STACK:
		return FINDING_STACK_OVERFLOW;
	case WIRE_VERDICT_USE_AFTER_FREE:
		return FINDING_USE_AFTER_FREE;
	case WIRE_VERDICT_DOUBLE_FREE:
		return FINDING_DOUBLE_FREE;
	case WIRE_VERDICT_INVALID_FREE:
		return FINDING_INVALID_FREE;
	default:
		return FINDING_NONE;
	}
}

/* Return addresses of the program that count: a wrapper around a lock, and who called that. */
#define CALLERS_MAX 6

/* Not of a library that comes with the system, and not the runtime. */
static bool is_users(const char *path)
{
	return strncmp(path, "/usr/lib", 8) != 0 && strncmp(path, "/lib", 4) != 0 &&
	       !strstr(path, "/libweft");
}

static bool is_code(const struct modules *modules, uint64_t address)
{
	for (size_t i = 0; i < modules->count; i++)
		if (address > modules->list[i].start && address <= modules->list[i].end)
			return is_users(modules->list[i].path);
	return false;
}

/*
 * Two locks taken through one function of a library are different places. What looks like a
 * return address may be left over from an earlier call: then one bug has several keys, and its
 * fingerprint says that it is one.
 */
static uint64_t hash_of_callers(const struct server *server, uint32_t offset)
{
	size_t size;
	const uint8_t *stacks = server_area(server, WIRE_AREA_STACKS, &size);
	const struct wire_stack *stack;
	uint64_t hash = 0, word;
	int callers = 0;

	if (offset == WIRE_NONE || offset >= size || size - offset < sizeof(*stack))
		return 0;
	stack = (const struct wire_stack *)(const void *)(stacks + offset);
	if (stack->size > size - offset - sizeof(*stack))
		return 0;
	for (size_t i = 0; i + sizeof(word) <= stack->size && callers < CALLERS_MAX;
		i += sizeof(word)) {
		memcpy(&word, stack->bytes + i, sizeof(word));
		if (!is_code(server_modules(server), word))
			continue;
		hash = hash_fold(hash, word);
		callers++;
	}
	return hash;
}

/* Over all threads that haven't ended, whatever their order: where each of them stands. */
static uint64_t hash_of_threads(const struct server *server)
{
	size_t size;
	const struct wire_thread *threads = server_area(server, WIRE_AREA_THREADS, &size);
	uint64_t hash = 0;

	for (size_t i = 0; i < size / sizeof(*threads); i++) {
		if (threads[i].state == WIRE_THREAD_FINISHED)
			continue;
		hash += hash_mix(hash_fold(
			hash_fold(hash_fold(threads[i].state, threads[i].op), threads[i].pc),
			hash_of_callers(server, threads[i].stack)));
	}
	return hash;
}

/* Where it failed, and what was said. */
static uint64_t hash_of_failure(const struct wire_result *result)
{
	uint64_t hash = result->pc;

	for (size_t i = 0; i < sizeof(result->message) && result->message[i]; i++)
		hash = hash_fold(hash, (unsigned char)result->message[i]);
	return hash;
}

/* From where, and where its block was freed before. */
static uint64_t hash_of_block(const struct server *server, const struct wire_result *result)
{
	size_t size;
	const struct wire_block *blocks = server_area(server, WIRE_AREA_BLOCKS, &size);
	uint64_t hash = hash_of_callers(server, result->stack);

	return size < sizeof(*blocks) ? hash : hash_fold(hash, blocks->free_pc);
}

uint64_t finding_key(const struct server *server, const struct server_outcome *outcome,
	enum finding_kind kind)
{
	const struct wire_result *result = &outcome->result;
	uint64_t hash = hash_fold(kind, result->verdict);

	hash = hash_fold(hash, (uint32_t)result->value);
	switch (kind) {
	case FINDING_CRASH:
	case FINDING_ASSERTION:
	case FINDING_STACK_OVERFLOW:
	case FINDING_MEMORY_ERROR:
		return hash_fold(hash, hash_of_failure(result));
	case FINDING_USE_AFTER_FREE:
	case FINDING_DOUBLE_FREE:
	case FINDING_INVALID_FREE:
		hash = hash_fold(hash, hash_of_failure(result));
		return hash_fold(hash, hash_of_block(server, result));
	case FINDING_DEADLOCK:
	case FINDING_LOST_WAKEUP:
	case FINDING_LIVELOCK:
		return hash_fold(hash, hash_of_threads(server));
	default:
		return hash;
	}
}
