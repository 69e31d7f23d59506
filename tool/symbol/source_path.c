/* SPDX-License-Identifier: Apache-2.0 */
/* Lexical work on source paths; see source_path.h. */
#include "tool/symbol/source_path.h"

#include <stddef.h>
#include <string.h>

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *path_last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Removes the last component of the `len` bytes at `path`; keeps a leading "/". */
static size_t remove_component(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : len;
}

static bool last_is_dot_dot(const char *path, size_t len)
{
	return len >= 2 && path[len - 1] == '.' && path[len - 2] == '.' &&
	       (len == 2 || path[len - 3] == '/');
}

/* Folds one component into the `len` bytes of the result so far; returns its new length. */
static size_t append_component(char *result, size_t len, const char *component, size_t size)
{
	bool is_root = len == 1 && result[0] == '/';

	if (size == 0 || (size == 1 && component[0] == '.'))
		return len;
	if (size == 2 && component[0] == '.' && component[1] == '.') {
		if (is_root)
			return len;
		if (len > 0 && !last_is_dot_dot(result, len))
			return remove_component(result, len);
	}
	if (len > 0 && !is_root)
		result[len++] = '/';
	memcpy(result + len, component, size);
	return len + size;
}

static size_t append_path(char *result, size_t len, const char *path)
{
	while (*path) {
		size_t size = strcspn(path, "/");

		len = append_component(result, len, path, size);
		path += size + (path[size] == '/');
	}
	return len;
}

char *source_path_clean(struct arena *arena, const char *directory, const char *path)
{
	const char *first = directory ? directory : path;
	char *result = arena_alloc(arena, strlen(first) + strlen(path) + 3);
	size_t len = 0;

	if (!result)
		return NULL;
	if (first[0] == '/')
		result[len++] = '/';
	if (directory)
		len = append_path(result, len, directory);
	len = append_path(result, len, path);
	result[len] = '\0';
	return result;
}

/* The length of the common leading directories, with the slash after them. */
static size_t common_directories(const char *path, const char *directory)
{
	size_t common = 0;
	size_t i;

	for (i = 0; path[i] && path[i] == directory[i]; i++) {
		if (path[i] == '/')
			common = i + 1;
	}
	if (path[i] == '/' && directory[i] == '\0')
		common = i + 1;
	return common;
}

static const char *strip_include_directory(const char *path)
{
	static const char *const roots[] = { "/usr/include/", "/usr/local/include/" };
	const char *include;
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (starts_with(path, roots[i]))
			return path + strlen(roots[i]);
	}
	include = strstr(path, "/include/");
	if (include && source_path_is_system(path))
		return include + strlen("/include/");
	return NULL;
}

const char *source_path_short(const char *path, const char *compile_directory)
{
	const char *stripped;
	size_t common;

	if (path[0] != '/')
		return path;
	common = common_directories(path, compile_directory);
	if (common > 1 && !source_path_is_system(path))
		return path + common;
	stripped = strip_include_directory(path);
	return stripped ? stripped : path_last_component(path);
}

bool source_path_is_system(const char *path)
{
	/* "/rustc/HASH/library": how Rust's own library calls its sources. */
	static const char *const roots[] = { "/usr/include/", "/usr/lib/gcc/", "/usr/lib/llvm",
		"/usr/lib/clang/", "/rustc/" };
	static const char *const parts[] = { "/include/c++/", "/lib/gcc/", "/lib/clang/" };
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (starts_with(path, roots[i]))
			return true;
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(path, parts[i]))
			return true;
	}
	return false;
}
