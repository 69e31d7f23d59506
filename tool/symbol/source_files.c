/* SPDX-License-Identifier: Apache-2.0 */
/* The file table of one compilation unit; see source_files.h. */
#include "tool/symbol/source_files.h"

#include <dwarf.h>
#include <string.h>

#include "tool/symbol/source_path.h"

void source_files_open(struct source_files *files, Dwarf_Die *unit, struct arena *arena)
{
	Dwarf_Attribute attribute;

	files->arena = arena;
	files->directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	if (!files->directory)
		files->directory = "";
	if (dwarf_getsrcfiles(unit, &files->table, &files->count) != 0)
		files->count = 0;
	if (files->count)
		files->files = arena_alloc(arena, files->count * sizeof(struct source_file *));
	if (!files->files)
		files->count = 0;
}

/*
 * What has to be put in front of a name of the table. libdw gives files of the compilation
 * directory with that directory, others as they are, which may be relative to it.
 */
static const char *absent_directory(const struct source_files *files, const char *name)
{
	size_t len = strlen(files->directory);

	if (name[0] == '/' || (strncmp(name, files->directory, len) == 0 && name[len] == '/'))
		return NULL;
	return files->directory;
}

const struct source_file *source_files_get(struct source_files *files, size_t index)
{
	const char *name;
	const char *directory;
	struct source_file *file;

	if (index >= files->count)
		return NULL;
	if (files->files[index])
		return files->files[index];
	name = dwarf_filesrc(files->table, index, NULL, NULL);
	file = name ? arena_alloc(files->arena, sizeof(*file)) : NULL;
	if (!file)
		return NULL;
	file->path = source_path_clean(files->arena, absent_directory(files, name), name);
	directory = source_path_clean(files->arena, NULL, files->directory);
	if (!file->path || !directory)
		return NULL;
	file->short_path = source_path_short(file->path, directory);
	file->is_system = source_path_is_system(file->path);
	files->files[index] = file;
	return file;
}
