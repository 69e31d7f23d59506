/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of thread-local variables of the program itself: those of libraries are somewhere in
 * each thread that only the loader knows.
 */
#ifndef WEFT_TOOL_SYMBOL_THREAD_LOCAL_H
#define WEFT_TOOL_SYMBOL_THREAD_LOCAL_H

#include "tool/symbol/symbols.h"

/*
 * The variable at `address` in the thread with that thread pointer, "+8" behind it if it lies
 * within. Returns 0, or -ENOENT when it is none of the program's.
 */
int symbols_thread_local(struct symbols *symbols, uint64_t thread_pointer, uint64_t address,
	char *name, size_t size);

#endif
