/* SPDX-License-Identifier: Apache-2.0 */
/* One execution on the server, and what it showed; see verify.h. */
#include "tool/analysis/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/block.h"

static int copy_last(const struct server *server, const struct server_outcome *outcome,
	struct recording **ret_recording, struct diag *diag)
{
	const struct wire_region *region = server_region(server);
	struct recording_source source = {
		.request = &region->request,
		.result = &outcome->result,
		.config = &region->config,
		.truncated = (outcome->result.limits & WIRE_LIMIT_RECORD_FULL) != 0,
	};

	for (unsigned int id = 0; id < WIRE_AREA_COUNT; id++)
		source.areas[id].bytes = server_area(server, id, &source.areas[id].size);
	return recording_copy(&source, ret_recording, diag);
}

/* The end of stdout and stderr; the caller frees it. */
static char *copy_output(const struct server *server, const struct server_outcome *outcome)
{
	uint64_t skipped = outcome->output_size > EXAMINER_OUTPUT
				   ? outcome->output_size - EXAMINER_OUTPUT
				   : 0;
	char *output = calloc(1, EXAMINER_OUTPUT + 1);

	if (output)
		server_output(server, skipped, output, EXAMINER_OUTPUT);
	return output;
}

static int execute(struct examiner *examiner, const struct server_request *request,
	struct observation *ret_observation, struct diag *diag)
{
	struct server_outcome outcome;
	struct observation observation = { 0 };
	int r;

	examiner->executions++;
	r = server_execute(examiner->server, request, &outcome, diag);
	if (r < 0)
		return r;
	observation.kind = finding_kind_of(&outcome, examiner->expectation);
	observation.hash = outcome.result.hash;
	observation.key = finding_key(examiner->server, &outcome, observation.kind);
	observation.output_hash = outcome.output_hash;
	observation.decisions_applied = outcome.result.decisions_applied;
	observation.switches = outcome.result.switches;
	observation.limits = outcome.result.limits;
	if (request->wire.record) {
		r = copy_last(examiner->server, &outcome, &observation.recording, diag);
		observation.output = copy_output(examiner->server, &outcome);
	}
	observation.learned = outcome.learned;
	observation.learned_count = outcome.learned_count;
	observation.races = outcome.races;
	observation.race_count = outcome.race_count;
	observation.misuses = outcome.misuses;
	observation.misuse_count = outcome.misuse_count;
	outcome.learned = NULL;
	outcome.races = NULL;
	outcome.misuses = NULL;
	server_outcome_release(&outcome);
	if (r < 0) {
		observation_release(&observation);
		return r;
	}
	*ret_observation = observation;
	return 0;
}

int examine(struct examiner *examiner, const struct server_request *request,
	struct observation *ret_observation, struct diag *diag)
{
	struct server_request unrecorded = *request;

	unrecorded.wire.record = 0;
	return execute(examiner, &unrecorded, ret_observation, diag);
}

/* The same once more with an eye on the block that the first of them was about. */
static int look_at_block(struct examiner *examiner, const struct server_request *request,
	struct observation *seen, struct diag *diag)
{
	struct server_request again = *request;
	struct observation closer = { 0 };
	int r;

	examiner->watch_block = seen->recording->blocks[0].address;
	again.wire.watch_block = examiner->watch_block;
	r = execute(examiner, &again, &closer, diag);
	if (r < 0)
		return r;
	if (closer.hash != seen->hash || closer.kind != seen->kind) {
		observation_release(&closer);
		return 0;
	}
	observation_release(seen);
	*seen = closer;
	return 0;
}

int examine_recorded(struct examiner *examiner, const struct server_request *request,
	struct observation *ret_observation, struct diag *diag)
{
	struct server_request recorded = *request;
	struct observation seen = { 0 };
	int r;

	if (!recorded.wire.record)
		recorded.wire.record = WIRE_RECORD_EVENTS;
	if (!recorded.wire.watch_block)
		recorded.wire.watch_block = examiner->watch_block;
	r = execute(examiner, &recorded, &seen, diag);
	if (r >= 0 && block_lacks_stacks(seen.recording))
		r = look_at_block(examiner, &recorded, &seen, diag);
	if (r < 0) {
		observation_release(&seen);
		return r;
	}
	*ret_observation = seen;
	return 0;
}

void observation_release(struct observation *observation)
{
	recording_free(observation->recording);
	free(observation->output);
	free(observation->learned);
	free(observation->races);
	free(observation->misuses);
	*observation = (struct observation){ 0 };
}

void default_replays_release(struct default_replays *replays)
{
	for (uint32_t i = 0; i < replays->count; i++)
		observation_release(&replays->seen[i]);
	replays->count = 0;
}

/* Heaps and stacks come and go; only mapped files matter for names. */
static bool same_image(const char *maps, const char *other)
{
	struct modules a = { 0 }, b = { 0 };
	bool same;

	if (strcmp(maps, other) == 0)
		return true;
	same = modules_parse(maps, &a) == 0 && modules_parse(other, &b) == 0 &&
	       modules_same(&a, &b);
	modules_release(&a);
	modules_release(&b);
	return same;
}

/* Reads them, or takes those that are in the cache. */
static struct symbols *get_symbols(
	struct symbol_cache *cache, const char *maps, struct diag *diag)
{
	struct symbols *symbols;
	char *copy;

	if (cache && cache->symbols && same_image(cache->maps, maps))
		return symbols_share(cache->symbols);
	symbols = symbols_new(maps, strlen(maps), diag);
	copy = symbols && cache ? strdup(maps) : NULL;
	if (copy) {
		symbol_cache_release(cache);
		*cache = (struct symbol_cache){ symbols_share(symbols), copy };
	}
	return symbols;
}

void symbol_cache_release(struct symbol_cache *cache)
{
	symbols_free(cache->symbols);
	free(cache->maps);
	*cache = (struct symbol_cache){ 0 };
}

struct symbols *examiner_symbols(
	struct examiner *examiner, const struct recording *recording, struct diag *diag)
{
	struct symbols *symbols;
	char *maps;

	if (examiner->symbols && same_image(examiner->maps, recording->maps))
		return examiner->symbols;
	maps = strdup(recording->maps);
	symbols = maps ? get_symbols(examiner->cache, maps, diag) : NULL;
	if (!symbols) {
		free(maps);
		return NULL;
	}
	examiner_release(examiner);
	examiner->symbols = symbols;
	examiner->maps = maps;
	return symbols;
}

bool examiner_is_stopped(const struct examiner *examiner)
{
	return examiner->stopped && examiner->stopped();
}

void examiner_release(struct examiner *examiner)
{
	symbols_free(examiner->symbols);
	free(examiner->maps);
	examiner->symbols = NULL;
	examiner->maps = NULL;
}
