/* SPDX-License-Identifier: Apache-2.0 */
/* The places of a SARIF result, and the words that link to them; see sarif_parts.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/naming.h"
#include "tool/report/anchor.h"
#include "tool/report/sarif_parts.h"
#include "tool/report/source_root.h"

/* ---- physical and logical locations ---- */

/* A path below the root is told from there; another as it is. */
static json_t *make_artifact(const struct report *report, const char *file)
{
	char *relative = source_root_relative(report->source_root, file);
	char *uri = source_root_uri(relative ? relative : file);
	json_t *artifact = NULL;

	if (uri && relative)
		artifact = json_pack("{s:s, s:s}", "uri", uri, "uriBaseId", SARIF_BASE);
	else if (uri)
		artifact = json_pack("{s:o}", "uri",
			json_sprintf("%s%s", file[0] == '/' ? "file://" : "", uri));
	free(relative);
	free(uri);
	return artifact;
}

static json_t *make_module_place(const struct symbol_frame *frame)
{
	char *uri = source_root_uri(frame->module);
	json_t *place = uri ? json_pack("{s:{s:s}, s:{s:I, s:s}}", "artifactLocation", "uri",
				      uri, "address", "relativeAddress",
				      (json_int_t)frame->module_offset, "kind", "instruction")
			    : NULL;

	free(uri);
	return place;
}

/* The line in a source, else the address in a module, else JSON's null. */
static json_t *make_place(const struct report *report, const struct symbol_frame *frame)
{
	if (frame->file && frame->line)
		return json_pack("{s:o, s:{s:i}}", "artifactLocation",
			make_artifact(report, frame->file), "region", "startLine",
			(int)frame->line);
	return frame->module ? make_module_place(frame) : json_null();
}

/* Sets what is known; a null is left out. Takes both over. */
static json_t *set(json_t *object, const char *key, json_t *value)
{
	int r = -1;

	if (json_is_null(value))
		return object;
	if (object)
		r = json_object_set_new(object, key, value);
	else
		json_decref(value);
	if (r == 0)
		return object;
	json_decref(object);
	return NULL;
}

json_t *sarif_location(
	const struct report *report, const struct symbol_frame *frame, const char *text)
{
	json_t *location = json_object();

	location = set(location, "physicalLocation", make_place(report, frame));
	if (frame->function)
		location = set(location, "logicalLocations",
			json_pack("[{s:o, s:s}]", "fullyQualifiedName",
				sarif_text(frame->function), "kind", "function"));
	if (text)
		location =
			set(location, "message", json_pack("{s:o}", "text", sarif_text(text)));
	return location;
}

/* ---- a finding's locations ---- */

static struct symbol_frame frame_of(const struct finding_location *location)
{
	return (struct symbol_frame){
		.function = location->function,
		.file = location->file,
		.short_file = location->short_file,
		.line = location->line,
		.module = location->module,
		.module_offset = location->module_offset,
	};
}

/* "waits here (main.1)" */
static char *words_of(const char *role, const char *thread)
{
	char *words;
	int r = thread ? asprintf(&words, "%s (%s)", role, thread)
		       : asprintf(&words, "%s", role);

	return r < 0 ? NULL : words;
}

static json_t *make_location(
	const struct report *report, const struct finding_location *location)
{
	struct symbol_frame frame = frame_of(location);
	char *words = words_of(location->role, location->thread);
	json_t *object = words ? sarif_location(report, &frame, words) : NULL;

	free(words);
	return object;
}

/*
 * Which location is shown first: the anchor if it is one of them; for a finding without any
 * line, the first. finding->location_count: none of them.
 */
static size_t first_location(const struct finding *finding, const struct anchor *anchor)
{
	return anchor->file || finding->location_count == 0 ? anchor->location : 0;
}

json_t *sarif_locations(const struct report *report, const struct finding *finding)
{
	json_t *array = json_array();
	struct symbol_frame frame;
	struct anchor anchor;
	size_t first;
	char *words;

	if (anchor_find(finding, &anchor) < 0) {
		json_decref(array);
		return NULL;
	}
	first = first_location(finding, &anchor);
	if (first < finding->location_count)
		return sarif_append(array, make_location(report, &finding->locations[first]));
	if (!anchor.file)
		return array;
	frame = (struct symbol_frame){
		.function = anchor.function, .file = anchor.file, .line = anchor.line
	};
	words = words_of(anchor.role, anchor.thread);
	array = sarif_append(array, words ? sarif_location(report, &frame, words) : NULL);
	free(words);
	return array;
}

json_t *sarif_related_locations(const struct report *report, const struct finding *finding)
{
	json_t *array = json_array();
	struct anchor anchor;
	size_t first;
	int id = 1;

	if (anchor_find(finding, &anchor) < 0) {
		json_decref(array);
		return NULL;
	}
	first = first_location(finding, &anchor);
	for (size_t i = 0; i < finding->location_count; i++) {
		json_t *location;

		if (i == first)
			continue;
		location = make_location(report, &finding->locations[i]);
		array = sarif_append(array, set(location, "id", json_integer(id++)));
	}
	return array;
}

/* ---- words ---- */

/* Brackets in a link's text must be escaped; line breaks are none of its. */
static void write_link(const char *text, int id, FILE *stream)
{
	fputc('[', stream);
	for (; *text; text++) {
		if (strchr("[]\\", *text))
			fputc('\\', stream);
		fputc(*text == '\n' ? ' ' : *text, stream);
	}
	fprintf(stream, "](%d)", id);
}

static void write_links(const struct finding *finding, size_t first, FILE *stream)
{
	int id = 1;

	for (size_t i = 0; i < finding->location_count; i++) {
		const struct finding_location *location = &finding->locations[i];
		struct symbol_frame frame = frame_of(location);
		char place[NAMING_SIZE];

		if (i == first)
			continue;
		fprintf(stream, "\n%s%s%s: ", location->role, location->thread ? " by " : "",
			location->thread ? location->thread : "");
		write_link(naming_frame(&frame, place), id++, stream);
	}
}

/* Text that stays what it is when read as Markdown. */
static void write_markdown(const char *text, FILE *stream)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>#|~", *text))
			fputc('\\', stream);
		fputc(*text, stream);
	}
}

static void write_words(
	const struct finding *finding, size_t first, bool is_markdown, FILE *stream)
{
	if (is_markdown)
		write_markdown(finding->summary, stream);
	else
		fputs(finding->summary, stream);
	write_links(finding, first, stream);
	if (finding->schedule_path)
		fprintf(stream,
			is_markdown ? "\n\nReplay: `weft replay %s`"
				    : "\nReplay: weft replay %s",
			finding->schedule_path);
}

static char *make_words(const struct finding *finding, size_t first, bool is_markdown)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	write_words(finding, first, is_markdown, stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

int sarif_message(const struct finding *finding, char **ret_text, char **ret_markdown)
{
	struct anchor anchor;
	size_t first;

	if (anchor_find(finding, &anchor) < 0)
		return -ENOMEM;
	first = first_location(finding, &anchor);
	*ret_text = make_words(finding, first, false);
	*ret_markdown = make_words(finding, first, true);
	return *ret_text && *ret_markdown ? 0 : -ENOMEM;
}
