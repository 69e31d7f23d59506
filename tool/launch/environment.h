/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment a program is started in: the user's own, with the runtime preloaded, the
 * stand-ins for libtsan found first, and what the runtime needs to find the tool. The runtime
 * takes all of this out again before the program's first instruction.
 */
#ifndef WEFT_TOOL_LAUNCH_ENVIRONMENT_H
#define WEFT_TOOL_LAUNCH_ENVIRONMENT_H

#include <stdbool.h>

#include "tool/diag.h"

struct environment_spec {
	const char *runtime_path; /* of libweft.so */
	const char *tsan_dir;	  /* or NULL */
	int region_fd;		  /* as inherited by the program */
	int socket_fd;		  /* the same; -1: one execution in place, without a server */
	bool bind_now;		  /* resolve all symbols before main: once, not per execution */
};

/*
 * Makes a new environment from `base` (ends with NULL); free it with environment_free.
 * Returns 0, -ENOMEM, or -EINVAL for paths that the dynamic loader's lists can't hold.
 */
int environment_make(char *const *base, const struct environment_spec *spec,
	char ***ret_environment, struct diag *diag);

void environment_free(char **environment);

#endif
