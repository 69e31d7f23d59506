/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From program counters to functions and source lines, outside of the process they come from
 * and after its end. Input is the text of its memory map (WIRE_AREA_MAPS in common/wire.h); the
 * modules' files, and separate debug files found by build-id or .gnu_debuglink, are read as
 * needed. Nothing is asked of a live process or of the network (debuginfod).
 *
 * A missing file or missing debug information is no failure: a frame then has the ELF symbol,
 * or the module and offset only. One `struct symbols` is used by one thread at a time. Every
 * string it gives out is its own and lives until symbols_free.
 */
#ifndef WEFT_TOOL_SYMBOL_SYMBOLS_H
#define WEFT_TOOL_SYMBOL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"

struct symbols;

/* More inlined calls at one program counter than this are cut off on the outside. */
#define SYMBOLS_MAX_INLINE 64

/* A function active at one program counter. */
struct symbol_frame {
	uint64_t pc;	      /* as it was asked for */
	const char *function; /* qualified and demangled, without parameters; NULL: not known */
	const char *file;     /* from DWARF, absolute where that says so; NULL: not known */
	const char *short_file; /* the same for display: see source_path.h; NULL with `file` */
	uint32_t line;		/* 0: not known, or code the compiler gives no line */
	uint32_t column;	/* 0: not known */
	const char *module;	/* last component of the module's path; NULL: in no module */
	uint64_t module_offset; /* the pc as the module's ELF counts it: what addr2line takes */
	bool is_inlined;	/* has no frame of its own on the stack */
	bool is_system; /* of the C or C++ library, the compiler, or weft; not the user's */
};

/* A file mapped by the process. */
struct symbol_module {
	const char *path;     /* as the process had it mapped */
	const char *build_id; /* in hexadecimal; empty: it has none, or can't be read */
	uint64_t start;
	uint64_t end;
};

/* `maps_text` need not end with a zero. NULL, with `diag` filled, if there is no memory. */
struct symbols *symbols_new(const char *maps_text, size_t len, struct diag *diag);
void symbols_free(struct symbols *symbols);

/* For one more owner, who frees it as well: what was read of the files is read once. */
struct symbols *symbols_share(struct symbols *symbols);

/*
 * The functions active at `pc`, innermost first: those inlined there, then the one they are in.
 * With `is_return_address` the call before `pc` is meant. Returns how many of `frames` were
 * filled: at least 1 if `max` is (the frame of an unknown pc has its `pc` only). Results are
 * cached.
 */
size_t symbols_frames(struct symbols *symbols, uint64_t pc, bool is_return_address,
	struct symbol_frame *frames, size_t max);

/*
 * The one that a person wants to see: the innermost that is not the system's, so that a lock
 * taken in std::mutex shows the user's own line; the innermost of all if there is no such.
 */
void symbols_display_frame(struct symbols *symbols, uint64_t pc, bool is_return_address,
	struct symbol_frame *ret_frame);

/* Picks the display frame out of `count` (at least 1) frames of one program counter. */
const struct symbol_frame *symbol_frames_display(
	const struct symbol_frame *frames, size_t count);

/* The module that holds `address`, and the address as its ELF counts it. Returns 0 or -ENOENT.
 */
int symbols_module(struct symbols *symbols, uint64_t address, struct symbol_module *ret_module,
	uint64_t *ret_offset);

/*
 * The reverse: `module` is a path, or its last component. Returns 0; -ENOENT if no such module
 * is mapped, or the offset is outside of it.
 */
int symbols_module_address(
	struct symbols *symbols, const char *module, uint64_t offset, uint64_t *ret_address);

#endif
