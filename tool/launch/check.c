/* SPDX-License-Identifier: Apache-2.0 */
/* A list of checks with a fixed size: there are as many as the code adds; see check.h. */
#include "tool/launch/check.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

struct check *check_add(struct checks *checks, const char *name, enum check_status status,
	const char *format, ...)
{
	struct check *check = &checks->list[checks->count];
	va_list arguments;

	assert(checks->count < MOST_CHECKS);
	checks->count++;
	check->name = name;
	check->status = status;
	check->advice[0] = '\0';
	va_start(arguments, format);
	vsnprintf(check->detail, sizeof(check->detail), format, arguments);
	va_end(arguments);
	return check;
}

void check_advise(struct check *check, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(check->advice, sizeof(check->advice), format, arguments);
	va_end(arguments);
}

const char *check_status_name(enum check_status status)
{
	static const char *const names[] = {
		[CHECK_OK] = "ok",
		[CHECK_WARNING] = "warning",
		[CHECK_MISSING] = "missing",
	};

	return names[status];
}

bool checks_passed(const struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		if (checks->list[i].status == CHECK_MISSING)
			return false;
	return true;
}
