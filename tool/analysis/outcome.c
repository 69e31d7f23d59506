/* SPDX-License-Identifier: Apache-2.0 */
/* Telling outcomes apart; see outcome.h. */
#include "tool/analysis/outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/outcome_line.h"
#include "tool/launch/server.h"
#include "tool/trace/observations.h"
#include "tool/trace/recording.h"

#define SALT_VALUE 1u
#define SALT_TEXT 2u

void identity_begin(struct identity *identity, int exit_status, uint64_t output_hash)
{
	*identity = (struct identity){
		.base = hash_fold(hash_mix((uint32_t)exit_status), output_hash),
	};
}

uint64_t identity_key(const char *name)
{
	return hash_string(name);
}

/* The place of the name's hash, made if need be; NULL: no memory. */
static uint64_t *sequence_of(struct identity *identity, uint64_t key)
{
	size_t grown = identity->count + 1;
	uint64_t *sequences, *keys;
	uint32_t number;

	if (pc_map_find(&identity->numbers, key, &number))
		return &identity->sequences[number];
	sequences = reallocarray(identity->sequences, grown, sizeof(*sequences));
	if (sequences)
		identity->sequences = sequences;
	keys = reallocarray(identity->keys, grown, sizeof(*keys));
	if (keys)
		identity->keys = keys;
	if (!sequences || !keys ||
		pc_map_add(&identity->numbers, key, (uint32_t)identity->count) < 0) {
		identity->failed = true;
		return NULL;
	}
	keys[identity->count] = key;
	sequences[identity->count] = 0;
	return &sequences[identity->count++];
}

static void add(struct identity *identity, uint64_t key, uint32_t salt, uint64_t value)
{
	uint64_t *sequence = sequence_of(identity, key);

	if (sequence)
		*sequence = hash_fold(hash_fold(*sequence, salt), value);
}

void identity_add_value(struct identity *identity, uint64_t key, int64_t value)
{
	add(identity, key, SALT_VALUE, (uint64_t)value);
}

void identity_add_text(struct identity *identity, uint64_t key, const char *text)
{
	add(identity, key, SALT_TEXT, hash_string(text));
}

void identity_set_sequence(struct identity *identity, uint64_t key, uint64_t sequence)
{
	uint64_t *place = sequence_of(identity, key);

	if (place)
		*place = sequence;
}

uint64_t identity_sequence(const struct identity *identity, uint64_t key)
{
	uint32_t number;

	return pc_map_find(&identity->numbers, key, &number) ? identity->sequences[number] : 0;
}

uint64_t identity_end(struct identity *identity)
{
	uint64_t sum = 0;
	uint64_t result;

	for (size_t i = 0; i < identity->count; i++)
		sum += hash_mix(hash_fold(identity->keys[i], identity->sequences[i]));
	result = identity->failed ? 0 : hash_mix(hash_fold(identity->base, sum));
	free(identity->sequences);
	free(identity->keys);
	pc_map_release(&identity->numbers);
	return result;
}

uint64_t outcome_identity(const struct server_outcome *outcome)
{
	const struct wire_observation *o;
	struct identity identity;

	identity_begin(&identity, outcome->result.value, outcome->output_hash);
	for (size_t at = 0; (o = observation_next(outcome->observations,
				     outcome->observations_size, &at));) {
		if (o->kind == WIRE_OBSERVED_VALUE)
			identity_add_value(&identity, identity_key(o->name), o->value);
		else if (o->kind == WIRE_OBSERVED_TEXT)
			identity_add_text(
				&identity, identity_key(o->name), observation_text(o));
	}
	return identity_end(&identity);
}

static bool is_outcome(const struct finding_judge *judge, const struct server_outcome *outcome)
{
	return outcome_identity(outcome) == judge->fingerprint;
}

static char *describe(const struct finding_judge *judge, const struct recording *recording,
	const char *output)
{
	struct outcome_text text = {
		.exit_status = recording->result.value,
		.output = output,
		.output_size = output ? strlen(output) : 0,
		.observations = recording->observations,
		.observations_size = recording->observations_size,
		.brief = true,
	};
	char *line = NULL;
	size_t size;
	FILE *stream = open_memstream(&line, &size);
	int r;

	(void)judge;
	if (!stream)
		return NULL;
	r = outcome_line_write(&text, stream);
	if (fclose(stream) == 0 && r >= 0)
		return line;
	free(line);
	return NULL;
}

void outcome_judge_init(struct finding_judge *judge, uint64_t identity)
{
	*judge = (struct finding_judge){
		.kind = FINDING_OUTCOME,
		.fingerprint = identity,
		.shows = is_outcome,
		.describe = describe,
	};
}
