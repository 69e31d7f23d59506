/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program under test: found as execvp(3) finds it, and looked at before it is started, so
 * that what weft can't test is refused by one line that says what to do instead.
 */
#ifndef WEFT_TOOL_LAUNCH_PROGRAM_H
#define WEFT_TOOL_LAUNCH_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#include "common/wire.h"
#include "tool/diag.h"
#include "tool/launch/elf_facts.h"
#include "tool/launch/libraries.h"

struct program {
	const char *name;	/* as the user wrote it; borrowed */
	char path[PATH_MAX];	/* what execve gets */
	struct elf_facts facts; /* of the file itself */
	struct libraries libraries;
	char debug_file[PATH_MAX]; /* the separate file with its DWARF, or empty */
	bool is_instrumented;	   /* the program or a library it needs, for ThreadSanitizer */
	unsigned int sanitizers; /* bits: runtimes that it brings along, contained or needed */
};

/*
 * Finds `name` and decides whether weft can test it. Returns 0 with `ret` filled, to be
 * released, or a negative errno with `diag` filled: -ENOENT (no such file, or a library that it
 * needs is missing), -EACCES (not executable), -EISDIR, -EPERM (setuid, setgid, file
 * capabilities), -ENOEXEC (of a kind that weft can't test), or what reading it returned.
 */
int program_inspect(const char *name, struct program *ret, struct diag *diag);

void program_release(struct program *program);

/*
 * Can it run on this carrier? AddressSanitizer's and LeakSanitizer's runtimes keep books about
 * kernel threads and their stacks, which fibers are not. Returns 0, or -EINVAL with `diag`
 * filled.
 */
int program_check_carrier(
	const struct program *program, enum wire_carrier carrier, struct diag *diag);

/*
 * Sets in weft's own environment, which the program inherits, what a program with
 * AddressSanitizer or LeakSanitizer needs: that weft's runtime may be loaded before theirs, and
 * that they don't look for leaks at the end, which they do by stopping all threads from one
 * that weft can't see. Returns 0 or -ENOMEM with `diag` filled.
 */
int program_set_environment(const struct program *program, struct diag *diag);

/* The name of a sanitizer that needs the thread carrier, or NULL. */
const char *program_needs_threads(const struct program *program);

/*
 * What execvp(3) would run for `name`: a name with a slash as it is, else from PATH. Returns 0
 * with `ret_path` (PATH_MAX bytes) filled, -ENOENT, -EACCES if there were only files that may
 * not be executed, or -ENAMETOOLONG.
 */
int program_find(const char *name, char *ret_path);

#endif
