/* SPDX-License-Identifier: Apache-2.0 */
/* Test programs and their snapshots; see snapshot.h. */
#include "tests/symbol/snapshot.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

struct header {
	uint64_t maps_len;
	uint64_t stack_len;
	uint64_t note_count;
};

bool command_exists(const char *command)
{
	char line[256];

	snprintf(line, sizeof(line), "command -v %s >/dev/null 2>&1", command);
	return system(line) == 0;
}

void program_command(const struct program *program, const char *format, ...)
{
	char line[2048];
	va_list arguments;
	int len = snprintf(line, sizeof(line), "cd %s && ", program->folder);

	va_start(arguments, format);
	vsnprintf(line + len, sizeof(line) - (size_t)len, format, arguments);
	va_end(arguments);
	if (system(line) != 0)
		fail_msg("failed: %s", line);
}

void program_build(struct program *program, const char *compiler_and_flags, const char *source)
{
	*program = (struct program){ .folder = "/tmp/weft-symbol-XXXXXX" };
	assert_non_null(mkdtemp(program->folder));
	program_command(program,
		"%s %s/%s -o prog -pthread -L" CAPTURE_FOLDER " -l:libweft.so "
		"-Wl,-rpath," CAPTURE_FOLDER,
		compiler_and_flags, PROGRAMS, source);
}

static char *read_file(const struct program *program, size_t *ret_size)
{
	char path[128];
	FILE *stream;
	char *bytes;
	long size;

	snprintf(path, sizeof(path), "%s/snapshot", program->folder);
	stream = fopen(path, "rb");
	assert_non_null(stream);
	assert_int_equal(fseek(stream, 0, SEEK_END), 0);
	size = ftell(stream);
	rewind(stream);
	bytes = malloc((size_t)size);
	assert_int_equal(fread(bytes, 1, (size_t)size, stream), size);
	fclose(stream);
	*ret_size = (size_t)size;
	return bytes;
}

void program_run(struct program *program, const char *argument)
{
	struct header header;
	size_t size;

	program_command(program, "SNAPSHOT=snapshot ./prog %s 2>/dev/null", argument);
	free(program->file);
	free(program->stack);
	free(program->notes);
	program->file = read_file(program, &size);
	memcpy(&header, program->file, sizeof(header));
	program->maps = program->file + sizeof(header);
	program->maps_len = header.maps_len;
	program->stack_len = header.stack_len;
	program->stack = malloc(header.stack_len);
	memcpy(program->stack, program->maps + header.maps_len, header.stack_len);
	program->note_count = header.note_count;
	program->notes = malloc(header.note_count * sizeof(*program->notes) + 1);
	memcpy(program->notes, program->maps + header.maps_len + header.stack_len,
		header.note_count * sizeof(*program->notes));
}

uint64_t program_note(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->note_count; i++) {
		if (strcmp(program->notes[i].name, name) == 0)
			return program->notes[i].address;
	}
	fail_msg("the program noted no '%s'", name);
	return 0;
}

void program_release(struct program *program)
{
	char line[128];

	free(program->file);
	free(program->stack);
	free(program->notes);
	snprintf(line, sizeof(line), "rm -rf %s", program->folder);
	assert_int_equal(system(line), 0);
}

uint32_t source_mark(const char *source, const char *name)
{
	char text[512];
	char mark[128];
	FILE *stream;
	uint32_t line = 0;
	bool found = false;

	snprintf(text, sizeof(text), "%s/%s", PROGRAMS, source);
	stream = fopen(text, "r");
	assert_non_null(stream);
	snprintf(mark, sizeof(mark), "mark: %s", name);
	while (!found && fgets(text, sizeof(text), stream)) {
		const char *at = strstr(text, mark);
		char after = at ? at[strlen(mark)] : 'x';

		found = after == ' ' || after == '\n';
		line++;
	}
	fclose(stream);
	if (!found)
		fail_msg("no mark '%s' in %s", name, source);
	return line;
}
