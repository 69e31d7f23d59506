/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How threads, objects and places are called wherever a person reads of them. No addresses: the
 * same execution gives the same words on every machine.
 */
#ifndef WEFT_TOOL_ANALYSIS_NAMING_H
#define WEFT_TOOL_ANALYSIS_NAMING_H

#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

#define NAMING_SIZE 256
/* Frames of one stack that are looked at; more is recursion. */
#define NAMING_FRAMES 64

/* "main.1 (worker)": the creation path and, if known, the routine it was started with. */
const char *naming_thread(const struct recording *recording, struct symbols *symbols,
	uint32_t thread, char text[NAMING_SIZE]);

/* "mutex lock_a" for a variable, "mutex 2" for what has no name: the second one used. */
const char *naming_object(const struct recording *recording, struct symbols *symbols,
	uint32_t object, char text[NAMING_SIZE]);

/*
 * What follows "waits": "for mutex lock_a", "for the end of main.1", "to write to file
 * descriptor 4, which is full".
 */
const char *naming_wait(const struct recording *recording, struct symbols *symbols,
	uint32_t thread, char text[NAMING_SIZE]);

/* "Cache<...>::get": a long name without its template arguments, and without ABI tags. */
const char *naming_function(const char *function, char text[NAMING_SIZE]);

/* "transfer (bank.c:21)", or what is known of it. */
const char *naming_frame(const struct symbol_frame *frame, char text[NAMING_SIZE]);

/* "bank.c:21", or "prog+0x1234" without debug information. */
const char *naming_place(const struct symbol_frame *frame, char text[NAMING_SIZE]);

/*
 * The frames of a recorded stack, innermost first; without a stack those of the return address
 * `pc`. Returns how many of the NAMING_FRAMES were filled, at least 1.
 */
size_t naming_stack(const struct recording *recording, struct symbols *symbols, uint32_t stack,
	uint64_t pc, struct symbol_frame frames[NAMING_FRAMES]);

/* The same, of which the last NAMING_OUTERMOST are the outermost; says how many are between. */
#define NAMING_OUTERMOST 8
size_t naming_stack_ends(const struct recording *recording, struct symbols *symbols,
	uint32_t stack, uint64_t pc, struct symbol_frame frames[NAMING_FRAMES],
	size_t *ret_left_out);

/* The frame to show of them: the innermost of the user's code. */
void naming_display(const struct recording *recording, struct symbols *symbols, uint32_t stack,
	uint64_t pc, struct symbol_frame *ret_frame);

#endif
