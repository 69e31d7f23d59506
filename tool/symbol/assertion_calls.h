/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an ELF file for x86-64 calls what ends a failed assert(): by the way in which compilers
 * call a function of another library, which is through its stub in the procedure linkage table
 * or its slot in the global offset table (System V ABI, AMD64 supplement, 5.2).
 */
#ifndef WEFT_TOOL_SYMBOL_ASSERTION_CALLS_H
#define WEFT_TOOL_SYMBOL_ASSERTION_CALLS_H

#include <stddef.h>
#include <stdint.h>

/* More than these are left out. */
#define ASSERTION_CALLS_MAX 4096u

/*
 * The return addresses of these calls, as the file counts them, in ascending order within each
 * section. Returns 0 with a list for the caller to free (NULL: none), -ENOMEM, or what opening
 * the file returned; a file that is not understood has none.
 */
int assertion_calls_find(const char *path, uint64_t **ret_calls, size_t *ret_count);

#endif
