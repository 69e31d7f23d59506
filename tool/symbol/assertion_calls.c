/* SPDX-License-Identifier: Apache-2.0 */
/* Stubs and slots by the relocations, calls by the bytes of the code; see assertion_calls.h. */
#include "tool/symbol/assertion_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TARGETS_MAX 16
/* call rel32; call *rel32(%rip); jmp *rel32(%rip) */
#define CALL_SIZE 5u
#define CALL_SLOT_SIZE 6u
#define JUMP_SLOT_SIZE 6u

static const char *const handlers[] = { "__assert_fail", "__assert_perror_fail" };

struct search {
	Elf *elf;
	size_t names;		     /* section of the section names */
	uint64_t slots[TARGETS_MAX]; /* addresses that hold a handler's address */
	size_t slot_count;
	uint64_t jumps[TARGETS_MAX]; /* of stubs: where the jump by such a slot stands */
	size_t jump_count;
	uint64_t *calls;
	size_t count;
	size_t capacity;
};

static bool is_handler(const char *name)
{
	for (size_t i = 0; name && i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (strcmp(name, handlers[i]) == 0)
			return true;
	return false;
}

static bool contains(const uint64_t *list, size_t count, uint64_t address)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == address)
			return true;
	return false;
}

/* ---- slots ---- */

static const char *symbol_name(struct search *search, size_t table, size_t index)
{
	Elf_Scn *section = elf_getscn(search->elf, table);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	GElf_Shdr header;
	GElf_Sym symbol;

	if (!data || !gelf_getshdr(section, &header) || !gelf_getsym(data, (int)index, &symbol))
		return NULL;
	return elf_strptr(search->elf, header.sh_link, symbol.st_name);
}

static void find_slots(struct search *search, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Rela relocation;

	if (header->sh_type != SHT_RELA || !data)
		return;
	for (int i = 0; search->slot_count < TARGETS_MAX && gelf_getrela(data, i, &relocation);
		i++) {
		uint64_t type = GELF_R_TYPE(relocation.r_info);

		if ((type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT) &&
			is_handler(symbol_name(
				search, header->sh_link, GELF_R_SYM(relocation.r_info))))
			search->slots[search->slot_count++] = relocation.r_offset;
	}
}

/* ---- code ---- */

/* Where an instruction of `size` bytes at `address` that ends in rel32 leads. */
static uint64_t target_of(const uint8_t *code, uint64_t address, size_t size)
{
	int32_t relative;

	memcpy(&relative, code + size - sizeof(relative), sizeof(relative));
	return address + size + (uint64_t)(int64_t)relative;
}

static void find_jumps(struct search *search, const Elf_Data *data, uint64_t address)
{
	const uint8_t *code = data->d_buf;

	for (size_t i = 0; i + JUMP_SLOT_SIZE <= data->d_size; i++)
		if (code[i] == 0xff && code[i + 1] == 0x25 &&
			search->jump_count < TARGETS_MAX &&
			contains(search->slots, search->slot_count,
				target_of(code + i, address + i, JUMP_SLOT_SIZE)))
			search->jumps[search->jump_count++] = address + i;
}

/* A stub may begin with endbr64, and its jump with a bnd prefix. */
static bool is_stub(const struct search *search, uint64_t address)
{
	static const uint64_t before[] = { 0, 1, 4, 5 };

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (contains(search->jumps, search->jump_count, address + before[i]))
			return true;
	return false;
}

static int add_call(struct search *search, uint64_t address)
{
	if (search->count == ASSERTION_CALLS_MAX)
		return 0;
	if (search->count == search->capacity) {
		size_t capacity = search->capacity ? search->capacity * 2 : 16;
		uint64_t *calls = reallocarray(search->calls, capacity, sizeof(*calls));

		if (!calls)
			return -ENOMEM;
		search->calls = calls;
		search->capacity = capacity;
	}
	search->calls[search->count++] = address;
	return 0;
}

static int find_calls(struct search *search, const Elf_Data *data, uint64_t address)
{
	const uint8_t *code = data->d_buf;
	int r = 0;

	for (size_t i = 0; i + CALL_SIZE <= data->d_size && r == 0; i++) {
		if (code[i] == 0xe8 &&
			is_stub(search, target_of(code + i, address + i, CALL_SIZE)))
			r = add_call(search, address + i + CALL_SIZE);
		else if (i + CALL_SLOT_SIZE <= data->d_size && code[i] == 0xff &&
			 code[i + 1] == 0x15 &&
			 contains(search->slots, search->slot_count,
				 target_of(code + i, address + i, CALL_SLOT_SIZE)))
			r = add_call(search, address + i + CALL_SLOT_SIZE);
	}
	return r;
}

enum pass { PASS_SLOTS, PASS_JUMPS, PASS_CALLS, PASS_COUNT };

static int visit(struct search *search, enum pass pass, Elf_Scn *section)
{
	GElf_Shdr header;
	Elf_Data *data;
	const char *name;
	bool is_table;

	if (!gelf_getshdr(section, &header))
		return 0;
	if (pass == PASS_SLOTS) {
		find_slots(search, section, &header);
		return 0;
	}
	name = elf_strptr(search->elf, search->names, header.sh_name);
	if (header.sh_type != SHT_PROGBITS || !(header.sh_flags & SHF_EXECINSTR) || !name)
		return 0;
	is_table = strncmp(name, ".plt", 4) == 0;
	data = elf_getdata(section, NULL);
	if (!data || !data->d_buf || is_table != (pass == PASS_JUMPS))
		return 0;
	if (pass == PASS_CALLS)
		return find_calls(search, data, header.sh_addr);
	find_jumps(search, data, header.sh_addr);
	return 0;
}

static int find_all(struct search *search)
{
	GElf_Ehdr header;
	int r = 0;

	if (elf_kind(search->elf) != ELF_K_ELF || !gelf_getehdr(search->elf, &header) ||
		header.e_machine != EM_X86_64 ||
		elf_getshdrstrndx(search->elf, &search->names) != 0)
		return 0;
	for (int pass = 0; pass < PASS_COUNT && r == 0; pass++) {
		if (pass != PASS_SLOTS && !search->slot_count)
			return 0;
		for (Elf_Scn *section = elf_nextscn(search->elf, NULL); section && r == 0;
			section = elf_nextscn(search->elf, section))
			r = visit(search, (enum pass)pass, section);
	}
	return r;
}

int assertion_calls_find(const char *path, uint64_t **ret_calls, size_t *ret_count)
{
	struct search search = { .count = 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	search.elf = elf_begin(fd, ELF_C_READ, NULL);
	r = search.elf ? find_all(&search) : 0;
	elf_end(search.elf);
	close(fd);
	if (r < 0) {
		free(search.calls);
		return r;
	}
	*ret_calls = search.calls;
	*ret_count = search.count;
	return 0;
}
