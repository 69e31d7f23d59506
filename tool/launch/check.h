/* SPDX-License-Identifier: Apache-2.0 */
/* What `weft doctor` looks at, one after another, and what it found. */
#ifndef WEFT_TOOL_LAUNCH_CHECK_H
#define WEFT_TOOL_LAUNCH_CHECK_H

#include <stdbool.h>
#include <stddef.h>

enum check_status {
	CHECK_OK,
	CHECK_WARNING, /* testing works, with less comfort or speed */
	CHECK_MISSING, /* testing does not work */
};

#define CHECK_TEXT_SIZE 512

struct check {
	const char *name; /* static: "kernel" */
	enum check_status status;
	char detail[CHECK_TEXT_SIZE]; /* what was found */
	char advice[CHECK_TEXT_SIZE]; /* what to do about it, or empty */
};

#define MOST_CHECKS 48

struct checks {
	struct check list[MOST_CHECKS];
	size_t count;
};

/* Adds a check; its detail is formatted. */
struct check *check_add(struct checks *checks, const char *name, enum check_status status,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Says what to do about it. */
void check_advise(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "ok", "warning" or "missing". */
const char *check_status_name(enum check_status status);

/* True unless something is missing. */
bool checks_passed(const struct checks *checks);

#endif
