/* SPDX-License-Identifier: Apache-2.0 */
/* From the notes and segments of a core file to a snapshot; see core.h. */
#include "tool/stuck/core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/stuck/core_file.h"

#define FORKED_FLAG 0x40 /* PF_FORKNOEXEC */

/* NT_FILE: a count, the page size, so many of these, then as many names. */
struct file_entry {
	uint64_t start;
	uint64_t end;
	uint64_t page; /* where in the file, in pages */
};

struct core_map {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint32_t flags; /* PF_R, PF_W, PF_X */
	const char *name;
};

struct core {
	struct core_file file;
	struct stuck_snapshot *snapshot;
	struct diag *diag;
	const char *program;
	uint64_t entry; /* where the program starts: in its executable */
	struct core_map *maps;
	size_t map_count;
};

static int no_memory(struct diag *diag)
{
	return diag_set(diag, -ENOMEM, "no memory for the core file");
}

/* ---- notes ---- */

static int read_thread(struct core *core, const struct core_note *note)
{
	struct elf_prstatus status;
	struct stuck_thread *thread;

	if (note->size < sizeof(status))
		return diag_set(core->diag, -EINVAL,
			"the core file is damaged: the registers of a thread");
	memcpy(&status, note->bytes, sizeof(status));
	thread = snapshot_add_thread(core->snapshot);
	if (!thread)
		return no_memory(core->diag);
	thread->tid = thread->inner_tid = status.pr_pid;
	thread->signal = status.pr_cursig;
	thread->has_registers = true;
	memcpy(&thread->registers, status.pr_reg, sizeof(thread->registers));
	return 0;
}

static void read_process(struct core *core, const struct core_note *note)
{
	struct elf_prpsinfo info;

	if (note->size < sizeof(info))
		return;
	memcpy(&info, note->bytes, sizeof(info));
	core->snapshot->pid = info.pr_pid;
	core->snapshot->is_forked = info.pr_flag & FORKED_FLAG;
	free(core->snapshot->program);
	core->snapshot->program = strndup(info.pr_fname, sizeof(info.pr_fname));
}

static void read_auxiliary(struct core *core, const struct core_note *note)
{
	for (size_t at = 0; at + sizeof(Elf64_auxv_t) <= note->size;
		at += sizeof(Elf64_auxv_t)) {
		Elf64_auxv_t entry;

		memcpy(&entry, note->bytes + at, sizeof(entry));
		if (entry.a_type == AT_ENTRY)
			core->entry = entry.a_un.a_val;
	}
}

static int read_files(struct core *core, const struct core_note *note)
{
	const char *name, *end = (const char *)note->bytes + note->size;
	uint64_t head[2];
	size_t room;

	if (note->size < sizeof(head))
		return 0;
	memcpy(head, note->bytes, sizeof(head));
	room = (note->size - sizeof(head)) / sizeof(struct file_entry);
	if (head[0] > room || core->maps)
		return diag_set(
			core->diag, -EINVAL, "the core file is damaged: its list of files");
	core->maps = calloc(head[0] + core->file.segment_count + 1, sizeof(*core->maps));
	if (!core->maps)
		return no_memory(core->diag);
	name = (const char *)note->bytes + sizeof(head) + head[0] * sizeof(struct file_entry);
	for (size_t i = 0; i < head[0]; i++) {
		const uint8_t *at = note->bytes + sizeof(head) + i * sizeof(struct file_entry);
		size_t len = strnlen(name, (size_t)(end - name));
		struct file_entry entry;

		if (name + len >= end)
			break;
		memcpy(&entry, at, sizeof(entry));
		core->maps[core->map_count++] = (struct core_map){ entry.start, entry.end,
			entry.page * head[1], PF_R, name };
		name += len + 1;
	}
	return 0;
}

static int read_note(struct core *core, const struct core_note *note)
{
	switch (note->type) {
	case NT_PRSTATUS:
		return read_thread(core, note);
	case NT_PRPSINFO:
		read_process(core, note);
		return 0;
	case NT_AUXV:
		read_auxiliary(core, note);
		return 0;
	case NT_FILE:
		return read_files(core, note);
	default:
		return 0;
	}
}

static int read_notes(struct core *core)
{
	int r = 0;

	for (size_t i = 0; i < core->file.segment_count && r >= 0; i++) {
		const Elf64_Phdr segment = core_file_segment(&core->file, i);
		struct core_note note;
		uint64_t offset = 0;

		while (segment.p_type == PT_NOTE &&
			(r = core_file_note(&core->file, &segment, &offset, &note)) > 0) {
			r = read_note(core, &note);
			if (r < 0)
				return r;
		}
		if (r < 0)
			return diag_set(core->diag, r, "the core file is damaged: its notes");
	}
	if (core->snapshot->thread_count == 0)
		return diag_set(core->diag, -EINVAL, "the core file has no threads");
	if (!core->maps)
		core->maps = calloc(core->file.segment_count + 1, sizeof(*core->maps));
	return core->maps ? 0 : no_memory(core->diag);
}

/* ---- memory ---- */

