/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading one ELF file by libelf; see elf_facts.h. Nothing is mapped (a file that shrinks while
 * it is read must not end in SIGBUS), and every offset is checked by libelf or against the
 * file.
 */
#include "tool/launch/elf_facts.h"

#include <errno.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef DF_1_PIE
#define DF_1_PIE 0x08000000
#endif

/* Each sanitizer's own entry: called by all code it instruments, defined by its runtime. */
static const struct {
	const char *name;
	const char *entry;
} sanitizers[SANITIZER_COUNT] = {
	[SANITIZER_THREAD] = { "ThreadSanitizer", "__tsan_init" },
	[SANITIZER_ADDRESS] = { "AddressSanitizer", "__asan_init" },
	[SANITIZER_MEMORY] = { "MemorySanitizer", "__msan_init" },
	[SANITIZER_LEAK] = { "LeakSanitizer", "__lsan_init" },
	[SANITIZER_UNDEFINED] = { "UndefinedBehaviorSanitizer",
		"__ubsan_handle_type_mismatch_v1" },
};

/* A weak reference that all of the runtimes make, and nothing else: the symbolizer's hook. */
#define RUNTIME_MARK "__sanitizer_symbolize_code"

static const struct {
	uint16_t machine;
	const char *name;
} machines[] = {
	{ EM_386, "32-bit x86" },
	{ EM_X86_64, "x86-64" },
	{ EM_AARCH64, "AArch64" },
	{ EM_ARM, "ARM" },
	{ EM_RISCV, "RISC-V" },
	{ EM_PPC64, "64-bit PowerPC" },
	{ EM_PPC, "PowerPC" },
	{ EM_S390, "IBM Z" },
	{ EM_MIPS, "MIPS" },
	{ EM_SPARCV9, "64-bit SPARC" },
	{ EM_SPARC, "SPARC" },
	{ EM_LOONGARCH, "LoongArch" },
	{ EM_IA_64, "Itanium" },
	{ EM_ALPHA, "Alpha" },
	{ EM_PARISC, "PA-RISC" },
	{ EM_68K, "68000" },
	{ EM_SH, "SuperH" },
	{ EM_BPF, "BPF" },
};

const char *sanitizer_name(enum sanitizer sanitizer)
{
	return sanitizers[sanitizer].name;
}

const char *elf_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return NULL;
}

static void read_symbol(const GElf_Sym *symbol, const char *name, struct elf_facts *facts)
{
	bool defined = symbol->st_shndx != SHN_UNDEF;

	if (!defined && strcmp(name, "syscall") == 0)
		facts->imports_syscall = true;
	if (!defined && strcmp(name, RUNTIME_MARK) == 0)
		facts->contains_sanitizer_runtime = true;
	for (int i = 0; i < SANITIZER_COUNT; i++)
		if (strcmp(name, sanitizers[i].entry) == 0)
			*(defined ? &facts->sanitizers_defined : &facts->sanitizers_used) |=
				1u << i;
	/* Any of its checks tells: there is no entry that all programs with them call. */
	if (!defined && strncmp(name, "__ubsan_handle_", 15) == 0)
		facts->sanitizers_used |= 1u << SANITIZER_UNDEFINED;
}

/* Reads a symbol table, dynamic or not. */
static void read_symbols(
	Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct elf_facts *facts)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t entry_size = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	GElf_Sym symbol;

	if (!data || !entry_size)
		return;
	for (size_t i = 1; i < data->d_size / entry_size && gelf_getsym(data, (int)i, &symbol);
		i++) {
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);

		if (name)
			read_symbol(&symbol, name, facts);
	}
}

static void read_build_id(Elf_Scn *section, struct elf_facts *facts)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t offset = 0;
	size_t next, name, description;
	GElf_Nhdr note;

	if (!data)
		return;
	while ((next = gelf_getnote(data, offset, &note, &name, &description)) > 0) {
		const uint8_t *bytes = (const uint8_t *)data->d_buf + description;
		bool is_id = note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			     memcmp((const char *)data->d_buf + name, "GNU", 4) == 0;

		for (size_t i = 0; is_id && i < note.n_descsz && i < BUILD_ID_HEX_SIZE / 2; i++)
			snprintf(facts->build_id + 2 * i, 3, "%02x", bytes[i]);
		offset = next;
	}
}

