/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a program under test; see environment.h. */
#include "tool/launch/environment.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"

#define PRELOAD "LD_PRELOAD"
#define LIBRARY_PATH "LD_LIBRARY_PATH"
#define BIND_NOW "LD_BIND_NOW"

/* What ld.so splits its lists at: a path with one of them can't be named. */
#define PRELOAD_SEPARATORS " :\t\n"
#define LIBRARY_PATH_SEPARATORS ":;"

/* At most: preload, library path, the two old values, region, socket, bind now and its mark. */
#define ADDED_VARIABLES 8

static bool is_variable(const char *entry, const char *name)
{
	size_t name_len = strlen(name);

	return strncmp(entry, name, name_len) == 0 && entry[name_len] == '=';
}

/* Variables that are set anew: also those of a weft that runs this one. */
static bool is_replaced(const char *entry, const struct environment_spec *spec)
{
	return is_variable(entry, PRELOAD) || is_variable(entry, WIRE_ENV_REGION) ||
	       is_variable(entry, WIRE_ENV_SOCKET) ||
	       is_variable(entry, WIRE_ENV_OLD_PRELOAD) ||
	       is_variable(entry, WIRE_ENV_OLD_LIBRARY_PATH) ||
	       (spec->tsan_dir && is_variable(entry, LIBRARY_PATH));
}

static const char *value_of(char *const *base, const char *name)
{
	for (; *base; base++)
		if (is_variable(*base, name))
			return strchr(*base, '=') + 1;
	return NULL;
}

/* Appends "NAME=VALUE"; false when out of memory. */
__attribute__((format(printf, 2, 3))) static bool add(char ***end, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);

	int r = vasprintf(*end, format, arguments);

	va_end(arguments);
	if (r < 0) {
		**end = NULL;
		return false;
	}
	++*end;
	**end = NULL;
	return true;
}

/* Puts `path` in front of the user's own list and keeps the latter under another name. */
static bool add_list(
	char ***end, const char *name, const char *path, const char *old_name, const char *old)
{
	if (!old)
		return add(end, "%s=%s", name, path);
	return add(end, "%s=%s%s%s", name, path, *old ? ":" : "", old) &&
	       add(end, "%s=%s", old_name, old);
}

static bool add_all(char ***end, char *const *base, const struct environment_spec *spec)
{
	for (char *const *entry = base; *entry; entry++)
		if (!is_replaced(*entry, spec) && !add(end, "%s", *entry))
			return false;
	if (!add_list(end, PRELOAD, spec->runtime_path, WIRE_ENV_OLD_PRELOAD,
		    value_of(base, PRELOAD)))
		return false;
	if (spec->tsan_dir && !add_list(end, LIBRARY_PATH, spec->tsan_dir,
				      WIRE_ENV_OLD_LIBRARY_PATH, value_of(base, LIBRARY_PATH)))
		return false;
	if (spec->bind_now && !value_of(base, BIND_NOW) &&
		(!add(end, "%s=1", BIND_NOW) || !add(end, "%s=1", WIRE_ENV_BIND_NOW)))
		return false;
	if (!add(end, "%s=/proc/self/fd/%d", WIRE_ENV_REGION, spec->region_fd))
		return false;
	return spec->socket_fd < 0 || add(end, "%s=%d", WIRE_ENV_SOCKET, spec->socket_fd);
}

int environment_make(char *const *base, const struct environment_spec *spec,
	char ***ret_environment, struct diag *diag)
{
	size_t count = 0;

	if (strpbrk(spec->runtime_path, PRELOAD_SEPARATORS))
		return diag_set(diag, -EINVAL,
			"cannot preload '%s': its path has a space or a colon; install weft "
			"elsewhere",
			spec->runtime_path);
	if (spec->tsan_dir && strpbrk(spec->tsan_dir, LIBRARY_PATH_SEPARATORS))
		return diag_set(diag, -EINVAL,
			"cannot use '%s': its path has a colon or a semicolon; install weft "
			"elsewhere",
			spec->tsan_dir);
	while (base[count])
		count++;

	char **environment = calloc(count + ADDED_VARIABLES + 1, sizeof(*environment));
	char **end = environment;

	if (!environment || !add_all(&end, base, spec)) {
		environment_free(environment);
		return diag_set(diag, -ENOMEM, "out of memory");
	}
	*ret_environment = environment;
	return 0;
}

void environment_free(char **environment)
{
	if (!environment)
		return;
	for (char **entry = environment; *entry; entry++)
		free(*entry);
	free(environment);
}
