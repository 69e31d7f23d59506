/* SPDX-License-Identifier: Apache-2.0 */
/* Suppression files and their patterns; see suppressions.h. */
#include "tool/analysis/suppressions.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((size_t)16 << 20)

static const char *const kind_names[SUPPRESSION_KIND_COUNT] = {
#define SUPPRESSION(symbol, name) [SUPPRESSION_##symbol] = name,
	SUPPRESSION_KINDS(SUPPRESSION)
#undef SUPPRESSION
};

const char *suppression_kind_name(enum suppression_kind kind)
{
	return kind_names[kind];
}

/* ---- patterns ---- */

/*
 * Whether `glob`, of `size` bytes in which '*' stands for anything, is all of `text`. Goes back
 * only to the last star: what came before it fitted with the least text.
 */
static bool glob_fits(const char *glob, size_t size, const char *text)
{
	const char *end = glob + size, *star = NULL, *retry = NULL;

	while (*text) {
		if (glob < end && *glob == '*') {
			star = glob++;
			retry = text;
		} else if (glob < end && *glob == *text) {
			glob++;
			text++;
		} else if (star) {
			glob = star + 1;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (glob < end && *glob == '*')
		glob++;
	return glob == end;
}

bool suppression_fits(const char *pattern, const char *text)
{
	size_t size = strlen(pattern);
	bool from_start = size && pattern[0] == '^';
	bool to_end = size > from_start && pattern[size - 1] == '$';
	char *glob;
	bool fits;

	if (!text || !*text)
		return false;
	pattern += from_start;
	size -= (size_t)from_start + to_end;
	if (asprintf(&glob, "%s%.*s%s", from_start ? "" : "*", (int)size, pattern,
		    to_end ? "" : "*") < 0)
		return false;
	fits = glob_fits(glob, strlen(glob), text);
	free(glob);
	return fits;
}

/* ---- files ---- */

static int add(struct suppressions *suppressions, enum suppression_kind kind,
	const char *pattern, size_t size)
{
	struct suppression *list =
		reallocarray(suppressions->list, suppressions->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	suppressions->list = list;
	list[suppressions->count] =
		(struct suppression){ .kind = kind, .pattern = strndup(pattern, size) };
	if (!list[suppressions->count].pattern)
		return -ENOMEM;
	suppressions->count++;
	return 0;
}

static int kind_from_name(const char *name, size_t size)
{
	for (int i = 0; i < SUPPRESSION_KIND_COUNT; i++)
		if (strlen(kind_names[i]) == size && memcmp(kind_names[i], name, size) == 0)
			return i;
	return -1;
}

static int refuse_kind(
	const char *name, unsigned int number, const char *line, size_t size, struct diag *diag)
{
	char kinds[128] = "";
	size_t len = 0;

	for (int i = 0; i < SUPPRESSION_KIND_COUNT; i++)
		len += (size_t)snprintf(
			kinds + len, sizeof(kinds) - len, "%s%s", i ? ", " : "", kind_names[i]);
	return diag_set(diag, -EINVAL, "%s:%u: '%.*s' is no kind of suppression; there are %s",
		name, number, (int)(size < 60 ? size : 60), line, kinds);
}

/* `line` has no blanks around it. */
static int parse_line(struct suppressions *suppressions, const char *name, unsigned int number,
	const char *line, size_t size, struct diag *diag)
{
	const char *colon = memchr(line, ':', size);
	size_t kind_size = colon ? (size_t)(colon - line) : 0;
	int kind;

	if (!colon)
		return diag_set(diag, -EINVAL,
			"%s:%u: a suppression is KIND:PATTERN, as in 'race:function', not "
			"'%.*s'",
			name, number, (int)(size < 60 ? size : 60), line);
	kind = kind_from_name(line, kind_size);
	if (kind < 0)
		return refuse_kind(name, number, line, kind_size, diag);
	if (kind_size + 1 == size)
		return diag_set(diag, -EINVAL, "%s:%u: the pattern after '%s:' is missing",
			name, number, kind_names[kind]);
	if (add(suppressions, (enum suppression_kind)kind, colon + 1, size - kind_size - 1) < 0)
		return diag_set(diag, -ENOMEM, "no memory for suppressions");
	return 0;
}

int suppressions_parse(struct suppressions *suppressions, const char *name, const char *text,
	struct diag *diag)
{
	unsigned int number = 1;
	int r = 0;

	for (; *text && r >= 0; number++) {
		size_t size = strcspn(text, "\n");
		const char *line = text;

		text += size + (text[size] == '\n');
		while (size && isspace((unsigned char)line[size - 1]))
			size--;
		for (; size && isspace((unsigned char)*line); size--)
			line++;
		if (size && *line != '#')
			r = parse_line(suppressions, name, number, line, size, diag);
	}
	return r;
}

/* The whole file, for the caller to free. Zero bytes in it end the text. */
static int read_file(const char *path, char **ret_text, struct diag *diag)
{
	FILE *stream = fopen(path, "re");
	char *text = stream ? malloc(FILE_SIZE_MAX + 1) : NULL;
	size_t size = text ? fread(text, 1, FILE_SIZE_MAX + 1, stream) : 0;
	int error = !stream || !text || ferror(stream) ? errno : 0;

	if (!error && size > FILE_SIZE_MAX)
		error = EFBIG;
	if (stream)
		fclose(stream);
	if (error) {
		free(text);
		return diag_set(diag, -error, "cannot read the suppressions '%s': %s", path,
			strerror(error));
	}
	text[size] = '\0';
	*ret_text = text;
	return 0;
}

int suppressions_read(struct suppressions *suppressions, const char *path, struct diag *diag)
{
	char *text = NULL;
	int r = read_file(path, &text, diag);

	if (r < 0)
		return r;
	r = suppressions_parse(suppressions, path, text, diag);
	free(text);
	return r;
}

/* ---- TSAN_OPTIONS ---- */

/* The value of the last `suppressions=`, for the caller to free; NULL: there is none. */
static char *find_option(const char *options)
{
	static const char separators[] = " ,:\n\t\r";
	static const char name[] = "suppressions=";
	char *found = NULL;

	while (*options) {
		size_t size = strcspn(options, separators);

		if (strncmp(options, name, sizeof(name) - 1) == 0) {
			const char *value = options + sizeof(name) - 1;
			char quote = *value == '\'' || *value == '"' ? *value : '\0';
			const char end[] = { quote, '\0' };

			value += quote != '\0';
			free(found);
			found = strndup(value, strcspn(value, quote ? end : separators));
			size = (size_t)(value - options) +
			       strcspn(value, quote ? end : separators);
		}
		options += size;
		options += *options != '\0';
	}
	return found;
}

int suppressions_read_options(struct suppressions *suppressions, const char *tsan_options,
	const char *program, struct diag *diag)
{
	char *path = tsan_options ? find_option(tsan_options) : NULL;
	const char *slash = strrchr(program, '/');
	char *beside = NULL;
	int r = 0;

	if (path && *path && access(path, R_OK) < 0 && *path != '/' && slash &&
		asprintf(&beside, "%.*s/%s", (int)(slash - program), program, path) >= 0 &&
		access(beside, R_OK) == 0)
		r = suppressions_read(suppressions, beside, diag);
	else if (path && *path)
		r = suppressions_read(suppressions, path, diag);
	free(beside);
	free(path);
	return r;
}

void suppressions_release(struct suppressions *suppressions)
{
	for (size_t i = 0; i < suppressions->count; i++)
		free(suppressions->list[i].pattern);
	free(suppressions->list);
	*suppressions = (struct suppressions){ 0 };
}
