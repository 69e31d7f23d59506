/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's thread-local storage ends at the thread pointer, its start rounded down to its
 * alignment (variant II of "ELF handling for thread-local storage"); see thread_local.h.
 */
#include "tool/symbol/thread_local.h"

#include <errno.h>
#include <stdio.h>

#include "tool/symbol/symbols_private.h"

/* The program's segment of that type. */
static bool find_segment(Elf *elf, GElf_Word type, GElf_Phdr *ret_segment)
{
	size_t count;

	if (!elf || elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, ret_segment) && ret_segment->p_type == type)
			return true;
	return false;
}

/* What names an interpreter is the program; libc does too, but is the system's. */
static struct module *find_program(struct symbols *symbols)
{
	GElf_Phdr segment;

	for (size_t i = 0; i < symbols->module_count; i++) {
		struct module *module = &symbols->modules[i];

		if (module->is_system)
			continue;
		module_open(module, &symbols->arena);
		if (find_segment(module->elf, PT_INTERP, &segment))
			return module;
	}
	return NULL;
}

static int name_variable(struct symbols *symbols, struct module *module, uint64_t offset,
	char *name, size_t size)
{
	int count = dwfl_module_getsymtab(module->dwfl);

	for (int i = 0; i < count; i++) {
		GElf_Sym symbol;
		const char *found = dwfl_module_getsym(module->dwfl, i, &symbol, NULL);

		uint64_t start;

		if (!found || GELF_ST_TYPE(symbol.st_info) != STT_TLS ||
			symbol.st_shndx == SHN_UNDEF)
			continue;
		/* dwfl takes its place in the segment for an address. */
		start = symbol.st_value - module->bias;
		if (offset < start || offset - start >= symbol.st_size)
			continue;
		found = elf_symbol_name(&symbols->names, found);
		if (offset == start)
			snprintf(name, size, "%s", found);
		else
			snprintf(name, size, "%s+%llu", found,
				(unsigned long long)(offset - start));
		return 0;
	}
	return -ENOENT;
}

int symbols_thread_local(struct symbols *symbols, uint64_t thread_pointer, uint64_t address,
	char *name, size_t size)
{
	struct module *program = find_program(symbols);
	GElf_Phdr segment;
	uint64_t align, room;

	if (!program || !program->dwfl || !find_segment(program->elf, PT_TLS, &segment))
		return -ENOENT;
	align = segment.p_align ? segment.p_align : 1;
	room = (segment.p_memsz + align - 1) / align * align;
	if (address >= thread_pointer || thread_pointer - address > room)
		return -ENOENT;
	return name_variable(symbols, program, room - (thread_pointer - address), name, size);
}
