/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call of gcc or clang is asked to do, as far as `weft cc` must know it to add its own
 * flags: does it link, and what. Response files (@FILE) are read as the compilers read them.
 */
#ifndef WEFT_TOOL_CMD_CC_SCAN_H
#define WEFT_TOOL_CMD_CC_SCAN_H

#include <stdbool.h>

struct cc_scan {
	bool has_input; /* names a file to compile or link; else it only asks for information */
	bool only_headers;	/* all files are headers: it makes precompiled ones */
	bool stops_early;	/* -c, -S, -E and their like: no link */
	const char *unlinkable; /* a flag whose programs weft can't test ("-static"), or NULL */
};

/* Scans argv, without the compiler's own name. Returns 0 or -ENOMEM. */
int cc_scan(int argc, char *const *argv, struct cc_scan *ret);

/* Will it call the linker? */
bool cc_scan_links(const struct cc_scan *scan);

#endif
