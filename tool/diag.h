/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message for the user, filled where an error is found and printed once, by the command.
 * Library code never prints.
 */
#ifndef WEFT_TOOL_DIAG_H
#define WEFT_TOOL_DIAG_H

struct diag {
	char text[1024];
};

/*
 * Formats the message: lower case, subject quoted, no full stop, and what to do next when there
 * is something. Returns `error` (a negative errno), so that a caller can `return
 * diag_set(...)`.
 */
int diag_set(struct diag *diag, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
