/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing outcomes with those of serial executions; see serial.h. */
#include "tool/analysis/serial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/outcome.h"
#include "tool/analysis/outcome_line.h"
#include "tool/launch/server.h"
#include "tool/trace/observations.h"
#include "tool/trace/recording.h"

#define SALT_OPERATIONS 0x6f7073u
/* Differences that are told. */
#define TOLD_MAX 4
#define BEYOND_CONTROL                                                             \
	(WIRE_LIMIT_OBSERVATIONS | WIRE_LIMIT_EXTERNAL_INPUT | WIRE_LIMIT_FORKED | \
		WIRE_LIMIT_FOREIGN_THREAD | WIRE_LIMIT_SIGNAL_AWAITED)

/* ---- identities ---- */

uint64_t serial_identity(const struct server_outcome *outcome)
{
	const struct wire_observation *o;
	struct identity identity;

	identity_begin(&identity, outcome->result.value, 0);
	for (size_t at = 0; (o = observation_next(outcome->observations,
				     outcome->observations_size, &at));) {
		uint64_t operations = hash_fold(hash_mix(o->thread), SALT_OPERATIONS);
		uint64_t name = hash_fold(hash_mix(o->thread), identity_key(o->name));

		if (o->kind == WIRE_OBSERVED_VALUE)
			identity_add_value(&identity, name, o->value);
		if (o->kind == WIRE_OBSERVED_TEXT)
			identity_add_text(&identity, name, observation_text(o));
		if (o->kind != WIRE_OBSERVED_OPERATION)
			continue;
		identity_add_text(&identity, operations, o->name);
		identity_add_value(&identity, operations, o->value);
	}
	return identity_end(&identity);
}

bool serial_has_operations(const struct server_outcome *outcome)
{
	const struct wire_observation *o;

	for (size_t at = 0;
		(o = observation_next(outcome->observations, outcome->observations_size, &at));)
		if (o->kind == WIRE_OBSERVED_OPERATION || o->kind == WIRE_OBSERVED_UNFINISHED)
			return true;
	return false;
}

bool serial_is_comparable(const struct server_outcome *outcome)
{
	const struct wire_observation *o;

	if (outcome->result.verdict != WIRE_VERDICT_EXIT || outcome->result.early ||
		(outcome->result.limits & BEYOND_CONTROL))
		return false;
	for (size_t at = 0;
		(o = observation_next(outcome->observations, outcome->observations_size, &at));)
		if (o->kind == WIRE_OBSERVED_UNFINISHED)
			return false;
	return serial_has_operations(outcome);
}

bool serial_contains(const struct serial_set *set, uint64_t identity)
{
	uint32_t number;

	return pc_map_find(&set->identities, identity, &number) != 0;
}

int serial_add(struct serial_set *set, const struct server_outcome *outcome)
{
	uint64_t identity = serial_identity(outcome);
	struct serial_outcome *list;
	struct serial_outcome *own;

	if (!identity)
		return -ENOMEM;
	if (serial_contains(set, identity))
		return 0;
	list = reallocarray(set->list, set->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	set->list = list;
	own = &list[set->count];
	own->exit_status = outcome->result.value;
	own->observations_size = outcome->observations_size;
	own->observations = malloc(outcome->observations_size + 1);
	if (!own->observations)
		return -ENOMEM;
	if (own->observations_size)
		memcpy(own->observations, outcome->observations, own->observations_size);
	set->count++;
	return pc_map_add(&set->identities, identity, (uint32_t)set->count - 1);
}

void serial_release(struct serial_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->list[i].observations);
	free(set->list);
	pc_map_release(&set->identities);
	*set = (struct serial_set){ 0 };
}

/* ---- differences ---- */

/* What is compared, sorted by thread and name; of one name in the order of the calls. */
struct items {
	const struct wire_observation **list;
	size_t count;
	int exit_status;
};

static bool is_operation(const struct wire_observation *o)
{
	return o->kind == WIRE_OBSERVED_OPERATION;
}

/* All operations of a thread are one sequence. */
static int compare_places(const struct wire_observation *x, const struct wire_observation *y)
{
	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	if (is_operation(x) != is_operation(y))
		return is_operation(x) ? -1 : 1;
	return is_operation(x) ? 0 : strcmp(x->name, y->name);
}

static int by_place(const void *a, const void *b)
{
	const struct wire_observation *x = *(const struct wire_observation *const *)a;
	const struct wire_observation *y = *(const struct wire_observation *const *)b;
	int order = compare_places(x, y);

	return order ? order : (x > y) - (x < y);
}

static int items_new(
	const uint8_t *bytes, size_t size, int exit_status, struct items *ret_items)
{
	const struct wire_observation *o;
	struct items items = { .exit_status = exit_status };

	items.list = calloc(size / sizeof(*o) + 1, sizeof(*items.list));
	if (!items.list)
		return -ENOMEM;
	for (size_t at = 0; (o = observation_next(bytes, size, &at));)
		if (o->kind <= WIRE_OBSERVED_OPERATION)
			items.list[items.count++] = o;
	qsort(items.list, items.count, sizeof(*items.list), by_place);
	*ret_items = items;
	return 0;
}

