/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the user's source files, for quoting beside a location. Files are read once; one
 * that is missing or was changed since the program was built gives no line: a wrong quote is
 * worse than none.
 */
#ifndef WEFT_TOOL_REPORT_SOURCE_H
#define WEFT_TOOL_REPORT_SOURCE_H

#include <stdint.h>
#include <time.h>

/* All zeros is empty. */
struct source_cache {
	struct source_file *files;
	size_t count;
	time_t built; /* lines of files changed after that are not given; 0: of any */
};

/* The line without surrounding blanks, or NULL. Lives as long as the cache. */
const char *source_line(struct source_cache *cache, const char *path, uint32_t line);

/* When the program's file was written, by the text of its memory map; or 0. */
time_t source_build_time(const char *maps);

void source_cache_release(struct source_cache *cache);

#endif
