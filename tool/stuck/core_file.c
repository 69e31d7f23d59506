/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of a core file; see core_file.h. Nothing in the file is trusted, or aligned. */
#include "tool/stuck/core_file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_within(const struct core_file *file, uint64_t offset, uint64_t size)
{
	return offset <= file->size && size <= file->size - offset;
}

/* With more segments than the header has room for, their number is in the first section. */
static int count_segments(struct core_file *file, const Elf64_Ehdr *header)
{
	Elf64_Shdr section;

	file->segments_offset = header->e_phoff;
	file->segment_count = header->e_phnum;
	if (header->e_phnum != PN_XNUM)
		return 0;
	if (!is_within(file, header->e_shoff, sizeof(section)))
		return -EINVAL;
	memcpy(&section, file->bytes + header->e_shoff, sizeof(section));
	file->segment_count = section.sh_info;
	return 0;
}

Elf64_Phdr core_file_segment(const struct core_file *file, size_t i)
{
	Elf64_Phdr segment;

	memcpy(&segment, file->bytes + file->segments_offset + i * sizeof(segment),
		sizeof(segment));
	return segment;
}

static int check_segments(const struct core_file *file, struct diag *diag)
{
	uint64_t end = 0;

	for (size_t i = 0; i < file->segment_count; i++) {
		const Elf64_Phdr segment = core_file_segment(file, i);
		uint64_t segment_end;

		if (__builtin_add_overflow(segment.p_offset, segment.p_filesz, &segment_end) ||
			segment.p_filesz >
				segment.p_memsz +
					(segment.p_type == PT_NOTE ? segment.p_filesz : 0) ||
			segment.p_vaddr + segment.p_memsz < segment.p_vaddr)
			return diag_set(diag, -EINVAL,
				"the core file is damaged: its segment %zu makes no sense", i);
		if (segment_end > end)
			end = segment_end;
	}
	if (end > file->size)
		return diag_set(diag, -EINVAL,
			"the core file is cut off: it has %zu of %llu bytes; was there a limit "
			"on its size ('ulimit -c')?",
			file->size, (unsigned long long)end);
	return 0;
}

int core_file_open(struct core_file *file, const uint8_t *bytes, size_t size, struct diag *diag)
{
	Elf64_Ehdr header;

	*file = (struct core_file){ .bytes = bytes, .size = size };
	if (size < sizeof(header) || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return diag_set(diag, -EINVAL, "it is no core file");
	memcpy(&header, bytes, sizeof(header));
	if (header.e_type != ET_CORE)
		return diag_set(diag, -EINVAL, "it is no core file, but another ELF file");
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64)
		return diag_set(diag, -EINVAL, "it is no core file of an x86-64 program");
	if (header.e_phentsize != sizeof(Elf64_Phdr) || count_segments(file, &header) < 0)
		return diag_set(diag, -EINVAL, "the core file is damaged: its header");
	if (file->segment_count > size / sizeof(Elf64_Phdr) ||
		!is_within(
			file, file->segments_offset, file->segment_count * sizeof(Elf64_Phdr)))
		return diag_set(diag, -EINVAL,
			"the core file is cut off: its list of segments is not there");
	return check_segments(file, diag);
}

int core_file_note(const struct core_file *file, const Elf64_Phdr *segment, uint64_t *offset,
	struct core_note *ret_note)
{
	uint64_t left = segment->p_filesz - *offset;
	const uint8_t *at = file->bytes + segment->p_offset + *offset;
	uint64_t name_size, size;
	Elf64_Nhdr header;

	if (*offset >= segment->p_filesz || left < sizeof(header))
		return 0;
	memcpy(&header, at, sizeof(header));
	left -= sizeof(header);
	name_size = ((uint64_t)header.n_namesz + 3) & ~3ull;
	size = ((uint64_t)header.n_descsz + 3) & ~3ull;
	if (name_size > left || header.n_descsz > left - name_size)
		return -EINVAL;
	*ret_note = (struct core_note){
		.type = header.n_type,
		.bytes = at + sizeof(header) + name_size,
		.size = header.n_descsz,
	};
	*offset += sizeof(header) + name_size +
		   (size < left - name_size ? size : left - name_size);
	return 1;
}
