/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of sources, and paths in it; see source_root.h. */
#include "tool/report/source_root.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_git(const char *folder)
{
	char *path;
	bool found;

	if (asprintf(&path, "%s/.git", folder) < 0)
		return false;
	/* A file in working trees beside the main one and in submodules. */
	found = access(path, F_OK) == 0;
	free(path);
	return found;
}

/* Cuts `folder` down to the nearest one with a ".git"; leaves it when there is none. */
static void cut_to_repository(char *folder)
{
	size_t size = strlen(folder);

	while (size > 0) {
		char cut = folder[size];

		folder[size] = '\0';
		if (has_git(folder))
			return;
		folder[size] = cut;
		while (size > 0 && folder[--size] != '/')
			;
	}
}

char *source_root_find(const char *given, struct diag *diag)
{
	char *root = realpath(given ? given : ".", NULL);
	struct stat status;

	if (!root || stat(root, &status) < 0) {
		diag_set(diag, -errno, "cannot use '%s' as the folder of the sources: %s",
			given ? given : ".", strerror(errno));
		free(root);
		return NULL;
	}
	if (!S_ISDIR(status.st_mode)) {
		diag_set(diag, -ENOTDIR, "the folder of the sources, '%s', is no folder",
			given ? given : ".");
		free(root);
		return NULL;
	}
	if (!given)
		cut_to_repository(root);
	return root;
}

/* What of `path` comes after the root, or NULL. */
static const char *below(const char *root, const char *path)
{
	size_t size = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(path, root, size) != 0 || path[size] != '/' || !path[size + 1])
		return NULL;
	return path + size + 1;
}

/* Through symbolic links; the file must be here for that. */
static char *real_relative(const char *root, const char *file)
{
	char *real = realpath(file, NULL);
	const char *rest = real ? below(root, real) : NULL;
	char *relative = rest ? strdup(rest) : NULL;

	free(real);
	return relative;
}

char *source_root_relative(const char *root, const char *file)
{
	const char *rest;
	char *path, *relative;

	if (file[0] == '/') {
		relative = real_relative(root, file);
		rest = below(root, file);
		return relative || !rest ? relative : strdup(rest);
	}
	if (asprintf(&path, "%s/%s", root, file) < 0)
		return NULL;
	relative = real_relative(root, path);
	free(path);
	return relative;
}

static bool is_allowed(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || strchr("-._~/!$&'()*+,;=@", c));
}

char *source_root_uri(const char *path)
{
	char *uri = malloc(3 * strlen(path) + 1);
	char *end = uri;

	if (!uri)
		return NULL;
	for (; *path; path++)
		if (is_allowed((unsigned char)*path))
			*end++ = *path;
		else
			end += sprintf(end, "%%%02X", (unsigned char)*path);
	*end = '\0';
	return uri;
}
