/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program under weft in many schedules, on both carriers, and compares what it writes
 * with what it wrote natively.
 *
 * usage: same_output RUNTIME TSAN_FOLDER EXPECTED PROGRAM [ARGUMENT ...]
 *
 * EXPECTED is the file with the native output. Ends with status 0 if every execution exits with
 * status 0 and wrote just that; otherwise names the first that did not, with status 1.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/launch/server.h"

#define SEEDS 3
#define OUTPUT_ROOM (8 << 20)

struct text {
	char *bytes;
	size_t size;
};

struct variant {
	uint32_t carrier;
	uint32_t points;
};

static struct text read_file(const char *path)
{
	struct text text = { .bytes = malloc(OUTPUT_ROOM) };
	FILE *file = fopen(path, "r");

	if (!file || !text.bytes) {
		perror(path);
		exit(2);
	}
	text.size = fread(text.bytes, 1, OUTPUT_ROOM, file);
	fclose(file);
	return text;
}

static bool output_is(const struct server *server, uint64_t size, const struct text *expected)
{
	char *output;
	bool same;

	if (size != expected->size)
		return false;
	output = malloc(expected->size + 1);
	same = output && server_output(server, 0, output, expected->size) == expected->size &&
	       memcmp(output, expected->bytes, expected->size) == 0;
	free(output);
	return same;
}

/* One execution. Returns whether it was as natively. */
static bool execute(struct server *server, const struct variant *variant,
	const struct wire_request *wire, const struct text *expected)
{
	const struct server_request request = { .wire = *wire };
	struct server_outcome outcome;
	struct diag diag;
	bool same;

	if (server_execute(server, &request, &outcome, &diag) < 0) {
		fprintf(stderr, "%s\n", diag.text);
		return false;
	}
	same = output_is(server, outcome.output_size, expected) &&
	       outcome.result.verdict == WIRE_VERDICT_EXIT && outcome.result.value == 0;
	if (!same)
		fprintf(stderr,
			"carrier %u points %u strategy %u seed %llu: verdict %u value %d, %llu "
			"bytes: %s\n",
			variant->carrier, variant->points, wire->strategy,
			(unsigned long long)wire->seed, outcome.result.verdict,
			outcome.result.value, (unsigned long long)outcome.output_size,
			outcome.result.message);
	server_outcome_release(&outcome);
	return same;
}

static bool run_variant(
	struct server_setup *setup, const struct variant *variant, const struct text *expected)
{
	struct wire_request wire = { .depth = 3, .step_estimate = 1000 };
	struct server *server;
	struct diag diag;
	bool same = true;

	setup->config.carrier = variant->carrier;
	setup->config.points = variant->points;
	if (server_start(setup, &server, &diag) < 0) {
		fprintf(stderr, "%s\n", diag.text);
		return false;
	}
	for (wire.strategy = 0; wire.strategy < WIRE_STRATEGY_REPLAY && same; wire.strategy++) {
		uint64_t seeds = wire.strategy == WIRE_STRATEGY_SEQUENTIAL ? 1 : SEEDS;

		for (wire.seed = 1; wire.seed <= seeds && same; wire.seed++) {
			wire.execution++;
			same = execute(server, variant, &wire, expected);
		}
	}
	server_stop(server);
	return same;
}

int main(int argc, char **argv)
{
	static const struct variant variants[] = {
		{ WIRE_CARRIER_FIBER, WIRE_POINTS_AUTO },
		{ WIRE_CARRIER_FIBER, WIRE_POINTS_ALL },
		{ WIRE_CARRIER_THREAD, WIRE_POINTS_AUTO },
		{ WIRE_CARRIER_THREAD, WIRE_POINTS_ALL },
	};
	struct server_setup setup;
	struct text expected;
	bool same = true;

	if (argc < 5) {
		fprintf(stderr,
			"usage: same_output RUNTIME TSAN_FOLDER EXPECTED PROGRAM ...\n");
		return 2;
	}
	expected = read_file(argv[3]);
	server_setup_init(&setup);
	setup.runtime_path = argv[1];
	setup.tsan_dir = argv[2];
	setup.program = argv[4];
	setup.argv = argv + 4;
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		same = run_variant(&setup, &variants[i], &expected) && same;
	free(expected.bytes);
	return same ? 0 : 1;
}
