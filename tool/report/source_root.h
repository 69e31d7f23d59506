/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of the user's sources, against which reports for code hosts name files: those show
 * a finding at its line only if they know the path, as it stands in the repository.
 */
#ifndef WEFT_TOOL_REPORT_SOURCE_ROOT_H
#define WEFT_TOOL_REPORT_SOURCE_ROOT_H

#include "tool/diag.h"

/*
 * The absolute path, without symbolic links and without '/' at its end (but for "/" itself).
 * `given` is what the user named, or NULL: then the nearest folder that holds a ".git", from
 * the current one upwards, else the current one. NULL with `diag` filled when it is no folder.
 * The caller frees it.
 */
char *source_root_find(const char *given, struct diag *diag);

/*
 * `file` as seen from the root, "src/bank.c"; NULL when it is not below it, or no memory. A
 * file that is relative, as builds with mapped prefixes have it, is taken to be relative to the
 * root. The caller frees it.
 */
char *source_root_relative(const char *root, const char *file);

/*
 * A path as the path of a URI (RFC 3986): what is not allowed in one is percent-encoded, byte
 * by byte. NULL: no memory. The caller frees it.
 */
char *source_root_uri(const char *path);

#endif
