/* SPDX-License-Identifier: Apache-2.0 */
/* Reading /proc/PID/maps and carrying addresses between images; see modules.h. */
#include "tool/launch/modules.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"

/* Adds one line of a maps file if it is an executable mapping of a file. */
static int add_line(struct modules *modules, const char *line, size_t line_len)
{
	struct module module;
	char permissions[5];
	int path_at = 0;
	char *text = strndup(line, line_len);

	if (!text)
		return -ENOMEM;

	int fields = sscanf(text, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n",
		&module.start, &module.end, permissions, &module.file_offset, &path_at);

	if (fields < 4 || path_at == 0 || permissions[2] != 'x' || text[path_at] != '/') {
		free(text);
		return 0;
	}
	memmove(text, text + path_at, strlen(text + path_at) + 1);
	module.path = text;

	struct module *list =
		reallocarray(modules->list, modules->count + 1, sizeof(*modules->list));

	if (!list) {
		free(text);
		return -ENOMEM;
	}
	modules->list = list;
	list[modules->count++] = module;
	return 0;
}

int modules_parse(const char *text, struct modules *ret_modules)
{
	struct modules modules = { NULL, 0 };

	while (*text) {
		size_t line_len = strcspn(text, "\n");
		int r = add_line(&modules, text, line_len);

		if (r < 0) {
			modules_release(&modules);
			return r;
		}
		text += line_len + (text[line_len] == '\n');
	}
	*ret_modules = modules;
	return 0;
}

int modules_read(pid_t pid, struct modules *ret_modules)
{
	char path[32];
	char *line = NULL;
	size_t line_capacity = 0;
	struct modules modules = { NULL, 0 };
	int r = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);

	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	while (r == 0) {
		ssize_t line_len = getline(&line, &line_capacity, file);

		if (line_len < 0)
			break;
		if (line_len > 0 && line[line_len - 1] == '\n')
			line_len--;
		r = add_line(&modules, line, (size_t)line_len);
	}
	free(line);
	fclose(file);
	if (r < 0)
		modules_release(&modules);
	else
		*ret_modules = modules;
	return r;
}

void modules_release(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		free(modules->list[i].path);
	free(modules->list);
	modules->list = NULL;
	modules->count = 0;
}

int modules_copy(const struct modules *modules, struct modules *ret_copy)
{
	struct modules copy = { NULL, 0 };

	copy.list = calloc(modules->count + 1, sizeof(*copy.list));
	if (!copy.list)
		return -ENOMEM;
	for (size_t i = 0; i < modules->count; i++) {
		copy.list[i] = modules->list[i];
		copy.list[i].path = strdup(modules->list[i].path);
		if (!copy.list[i].path) {
			modules_release(&copy);
			return -ENOMEM;
		}
		copy.count++;
	}
	*ret_copy = copy;
	return 0;
}

bool modules_same(const struct modules *a, const struct modules *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct module *m = &a->list[i];
		const struct module *n = &b->list[i];

		if (m->start != n->start || m->end != n->end ||
			m->file_offset != n->file_offset || strcmp(m->path, n->path) != 0)
			return false;
	}
	return true;
}

const struct module *modules_find(const struct modules *modules, uint64_t address)
{
	for (size_t i = 0; i < modules->count; i++)
		if (address >= modules->list[i].start && address < modules->list[i].end)
			return &modules->list[i];
	return NULL;
}

uint64_t modules_translate(
	const struct modules *from, const struct modules *to, uint64_t address)
{
	const struct module *source = modules_find(from, address);

	if (!source)
		return 0;

	uint64_t offset = address - source->start + source->file_offset;

	for (size_t i = 0; i < to->count; i++) {
		const struct module *m = &to->list[i];

		if (offset >= m->file_offset && offset - m->file_offset < m->end - m->start &&
			strcmp(m->path, source->path) == 0)
			return m->start + (offset - m->file_offset);
	}
	return 0;
}

uint32_t modules_code(const struct modules *modules, uint64_t address)
{
	const struct module *module = modules_find(modules, address);
	uint64_t hash = 0;

	if (!module)
		return 0;
	for (const char *c = module->path; *c; c++)
		hash = hash_fold(hash, (uint8_t)*c);
	hash = hash_fold(hash, address - module->start + module->file_offset);
	return (uint32_t)hash_mix(hash) | 1;
}
