/* SPDX-License-Identifier: Apache-2.0 */
/* Trying the usual places; see debug_file.h. */
#include "tool/launch/debug_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEBUG_ROOT "/usr/lib/debug"

static bool is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool find_by_link(const char *path, const char *link, char *ret)
{
	static const char *const forms[] = { "%s/%s", "%s/.debug/%s", DEBUG_ROOT "%s/%s" };
	char folder[PATH_MAX];

	if (!*link || !realpath(path, folder))
		return false;
	*strrchr(folder, '/') = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		int length = snprintf(ret, PATH_MAX, forms[i], folder, link);

		if (length < PATH_MAX && is_file(ret))
			return true;
	}
	return false;
}

bool debug_file_find(const char *path, const struct elf_facts *facts, char *ret)
{
	const char *id = facts->build_id;

	if (strlen(id) > 2) {
		snprintf(ret, PATH_MAX, DEBUG_ROOT "/.build-id/%.2s/%s.debug", id, id + 2);
		if (is_file(ret))
			return true;
	}
	if (find_by_link(path, facts->debug_link, ret))
		return true;
	ret[0] = '\0';
	return false;
}