static bool is_equal(const struct wire_observation *x, const struct wire_observation *y)
{
	if (x->kind != y->kind || x->value != y->value || strcmp(x->name, y->name) != 0)
		return false;
	return x->kind != WIRE_OBSERVED_TEXT ||
	       strcmp(observation_text(x), observation_text(y)) == 0;
}

/* A place where two outcomes differ; either side may have nothing there. */
struct difference {
	const struct wire_observation *mine;
	const struct wire_observation *other;
};

/* The next one at or after the two positions, which move on; false: there are no more. */
static bool next_difference(const struct items *mine, const struct items *other,
	size_t positions[2], struct difference *ret)
{
	while (positions[0] < mine->count || positions[1] < other->count) {
		const struct wire_observation *x =
			positions[0] < mine->count ? mine->list[positions[0]] : NULL;
		const struct wire_observation *y =
			positions[1] < other->count ? other->list[positions[1]] : NULL;
		int order = !x ? 1 : !y ? -1 : compare_places(x, y);

		positions[0] += order <= 0;
		positions[1] += order >= 0;
		if (order == 0 && is_equal(x, y))
			continue;
		ret->mine = order <= 0 ? x : NULL;
		ret->other = order >= 0 ? y : NULL;
		return true;
	}
	return false;
}

static size_t distance(const struct items *mine, const struct items *other)
{
	size_t positions[2] = { 0, 0 };
	size_t count = mine->exit_status != other->exit_status;
	struct difference difference;

	while (next_difference(mine, other, positions, &difference))
		count++;
	return count;
}

/* The outcome in the set that differs least. Returns 0, or -ENOMEM; the caller frees its list.
 */
static int find_nearest(
	const struct serial_set *set, const struct items *mine, struct items *ret_nearest)
{
	struct items nearest = { .list = NULL };
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < set->count; i++) {
		const struct serial_outcome *outcome = &set->list[i];
		struct items other;
		size_t d;

		if (items_new(outcome->observations, outcome->observations_size,
			    outcome->exit_status, &other) < 0) {
			free(nearest.list);
			return -ENOMEM;
		}
		d = distance(mine, &other);
		if (d < least) {
			free(nearest.list);
			nearest = other;
			least = d;
		} else {
			free(other.list);
		}
	}
	*ret_nearest = nearest;
	return 0;
}

/* ---- in words ---- */

static void write_item(const struct wire_observation *o, const struct wire_observation *named,
	const struct recording *recording, FILE *stream)
{
	uint32_t thread = recording_thread_by_path(recording, named->thread);
	const char *path = thread == WIRE_NONE ? "a thread" : recording->threads[thread].path;

	if (!o)
		fprintf(stream, "no %s", named->name);
	else if (is_operation(o))
		fprintf(stream, "%s() = %" PRId64, o->name, o->value);
	else if (o->kind == WIRE_OBSERVED_VALUE)
		fprintf(stream, "%s = %" PRId64, o->name, o->value);
	else
		fprintf(stream, "%s = %.40s", o->name, observation_text(o));
	fprintf(stream, " in %s", path);
}

/* One side of all differences. */
static void write_side(const struct items *mine, const struct items *other, bool others,
	const struct recording *recording, FILE *stream)
{
	size_t positions[2] = { 0, 0 };
	struct difference d;
	size_t count = 0;

	if (mine->exit_status != other->exit_status) {
		fprintf(stream, "exit status %d",
			others ? other->exit_status : mine->exit_status);
		count++;
	}
	for (; next_difference(mine, other, positions, &d); count++) {
		if (count >= TOLD_MAX)
			continue;
		fputs(count ? ", " : "", stream);
		write_item(others ? d.other : d.mine, d.mine ? d.mine : d.other, recording,
			stream);
	}
	if (count > TOLD_MAX)
		fprintf(stream, " and %zu more", count - TOLD_MAX);
}

static char *describe(const struct finding_judge *judge, const struct recording *recording,
	const char *output)
{
	const struct serial_set *set = (const struct serial_set *)(const void *)judge;
	struct items mine = { .list = NULL }, nearest = { .list = NULL };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int r;

	(void)output;
	if (!stream)
		return NULL;
	r = items_new(recording->observations, recording->observations_size,
		recording->result.value, &mine);
	if (r == 0)
		r = find_nearest(set, &mine, &nearest);
	if (r == 0) {
		fputs("no order of the operations, one after another, gives ", stream);
		write_side(&mine, &nearest, false, recording, stream);
		if (set->count)
			fputs("; the nearest outcome that one gives has ", stream);
		if (set->count)
			write_side(&mine, &nearest, true, recording, stream);
	}
	free(mine.list);
	free(nearest.list);
	if (fclose(stream) == 0 && r == 0)
		return text;
	free(text);
	return NULL;
}

static bool is_foreign(const struct finding_judge *judge, const struct server_outcome *outcome)
{
	const struct serial_set *set = (const struct serial_set *)(const void *)judge;
	uint64_t identity;

	if (!serial_is_comparable(outcome))
		return false;
	identity = serial_identity(outcome);
	return identity && !serial_contains(set, identity);
}

void serial_judge_init(struct serial_set *set)
{
	/* All of a program's are one finding: one bug gives many outcomes. */
	set->judge = (struct finding_judge){
		.kind = FINDING_ATOMICITY,
		.fingerprint = hash_string(finding_kind_name(FINDING_ATOMICITY)),
		.shows = is_foreign,
		.describe = describe,
	};
}
