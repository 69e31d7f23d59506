/* SPDX-License-Identifier: Apache-2.0 */
/* Which misuses are the same, and what they are called; see misuse.h. */
#include "tool/analysis/misuse.h"

#include <string.h>

#include "common/hash.h"
#include "common/op.h"
#include "tool/analysis/naming.h"
#include "tool/symbol/data.h"

uint64_t misuse_key(const struct wire_misuse *misuse)
{
	return hash_mix(hash_fold(hash_fold(misuse->kind + 1, misuse->pc), misuse->other_pc));
}

static uint64_t hash_text(const char *text)
{
	return text ? hash_string(text) : 0;
}

static uint64_t hash_place(struct symbols *symbols, uint64_t pc)
{
	struct symbol_frame frame;
	uint64_t hash;

	if (!pc)
		return 0;
	symbols_display_frame(symbols, pc, true, &frame);
	hash = hash_text(frame.function);
	if (frame.short_file) {
		hash = hash_fold(hash, hash_text(frame.short_file));
		return hash_mix(hash_fold(hash, frame.line));
	}
	hash = hash_fold(hash, hash_text(frame.module));
	return hash_mix(hash_fold(hash, frame.module ? frame.module_offset : 0));
}

uint64_t misuse_fingerprint(struct symbols *symbols, const struct wire_misuse *misuse)
{
	uint64_t hash = hash_text(wire_misuse_name(misuse->kind));

	hash = hash_fold(hash, hash_place(symbols, misuse->pc));
	return hash_mix(hash_fold(hash, hash_place(symbols, misuse->other_pc)));
}

uint32_t misuse_find(struct symbols *symbols, const struct wire_misuse *misuses, size_t count,
	uint64_t fingerprint)
{
	for (size_t i = 0; i < count; i++)
		if (misuse_fingerprint(symbols, &misuses[i]) == fingerprint)
			return (uint32_t)i;
	return WIRE_NONE;
}

bool misuse_is_certain(struct symbols *symbols, const struct wire_misuse *misuse)
{
	char name[NAMING_SIZE];

	switch ((enum wire_misuse_kind)misuse->kind) {
	case WIRE_MISUSE_INIT_HELD:
	case WIRE_MISUSE_THREAD_ENDS_HOLDING:
	case WIRE_MISUSE_EXIT_HOLDING:
		return symbols_data(symbols, misuse->address, name, sizeof(name)) == 0;
	default:
		return true;
	}
}

bool misuse_other_waits(uint32_t kind)
{
	return kind == WIRE_MISUSE_DESTROY_WAITED || kind == WIRE_MISUSE_INIT_WAITED ||
	       kind == WIRE_MISUSE_COND_TWO_MUTEXES;
}

/* "mutex m", or "it" where there is nothing to name. */
static const char *name_object(const struct recording *recording, struct symbols *symbols,
	uint32_t object, char text[NAMING_SIZE])
{
	return object == WIRE_NONE ? "it" : naming_object(recording, symbols, object, text);
}

void misuse_sentence(const struct recording *recording, struct symbols *symbols,
	const struct wire_misuse *misuse, FILE *stream)
{
	char thread[NAMING_SIZE], object[NAMING_SIZE], other[NAMING_SIZE], mutex[NAMING_SIZE];
	const char *who = naming_thread(recording, symbols, misuse->thread, thread);
	const char *what = name_object(recording, symbols, misuse->object, object);
	const char *whom =
		misuse->other_thread == WIRE_NONE ? "nobody"
		: misuse->other_thread == misuse->thread
			? "it"
			: naming_thread(recording, symbols, misuse->other_thread, other);
	bool own = misuse->other_thread == misuse->thread;

	switch ((enum wire_misuse_kind)misuse->kind) {
	case WIRE_MISUSE_UNLOCK_FREE:
		fprintf(stream, "%s unlocks %s, which nobody holds", who, what);
		break;
	case WIRE_MISUSE_UNLOCK_OTHERS:
		fprintf(stream, "%s unlocks %s, which %s holds", who, what, whom);
		break;
	case WIRE_MISUSE_DESTROY_HELD:
		fprintf(stream, "%s destroys %s, which %s holds%s", who, what, whom,
			own ? " itself" : "");
		break;
	case WIRE_MISUSE_DESTROY_WAITED:
		fprintf(stream, "%s destroys %s, for which %s waits", who, what, whom);
		break;
	case WIRE_MISUSE_INIT_HELD:
		fprintf(stream, "%s initialises %s, which %s holds%s", who, what, whom,
			own ? " itself" : "");
		break;
	case WIRE_MISUSE_INIT_WAITED:
		fprintf(stream, "%s initialises %s, for which %s waits", who, what, whom);
		break;
	case WIRE_MISUSE_COND_TWO_MUTEXES:
		fprintf(stream,
			"%s waits for %s with another mutex than %s, which waits with %s", who,
			what, whom,
			name_object(recording, symbols, misuse->other_object, mutex));
		break;
	case WIRE_MISUSE_WAIT_UNLOCKED:
		fprintf(stream, "%s waits for a condition variable with %s, which %s holds",
			who, what, whom);
		break;
	case WIRE_MISUSE_THREAD_ENDS_HOLDING:
		fprintf(stream, "%s ends while it holds %s", who, what);
		break;
	case WIRE_MISUSE_EXIT_HOLDING:
		fprintf(stream, "%s ends the process while it holds %s", who, what);
		break;
	case WIRE_MISUSE_HANDLER_BLOCKS:
		fprintf(stream,
			"%s may block on %s in a signal handler that interrupted its '%s'", who,
			what, op_name(misuse->op));
		break;
	default:
		fprintf(stream, "%s ended, and was neither joined nor detached", who);
	}
}
