/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the runtime in the few places where the build or the installation puts it. */
#include "tool/launch/runtime_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/launch_config.h"

#define LIBRARY_NAME "libweft.so"
#define TSAN_DIR_NAME "tsan"

static const char *const tsan_names[] = { WEFT_TSAN_NAMES };

/* Relative to the folder of `weft`: the build folder, or PREFIX/bin. */
static const char *const folders[] = {
	".",
	"../" WEFT_LIBDIR "/weft",
	"../lib/weft",
	"../lib64/weft",
};

bool runtime_path_provides(const char *name)
{
	for (size_t i = 0; i < sizeof(tsan_names) / sizeof(*tsan_names); i++)
		if (strcmp(tsan_names[i], name) == 0)
			return true;
	return strcmp(name, LIBRARY_NAME) == 0;
}

/* Returns false when the text is cut off. */
static bool join(char *ret, const char *folder, const char *name)
{
	return snprintf(ret, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

/* All names must be there: a program that got another runtime's would run out of control. */
static int check_names(const struct runtime_path *path, struct diag *diag)
{
	for (size_t i = 0; i < sizeof(tsan_names) / sizeof(*tsan_names); i++) {
		char name[PATH_MAX];

		if (!join(name, path->tsan_dir, tsan_names[i]) || access(name, R_OK) < 0)
			return diag_set(diag, -ENOENT,
				"'%s/%s' is missing: build or install weft again",
				path->tsan_dir, tsan_names[i]);
	}
	return 0;
}

/* LD_PRELOAD is split at blanks and colons, LD_LIBRARY_PATH at colons and semicolons. */
static int check_path(const struct runtime_path *path, struct diag *diag)
{
	if (path->library[strcspn(path->library, " \t:;")] == '\0')
		return 0;
	return diag_set(diag, -EINVAL,
		"the loader can't take a path with blanks, colons or semicolons: move weft "
		"away "
		"from '%s'",
		path->folder);
}

static bool find_in(const char *folder, struct runtime_path *ret)
{
	char library[PATH_MAX];

	if (!join(library, folder, LIBRARY_NAME) || access(library, R_OK) < 0)
		return false;
	/* Without "..": users see it in messages, the loader in its list of libraries. */
	if (!realpath(folder, ret->folder))
		return false;
	return join(ret->library, ret->folder, LIBRARY_NAME) &&
	       join(ret->tsan_dir, ret->folder, TSAN_DIR_NAME);
}

int runtime_path_find_beside(const char *program, struct runtime_path *ret, struct diag *diag)
{
	char beside[PATH_MAX];
	const char *slash = strrchr(program, '/');

	if (!slash || slash - program >= PATH_MAX)
		return diag_set(diag, -EINVAL, "'%s' is no absolute path", program);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char folder[PATH_MAX];
		int r;

		snprintf(beside, sizeof(beside), "%.*s", (int)(slash - program), program);
		if (!join(folder, beside, folders[i]) || !find_in(folder, ret))
			continue;
		r = check_path(ret, diag);
		return r < 0 ? r : check_names(ret, diag);
	}
	return diag_set(diag, -ENOENT,
		"'" LIBRARY_NAME "' is neither beside '%s' nor in '../" WEFT_LIBDIR
		"/weft' from there: build or install weft again",
		program);
}

int runtime_path_find(struct runtime_path *ret, struct diag *diag)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return diag_set(diag, -errno,
			"cannot read '/proc/self/exe': %s: is /proc mounted?", strerror(errno));
	self[length] = '\0';
	return runtime_path_find_beside(self, ret, diag);
}
