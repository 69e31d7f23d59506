/* SPDX-License-Identifier: Apache-2.0 */
/* Source files as arrays of lines; see source.h. */
#include "tool/report/source.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LINES_MAX 1000000u

struct source_file {
	char *path;
	char **lines;
	size_t count;
};

static bool is_fresh(const struct source_cache *cache, FILE *stream)
{
	struct stat status;

	return fstat(fileno(stream), &status) == 0 && S_ISREG(status.st_mode) &&
	       (!cache->built || status.st_mtime <= cache->built);
}

static char *trimmed(const char *line)
{
	size_t size;

	line += strspn(line, " \t");
	size = strlen(line);
	while (size && strchr(" \t\r\n", line[size - 1]))
		size--;
	return strndup(line, size);
}

static void read_lines(struct source_file *file, FILE *stream)
{
	char *line = NULL;
	size_t capacity = 0;

	while (file->count < LINES_MAX && getline(&line, &capacity, stream) >= 0) {
		char **lines = reallocarray(file->lines, file->count + 1, sizeof(*lines));

		if (!lines)
			break;
		file->lines = lines;
		lines[file->count++] = trimmed(line);
	}
	free(line);
}

static struct source_file *add_file(struct source_cache *cache, const char *path)
{
	struct source_file *files =
		reallocarray(cache->files, cache->count + 1, sizeof(*files));
	struct source_file *file;
	FILE *stream;

	if (!files)
		return NULL;
	cache->files = files;
	file = &files[cache->count];
	*file = (struct source_file){ .path = strdup(path) };
	if (!file->path)
		return NULL;
	cache->count++;
	stream = fopen(path, "re");
	if (stream && is_fresh(cache, stream))
		read_lines(file, stream);
	if (stream)
		fclose(stream);
	return file;
}

const char *source_line(struct source_cache *cache, const char *path, uint32_t line)
{
	struct source_file *file = NULL;

	if (!path || !line)
		return NULL;
	for (size_t i = 0; i < cache->count; i++)
		if (strcmp(cache->files[i].path, path) == 0)
			file = &cache->files[i];
	if (!file)
		file = add_file(cache, path);
	return file && line <= file->count ? file->lines[line - 1] : NULL;
}

time_t source_build_time(const char *maps)
{
	/* The first file of a memory map is the program itself. */
	const char *path = strchr(maps, '/');
	char *copy = path ? strndup(path, strcspn(path, "\n")) : NULL;
	struct stat status;
	time_t built = 0;

	if (copy && stat(copy, &status) == 0)
		built = status.st_mtime;
	free(copy);
	return built;
}

void source_cache_release(struct source_cache *cache)
{
	for (size_t i = 0; i < cache->count; i++) {
		for (size_t j = 0; j < cache->files[i].count; j++)
			free(cache->files[i].lines[j]);
		free(cache->files[i].lines);
		free(cache->files[i].path);
	}
	free(cache->files);
	*cache = (struct source_cache){ 0 };
}
