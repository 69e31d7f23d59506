/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The callbacks of a Dwfl; see dwfl_files.h. A file found by name only counts if its build-id
 * is the module's: stale debug information would give wrong lines.
 */
#include "tool/symbol/dwfl_files.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/symbol/module.h"
#include "tool/symbol/source_path.h"

#define DEBUG_ROOT "/usr/lib/debug"

/* Programs map devices too, and opening one can have effects: regular files only. */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	return fd;
}

static int find_elf(Dwfl_Module *mod, void **userdata, const char *name, Dwarf_Addr base,
	char **file_name, Elf **elfp)
{
	const struct module *module = *userdata;
	int fd;

	(void)mod;
	(void)name;
	(void)base;
	(void)elfp;
	if (module->is_deleted || module->path[0] != '/')
		return -1;
	fd = open_regular(module->path);
	if (fd >= 0)
		*file_name = strdup(module->path);
	return fd;
}

static bool has_build_id(int fd, const unsigned char *id, size_t id_size)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	const void *found;
	ssize_t found_size;
	bool same;

	if (!elf)
		return false;
	found_size = dwelf_elf_gnu_build_id(elf, &found);
	same = found_size > 0 && (size_t)found_size == id_size && !memcmp(found, id, id_size);
	elf_end(elf);
	return same;
}

struct debug_link {
	const char *file_name; /* of the module */
	const char *link;      /* what .gnu_debuglink says, or NULL */
	const unsigned char *id;
	size_t id_size;
};

static int open_link(
	const struct debug_link *link, const char *before, const char *after, char **ret_path)
{
	const char *base = path_last_component(link->file_name);
	char path[PATH_MAX];
	int len;
	int fd;

	len = snprintf(path, sizeof(path), "%s%.*s%s%s%s", before,
		(int)(base - link->file_name), link->file_name, after,
		link->link ? link->link : base, link->link ? "" : ".debug");
	if (len < 0 || (size_t)len >= sizeof(path))
		return -1;
	fd = open_regular(path);
	if (fd < 0)
		return -1;
	if (has_build_id(fd, link->id, link->id_size)) {
		*ret_path = strdup(path);
		return fd;
	}
	close(fd);
	return -1;
}

static int find_by_link(const struct debug_link *link, char **ret_path)
{
	int fd = open_link(link, "", "", ret_path);

	if (fd < 0)
		fd = open_link(link, "", ".debug/", ret_path);
	if (fd < 0)
		fd = open_link(link, DEBUG_ROOT, "", ret_path);
	return fd;
}

static int find_debuginfo(Dwfl_Module *mod, void **userdata, const char *name, Dwarf_Addr base,
	const char *file_name, const char *debuglink_file, GElf_Word debuglink_crc,
	char **debuginfo_file_name)
{
	struct debug_link link = { .file_name = file_name, .link = debuglink_file };
	GElf_Addr address;
	int id_size = dwfl_module_build_id(mod, &link.id, &address);
	int fd;

	/* Without a build-id there is nothing that debuginfod could be asked for. */
	if (id_size <= 0)
		return dwfl_standard_find_debuginfo(mod, userdata, name, base, file_name,
			debuglink_file, debuglink_crc, debuginfo_file_name);
	fd = dwfl_build_id_find_debuginfo(mod, userdata, name, base, file_name, debuglink_file,
		debuglink_crc, debuginfo_file_name);
	if (fd >= 0 || !file_name)
		return fd;
	link.id_size = (size_t)id_size;
	return find_by_link(&link, debuginfo_file_name);
}

const Dwfl_Callbacks dwfl_files_callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
	.section_address = dwfl_offline_section_address,
};