static int compare_chunks(const void *left, const void *right)
{
	const struct memory_chunk *a = left;
	const struct memory_chunk *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

/* The file of a segment, as far as it is known; else the segment is a mapping of its own. */
static void add_segment(struct core *core, size_t file_count, const Elf64_Phdr *segment)
{
	for (size_t i = 0; i < file_count; i++) {
		if (core->maps[i].start < segment->p_vaddr + segment->p_memsz &&
			segment->p_vaddr < core->maps[i].end) {
			core->maps[i].flags = segment->p_flags;
			return;
		}
	}
	core->maps[core->map_count++] = (struct core_map){ segment->p_vaddr,
		segment->p_vaddr + segment->p_memsz, 0, segment->p_flags, "" };
}

static int read_memory(struct core *core)
{
	struct stuck_snapshot *snapshot = core->snapshot;
	size_t file_count = core->map_count;
	size_t kept = 0;

	snapshot->chunks = calloc(core->file.segment_count + 1, sizeof(*snapshot->chunks));
	if (!snapshot->chunks)
		return no_memory(core->diag);
	for (size_t i = 0; i < core->file.segment_count; i++) {
		const Elf64_Phdr segment = core_file_segment(&core->file, i);

		if (segment.p_type != PT_LOAD)
			continue;
		add_segment(core, file_count, &segment);
		if (segment.p_filesz)
			snapshot->chunks[snapshot->chunk_count++] =
				(struct memory_chunk){ segment.p_vaddr, segment.p_filesz,
					core->file.bytes + segment.p_offset };
	}
	qsort(snapshot->chunks, snapshot->chunk_count, sizeof(*snapshot->chunks),
		compare_chunks);
	for (size_t i = 0; i < snapshot->chunk_count; i++) {
		const struct memory_chunk *last = kept ? &snapshot->chunks[kept - 1] : NULL;

		if (!last || snapshot->chunks[i].address - last->address >= last->size)
			snapshot->chunks[kept++] = snapshot->chunks[i];
	}
	snapshot->chunk_count = kept;
	return 0;
}

/* ---- the map ---- */

static int compare_maps(const void *left, const void *right)
{
	const struct core_map *a = left;
	const struct core_map *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

static const char *executable_name(const struct core *core)
{
	for (size_t i = 0; i < core->map_count; i++)
		if (core->entry >= core->maps[i].start && core->entry < core->maps[i].end)
			return core->maps[i].name;
	return "";
}

/* As /proc/PID/maps, which is what symbolisation reads. */
static int write_maps(struct core *core)
{
	struct stuck_snapshot *snapshot = core->snapshot;
	const char *executable;
	FILE *stream = open_memstream(&snapshot->maps, &snapshot->maps_len);

	if (!stream)
		return no_memory(core->diag);
	qsort(core->maps, core->map_count, sizeof(*core->maps), compare_maps);
	executable = executable_name(core);
	for (size_t i = 0; i < core->map_count; i++) {
		const struct core_map *map = &core->maps[i];
		bool is_program = executable[0] && strcmp(map->name, executable) == 0;
		const char *name = is_program && core->program ? core->program : map->name;

		if (strchr(name, '\n'))
			continue;
		fprintf(stream, "%llx-%llx %c%c%cp %llx 00:00 0 %s\n",
			(unsigned long long)map->start, (unsigned long long)map->end,
			map->flags & PF_R ? 'r' : '-', map->flags & PF_W ? 'w' : '-',
			map->flags & PF_X ? 'x' : '-', (unsigned long long)map->offset, name);
	}
	if (executable[0] || core->program) {
		free(snapshot->program);
		snapshot->program = strdup(core->program ? core->program : executable);
	}
	if (fclose(stream) != 0)
		return no_memory(core->diag);
	return snapshot_parse_maps(snapshot) < 0 ? no_memory(core->diag) : 0;
}

int core_parse(const uint8_t *bytes, size_t size, const char *program,
	struct stuck_snapshot *snapshot, struct diag *diag)
{
	struct core core = { .snapshot = snapshot, .diag = diag, .program = program };
	int r = core_file_open(&core.file, bytes, size, diag);

	snapshot->has_unknown_signals = true;
	snapshot->is_forked = true;
	if (r == 0)
		r = read_notes(&core);
	if (r == 0)
		r = read_memory(&core);
	if (r == 0)
		r = write_maps(&core);
	free(core.maps);
	return r;
}

/* ---- the file ---- */

static int map_file(const char *path, struct stuck_snapshot *snapshot, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	int r = 0;

	if (fd < 0 || fstat(fd, &status) < 0)
		r = diag_set(diag, -errno, "cannot read the core file '%s': %s", path,
			strerror(errno));
	else if (!S_ISREG(status.st_mode) || status.st_size == 0)
		r = diag_set(diag, -EINVAL, "'%s' is no core file", path);
	if (r == 0) {
		snapshot->file_size = (size_t)status.st_size;
		snapshot->file = mmap(NULL, snapshot->file_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (snapshot->file == MAP_FAILED) {
			snapshot->file = NULL;
			r = diag_set(diag, -errno, "cannot read the core file '%s': %s", path,
				strerror(errno));
		}
	}
	if (fd >= 0)
		close(fd);
	return r;
}

int core_snapshot(const char *path, const char *program, struct stuck_snapshot **ret_snapshot,
	struct diag *diag)
{
	struct stuck_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	char *absolute = program ? realpath(program, NULL) : NULL;
	struct diag reason;
	int r = 0;

	if (!snapshot) {
		free(absolute);
		return no_memory(diag);
	}
	snapshot->core = path;
	if (program && !absolute)
		r = diag_set(diag, -errno, "cannot read the executable '%s': %s", program,
			strerror(errno));
	if (r == 0)
		r = map_file(path, snapshot, diag);
	if (r == 0) {
		r = core_parse(
			snapshot->file, snapshot->file_size, absolute, snapshot, &reason);
		if (r < 0)
			diag_set(diag, r, "cannot use '%s': %s", path, reason.text);
	}
	free(absolute);
	if (r < 0) {
		snapshot_free(snapshot);
		return r;
	}
	*ret_snapshot = snapshot;
	return 0;
}
