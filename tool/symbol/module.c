/* SPDX-License-Identifier: Apache-2.0 */
/* One mapped file and what is known of it; see module.h. */
#include "tool/symbol/module.h"

#include <string.h>

#include "tool/symbol/data_index.h"
#include "tool/symbol/source_path.h"

#define PAGE_MASK ((uint64_t)4095)

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool module_is_runtime(const char *name)
{
	return strcmp(name, "libweft.so") == 0 || starts_with(name, "libtsan.so.");
}

/* Shared libraries only: programs are installed below /usr/lib too. */
static bool is_system_path(const char *path, const char *name)
{
	return strstr(name, ".so") &&
	       (starts_with(path, "/lib") || starts_with(path, "/usr/lib"));
}

void module_init(struct module *module, const struct mapped_file *file)
{
	const char *name = path_last_component(file->path);

	*module = (struct module){
		.path = file->path,
		.name = name,
		.start = file->start,
		.end = file->end,
		.memory_end = file->end,
		.file_offset = file->file_offset,
		.is_deleted = file->is_deleted,
		.is_runtime = module_is_runtime(name),
		.build_id = "",
	};
	module->is_system =
		module->is_runtime || is_system_path(file->path, name) || file->path[0] != '/';
}

void module_release(struct module *module)
{
	elf_symbols_release(&module->symbols);
	units_release(&module->units);
	data_index_free(module->data);
}

/*
 * Does the file's layout explain the mapping? A file that was replaced under the same name
 * often does not, and then its symbols would be lies. Also finds the end of the module in
 * memory.
 */
static bool layout_fits(struct module *module)
{
	bool fits = false;
	uint64_t memory_end = 0;
	size_t count;
	size_t i;

	if (elf_getphdrnum(module->elf, &count) < 0)
		return false;
	for (i = 0; i < count; i++) {
		GElf_Phdr header;
		uint64_t address;

		if (!gelf_getphdr(module->elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		address = header.p_vaddr + module->bias;
		if ((header.p_offset & ~PAGE_MASK) == module->file_offset &&
			(address & ~PAGE_MASK) == module->start)
			fits = true;
		if (address + header.p_memsz > memory_end)
			memory_end = address + header.p_memsz;
	}
	if (!fits || memory_end <= module->start)
		return false;
	module->memory_end = memory_end;
	/* The program may have mapped its own file once more, right behind. */
	if (module->end > memory_end + PAGE_MASK)
		module->end = (memory_end + PAGE_MASK) & ~PAGE_MASK;
	return true;
}

static const char *build_id_text(Dwfl_Module *dwfl, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *id;
	GElf_Addr address;
	int size = dwfl_module_build_id(dwfl, &id, &address);
	char *text;
	int i;

	if (size <= 0)
		return "";
	text = arena_alloc(arena, (size_t)size * 2 + 1);
	if (!text)
		return "";
	for (i = 0; i < size; i++) {
		text[i * 2] = digits[id[i] >> 4];
		text[i * 2 + 1] = digits[id[i] & 15];
	}
	return text;
}

void module_open(struct module *module, struct arena *arena)
{
	GElf_Addr bias;

	if (module->is_opened)
		return;
	module->is_opened = true;
	if (!module->dwfl)
		return;
	module->elf = dwfl_module_getelf(module->dwfl, &bias);
	if (!module->elf)
		return;
	module->bias = bias;
	if (!layout_fits(module)) {
		module->elf = NULL;
		return;
	}
	module->build_id = build_id_text(module->dwfl, arena);
}

uint64_t module_offset(struct module *module, struct arena *arena, uint64_t address)
{
	module_open(module, arena);
	if (!module->elf)
		return address - module->start + module->file_offset;
	return address - module->bias;
}

struct units *module_units(struct module *module, struct arena *arena)
{
	Dwarf_Addr bias = 0;
	Dwarf *dwarf;

	if (module->has_units)
		return &module->units;
	module->has_units = true;
	module_open(module, arena);
	if (!module->elf)
		return &module->units;
	dwarf = dwfl_module_getdwarf(module->dwfl, &bias);
	module->dwarf_bias = bias;
	if (dwarf && units_load(&module->units, dwarf, arena) < 0)
		units_release(&module->units);
	return &module->units;
}

const struct elf_symbol *module_symbol(
	struct module *module, struct arena *arena, uint64_t address)
{
	module_open(module, arena);
	if (!module->elf)
		return NULL;
	if (!module->has_symbols) {
		module->has_symbols = true;
		if (elf_symbols_load(&module->symbols, module->dwfl, module->memory_end) < 0)
			elf_symbols_release(&module->symbols);
	}
	return elf_symbols_find(&module->symbols, address);
}

bool module_read(struct module *module, uint64_t address, uint64_t *ret_value)
{
	uint64_t wanted = address - module->bias;
	size_t count;
	size_t i;

	if (!module->elf || elf_getphdrnum(module->elf, &count) < 0)
		return false;
	for (i = 0; i < count; i++) {
		GElf_Phdr header;
		Elf_Data *data;
		uint64_t into;

		if (!gelf_getphdr(module->elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		into = wanted - header.p_vaddr;
		if ((header.p_flags & PF_W) || wanted < header.p_vaddr ||
			header.p_filesz < sizeof(*ret_value) ||
			into > header.p_filesz - sizeof(*ret_value))
			continue;
		data = elf_getdata_rawchunk(module->elf, (int64_t)(header.p_offset + into),
			sizeof(*ret_value), ELF_T_BYTE);
		if (!data || data->d_size != sizeof(*ret_value))
			return false;
		memcpy(ret_value, data->d_buf, sizeof(*ret_value));
		return true;
	}
	return false;
}
