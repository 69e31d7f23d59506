/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no text makes the reader of .weft files misbehave, and what it accepts is
 * written to a text that reads back to the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/trace/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of a schedule read from `text`, or NULL when it is refused. */
static char *rewrite(const char *text, size_t size, size_t *ret_size)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };
	char *written = NULL;
	FILE *stream;
	int r;

	if (schedule_parse("fuzz.weft", text, size, &schedule, &diag) < 0) {
		if (schedule || !diag.text[0])
			abort();
		return NULL;
	}
	stream = open_memstream(&written, ret_size);
	r = stream ? schedule_write(schedule, stream) : -1;
	if (r < 0 || fclose(stream) != 0)
		abort();
	schedule_free(schedule);
	return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t once_size, twice_size;
	char *once = rewrite((const char *)data, size, &once_size);
	char *twice;

	if (!once)
		return 0;
	twice = rewrite(once, once_size, &twice_size);
	if (!twice || once_size != twice_size || memcmp(once, twice, once_size) != 0)
		abort();
	free(once);
	free(twice);
	return 0;
}