static void read_debug_link(Elf_Scn *section, struct elf_facts *facts)
{
	Elf_Data *data = elf_getdata(section, NULL);

	if (!data || !data->d_buf || !memchr(data->d_buf, '\0', data->d_size))
		return;
	/* A name that is a path would lead out of the folders for debug files. */
	if (!strchr(data->d_buf, '/') && strlen(data->d_buf) < sizeof(facts->debug_link))
		strcpy(facts->debug_link, data->d_buf);
}

static void read_section(Elf *elf, Elf_Scn *section, const char *name, struct elf_facts *facts)
{
	GElf_Shdr header;

	if (!gelf_getshdr(section, &header))
		return;
	if (header.sh_type == SHT_SYMTAB)
		facts->has_symbols = true;
	if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
		read_symbols(elf, section, &header, facts);
	else if (header.sh_type == SHT_NOTE)
		read_build_id(section, facts);
	else if (strcmp(name, ".gnu_debuglink") == 0)
		read_debug_link(section, facts);
	else if (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0)
		facts->has_debug_info = header.sh_type != SHT_NOBITS;
	else if (strcmp(name, ".go.buildinfo") == 0 || strcmp(name, ".gopclntab") == 0)
		facts->is_go = true;
}

static void read_sections(Elf *elf, struct elf_facts *facts)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name = NULL;

		if (gelf_getshdr(section, &header))
			name = elf_strptr(elf, names, header.sh_name);
		read_section(elf, section, name ? name : "", facts);
	}
}

static void read_interpreter(int fd, const GElf_Phdr *segment, struct elf_facts *facts)
{
	size_t size = segment->p_filesz;

	facts->has_interpreter = true;
	if (size < 2 || size > sizeof(facts->interpreter) || segment->p_offset > INT64_MAX)
		return;
	if (pread(fd, facts->interpreter, size, (off_t)segment->p_offset) != (ssize_t)size ||
		facts->interpreter[size - 1] != '\0')
		facts->interpreter[0] = '\0';
}

/* A position-independent program without an interpreter shows only by this flag. */
static void read_dynamic(Elf *elf, const GElf_Phdr *segment, struct elf_facts *facts)
{
	size_t entry_size = gelf_fsize(elf, ELF_T_DYN, 1, EV_CURRENT);
	Elf_Data *data;
	GElf_Dyn entry;

	if (segment->p_offset > INT64_MAX || !entry_size)
		return;
	data = elf_getdata_rawchunk(
		elf, (int64_t)segment->p_offset, segment->p_filesz, ELF_T_DYN);
	for (size_t i = 0; data && i < data->d_size / entry_size; i++)
		if (gelf_getdyn(data, (int)i, &entry) && entry.d_tag == DT_FLAGS_1)
			facts->is_pie = entry.d_un.d_val & DF_1_PIE;
}

static void read_segments(int fd, Elf *elf, struct elf_facts *facts)
{
	size_t count;
	GElf_Phdr segment;

	if (elf_getphdrnum(elf, &count) < 0)
		return;
	for (size_t i = 0; i < count && gelf_getphdr(elf, (int)i, &segment); i++) {
		if (segment.p_type == PT_INTERP)
			read_interpreter(fd, &segment, facts);
		if (segment.p_type == PT_DYNAMIC)
			read_dynamic(elf, &segment, facts);
	}
	/* Older linkers don't set the flag. */
	if (facts->type == ET_DYN && facts->has_interpreter)
		facts->is_pie = true;
}

static int read_header(Elf *elf, struct elf_facts *facts)
{
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return -ENOEXEC;
	facts->class = header.e_ident[EI_CLASS];
	facts->os_abi = header.e_ident[EI_OSABI];
	facts->type = header.e_type;
	facts->machine = header.e_machine;
	return 0;
}

int elf_facts_read(int fd, struct elf_facts *ret)
{
	Elf *elf;
	int r;

	memset(ret, 0, sizeof(*ret));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return -EIO;
	r = read_header(elf, ret);
	if (r == 0) {
		read_segments(fd, elf, ret);
		read_sections(elf, ret);
		/* A shared runtime makes the reference too, but then the program does not. */
		ret->contains_sanitizer_runtime |= ret->sanitizers_defined != 0;
	}
	elf_end(elf);
	return r;
}
