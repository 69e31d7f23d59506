/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the loader, and looking at each library it names; see libraries.h. */
#include "tool/launch/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/capture.h"
#include "tool/launch/elf_facts.h"

static bool is_instrumented(const char *path)
{
	struct elf_facts facts;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return false;
	r = elf_facts_read(fd, &facts);
	close(fd);
	return r == 0 && (facts.sanitizers_used & 1u << SANITIZER_THREAD);
}

/* Takes the strings over, also when it fails. */
static int add_library(struct libraries *libraries, char *name, char *path, bool has_path)
{
	struct library *list =
		reallocarray(libraries->list, libraries->count + 1, sizeof(*libraries->list));

	if (list)
		libraries->list = list;
	if (!list || !name || (has_path && !path)) {
		free(name);
		free(path);
		return -ENOMEM;
	}
	list[libraries->count++] = (struct library){ .name = name, .path = path };
	return 0;
}

/*
 * "\tNAME => PATH (0xADDRESS)" or "\tNAME => not found". Lines without an arrow are the loader
 * itself, the kernel's page and preloaded libraries, which nothing needs.
 */
static int parse_line(const char *line, size_t length, struct libraries *libraries)
{
	const char *end = line + length;
	const char *arrow = memmem(line, length, " => ", 4);
	const char *path;
	const char *path_end;

	if (line == end || *line != '\t' || !arrow)
		return 0;
	line++;
	path = arrow + 4;
	if ((size_t)(end - path) == strlen("not found") && memcmp(path, "not found", 9) == 0)
		return add_library(
			libraries, strndup(line, (size_t)(arrow - line)), NULL, false);
	path_end = memmem(path, (size_t)(end - path), " (0x", 4);
	if (!path_end || !memchr(path, '/', (size_t)(path_end - path)))
		return 0;
	return add_library(libraries, strndup(line, (size_t)(arrow - line)),
		strndup(path, (size_t)(path_end - path)), true);
}

int libraries_parse(const char *text, struct libraries *ret)
{
	struct libraries libraries = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (parse_line(text, length, &libraries) < 0) {
			libraries_release(&libraries);
			return -ENOMEM;
		}
		text += length + (text[length] == '\n');
	}
	*ret = libraries;
	return 0;
}

static int refuse_by_loader(const char *path, struct capture *capture, struct diag *diag)
{
	const char *text = *capture->err ? capture->err : capture->out;

	return diag_set(diag, -ENOEXEC, "the loader can't load '%s': %.*s", path,
		(int)strcspn(text, "\n"), text);
}

int libraries_read(
	const char *loader, const char *path, struct libraries *ret, struct diag *diag)
{
	const char *argv[] = { loader, path, NULL };
	struct capture capture;
	int r = capture_run(argv, "LD_TRACE_LOADED_OBJECTS=1", &capture);

	if (r < 0)
		return diag_set(
			diag, r, "cannot run the loader '%s': %s", loader, strerror(-r));
	if (capture_succeeded(&capture)) {
		r = libraries_parse(capture.out, ret);
		if (r < 0)
			diag_set(diag, r, "cannot list the libraries of '%s': %s", path,
				strerror(-r));
	} else {
		r = refuse_by_loader(path, &capture, diag);
	}
	capture_release(&capture);
	for (size_t i = 0; r == 0 && i < ret->count; i++)
		if (ret->list[i].path)
			ret->list[i].is_instrumented = is_instrumented(ret->list[i].path);
	return r;
}

void libraries_release(struct libraries *libraries)
{
	for (size_t i = 0; i < libraries->count; i++) {
		free(libraries->list[i].name);
		free(libraries->list[i].path);
	}
	free(libraries->list);
	libraries->list = NULL;
	libraries->count = 0;
}
