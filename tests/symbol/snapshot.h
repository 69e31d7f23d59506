/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles a test program with given flags, lets it run and leave a snapshot, and reads that:
 * what symbolisation gets to see of a program. Everything goes into a temporary folder of its
 * own.
 */
#ifndef WEFT_TESTS_SYMBOL_SNAPSHOT_H
#define WEFT_TESTS_SYMBOL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

struct snapshot_note {
	char name[64];
	uint64_t address;
};

struct program {
	char folder[64];
	char *file; /* as read */
	const char *maps;
	size_t maps_len;
	struct wire_stack *stack;
	size_t stack_len;
	struct snapshot_note *notes;
	size_t note_count;
};

/* Is the command there? Compilers other than gcc may be missing. */
bool command_exists(const char *command);

/* Runs a shell command with printf-like arguments, in the program's folder; it must succeed. */
void program_command(const struct program *program, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Makes the folder and builds `source` to "prog" there, with the library that takes snapshots.
 */
void program_build(struct program *program, const char *compiler_and_flags, const char *source);

/* Runs "prog" and reads its snapshot. */
void program_run(struct program *program, const char *argument);

/* The address noted under `name`. */
uint64_t program_note(const struct program *program, const char *name);

void program_release(struct program *program);

/* The line of the source that has "mark: NAME". */
uint32_t source_mark(const char *source, const char *name);

#endif
