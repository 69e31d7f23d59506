/* SPDX-License-Identifier: Apache-2.0 */
/* Checks each record before anybody follows it; see observations.h. */
#include "tool/trace/observations.h"

#include <stdbool.h>
#include <string.h>

static bool is_sound(const struct wire_observation *o, size_t rest)
{
	size_t room;

	if (o->size % 8 || o->size > rest || o->size <= sizeof(*o))
		return false;
	room = o->size - sizeof(*o);
	if (o->kind >= WIRE_OBSERVATION_KIND_COUNT || o->name_size == 0 || o->name_size > room)
		return false;
	if (memchr(o->name, '\0', o->name_size) != o->name + o->name_size - 1)
		return false;
	return o->kind != WIRE_OBSERVED_TEXT ||
	       memchr(o->name + o->name_size, '\0', room - o->name_size);
}

const struct wire_observation *observation_next(
	const uint8_t *bytes, size_t size, size_t *offset)
{
	const struct wire_observation *o;

	if (!bytes || *offset > size || size - *offset < sizeof(*o))
		return NULL;
	o = (const struct wire_observation *)(const void *)(bytes + *offset);
	if (!is_sound(o, size - *offset))
		return NULL;
	*offset += o->size;
	return o;
}

const char *observation_text(const struct wire_observation *observation)
{
	return observation->name + observation->name_size;
}
