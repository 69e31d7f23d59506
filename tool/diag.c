/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting of the one message; see diag.h. */
#include "tool/diag.h"

#include <stdarg.h>
#include <stdio.h>

int diag_set(struct diag *diag, int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(diag->text, sizeof(diag->text), format, arguments);
	va_end(arguments);
	return error;
}
