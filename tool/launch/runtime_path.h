/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the runtime is: beside the running `weft` in a build folder, or where it is installed.
 * The folder `tsan` beside the runtime holds links to it under the names of the compilers' own
 * ThreadSanitizer runtimes, so that a program that needs one of these gets ours.
 */
#ifndef WEFT_TOOL_LAUNCH_RUNTIME_PATH_H
#define WEFT_TOOL_LAUNCH_RUNTIME_PATH_H

#include <limits.h>
#include <stdbool.h>

#include "tool/diag.h"

struct runtime_path {
	char library[PATH_MAX];	 /* of libweft.so: for LD_PRELOAD */
	char folder[PATH_MAX];	 /* that libweft.so is in: for linking and RUNPATH */
	char tsan_dir[PATH_MAX]; /* for LD_LIBRARY_PATH */
};

/*
 * Finds them. Returns 0, -ENOENT if there is no runtime or the folder `tsan` lacks a name, or
 * -EINVAL if the path can't be handed to the loader; `diag` says what to do.
 */
int runtime_path_find(struct runtime_path *ret, struct diag *diag);

/* The same for a `weft` at `program` (an absolute path). */
int runtime_path_find_beside(const char *program, struct runtime_path *ret, struct diag *diag);

/* Is `name` ("libtsan.so.2") one that the folder `tsan` stands in for, or libweft.so itself? */
bool runtime_path_provides(const char *name);

#endif
