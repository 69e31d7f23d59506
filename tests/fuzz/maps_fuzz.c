/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever stands in a process's list of mappings, both of its readers give
 * ranges that make sense, in order.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tool/launch/modules.h"
#include "tool/symbol/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_files(const char *text, size_t size)
{
	struct arena arena = { 0 };
	struct mapped_file *files = NULL;
	size_t count = 0;

	if (maps_parse(text, size, &arena, &files, &count) < 0)
		abort();
	for (size_t i = 0; i < count; i++)
		if (files[i].start >= files[i].end || !files[i].path ||
			(i && files[i].start < files[i - 1].end))
			abort();
	free(files);
	arena_release(&arena);
}

static void check_modules(const char *text)
{
	struct modules modules, copy;

	if (modules_parse(text, &modules) < 0 || modules_copy(&modules, &copy) < 0)
		abort();
	if (!modules_same(&modules, &copy))
		abort();
	for (size_t i = 0; i < modules.count; i++)
		modules_translate(&modules, &copy, modules.list[i].start);
	modules_release(&modules);
	modules_release(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_files(text, size);
	check_modules(text);
	free(text);
	return 0;
}
