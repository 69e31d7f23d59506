/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program once under the runtime, in place, with its streams as they are. For the
 *conformance tests: nothing between the program and the runtime that could hide or repair
 *anything.
 *
 *	execute RUNTIME CARRIER STRATEGY SEED PROGRAM [ARGUMENT...]
 *
 * EXECUTE_HASH in the environment names a file that gets the hash over all events.
 * Exit status: the program's, or 128 and the signal that it died of; 126 when the runtime ended
 * the execution, after one line on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/op.h"
#include "common/wire.h"

#define AREA_SIZE (UINT64_C(4) << 20)
#define STEP_LIMIT 5000000
#define STATUS_ENDED 126
#define STATUS_SIGNALLED 128
#define STATUS_USAGE 2

enum argument { RUNTIME = 1, CARRIER, STRATEGY, SEED, PROGRAM };

static const char *const strategy_names[WIRE_STRATEGY_COUNT] = {
	"sequential",
	"random",
	"pct",
	"pos",
	"replay",
	"lockstep",
	"delay",
	"surw",
	"driven",
	"non-preemptive",
	"enumerate",
};

static const char *const verdict_names[] = {
	"none",
	"exit",
	"signal",
	"assertion",
	"deadlock",
	"livelock",
	"step limit",
	"stack overflow",
	"stalled",
	"unsupported",
	"defect",
};

static void fail(const char *what)
{
	fprintf(stderr, "execute: %s: %s\n", what, strerror(errno));
	exit(STATUS_USAGE);
}

static struct wire_region *region_new(char *path)
{
	uint64_t size = sizeof(struct wire_region) + WIRE_AREA_COUNT * AREA_SIZE;
	struct wire_region *region;
	int fd = mkstemp(path);

	if (fd < 0 || ftruncate(fd, (off_t)size))
		fail(path);
	region = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (region == MAP_FAILED)
		fail("mmap");
	close(fd);
	region->magic = WIRE_MAGIC;
	region->version = WIRE_VERSION;
	region->size = size;
	for (uint64_t i = 0; i < WIRE_AREA_COUNT; i++) {
		region->areas[i].offset = sizeof(*region) + i * AREA_SIZE;
		region->areas[i].capacity = AREA_SIZE;
	}
	return region;
}

static void configure(struct wire_region *region, char **arguments)
{
	region->config.realtime_start_ns = UINT64_C(1700000000) * 1000000000;
	region->config.step_limit = STEP_LIMIT;
	region->config.carrier =
		strcmp(arguments[CARRIER], "thread") ? WIRE_CARRIER_FIBER : WIRE_CARRIER_THREAD;
	region->config.output_fd = -1;
	region->config.input_fd = -2;
	region->config.pool_threads = 8;
	region->request.execution = 1;
	region->request.seed = strtoull(arguments[SEED], NULL, 10);
	region->request.depth = 3;
	region->request.step_estimate = 1000;
	for (uint32_t i = 0; i < WIRE_STRATEGY_COUNT; i++)
		if (!strcmp(arguments[STRATEGY], strategy_names[i]))
			region->request.strategy = i;
}

static void become_program(const char *path, char **arguments)
{
	setenv(WIRE_ENV_REGION, path, 1);
	unsetenv("EXECUTE_HASH");
	setenv("LD_PRELOAD", arguments[RUNTIME], 1);
	personality(ADDR_NO_RANDOMIZE);
	execv(arguments[PROGRAM], arguments + PROGRAM);
	fail(arguments[PROGRAM]);
}

static void describe_threads(const struct wire_region *region)
{
	const struct wire_area *area = &region->areas[WIRE_AREA_THREADS];
	const struct wire_thread *threads = (const void *)((const char *)region + area->offset);

	for (uint64_t i = 0; i < area->length / sizeof(*threads) && i < 16; i++)
		if (threads[i].state != WIRE_THREAD_FINISHED)
			fprintf(stderr, "execute: %s is at %s\n", threads[i].path,
				op_name((enum op_kind)threads[i].op));
}

static void describe_races(const struct wire_region *region)
{
	const struct wire_area *area = &region->areas[WIRE_AREA_RACES];
	const struct wire_race *races = (const void *)((const char *)region + area->offset);

	for (uint64_t i = 0; i < area->length / sizeof(*races); i++)
		fprintf(stderr,
			"race: thread %u %s of %llu at %#llx, pc %#llx; then thread %u %s of "
			"%llu at %#llx, pc %#llx\n",
			races[i].earlier.thread, op_name((enum op_kind)races[i].earlier.op),
			(unsigned long long)races[i].earlier.size,
			(unsigned long long)races[i].earlier.address,
			(unsigned long long)races[i].earlier.pc, races[i].later.thread,
			op_name((enum op_kind)races[i].later.op),
			(unsigned long long)races[i].later.size,
			(unsigned long long)races[i].later.address,
			(unsigned long long)races[i].later.pc);
}

static void hash_save(const char *path, const struct wire_region *region)
{
	FILE *file = fopen(path, "w");

	if (!file || fprintf(file, "%016llx\n", (unsigned long long)region->result.hash) < 0 ||
		fclose(file))
		fail(path);
}

static int status_of(const struct wire_region *region, int wait_status)
{
	const struct wire_result *result = &region->result;
	int exited = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;

	if (exited >= 0 &&
		(result->verdict == WIRE_VERDICT_NONE || result->verdict == WIRE_VERDICT_EXIT))
		return exited;
	if (WIFSIGNALED(wait_status) && result->verdict == WIRE_VERDICT_NONE)
		return STATUS_SIGNALLED + WTERMSIG(wait_status);
	fprintf(stderr, "execute: %s, value %d, status %#x: %s\n",
		verdict_names[result->verdict], result->value, (unsigned)wait_status,
		result->message);
	describe_threads(region);
	return STATUS_ENDED;
}

int main(int argc, char **argv)
{
	char path[] = "/tmp/weft-region-XXXXXX";
	struct wire_region *region;
	int status = 0;
	pid_t child;

	if (argc <= PROGRAM) {
		fprintf(stderr, "execute: expected RUNTIME CARRIER STRATEGY SEED PROGRAM\n");
		return STATUS_USAGE;
	}
	region = region_new(path);
	configure(region, argv);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		become_program(path, argv);
	waitpid(child, &status, 0);
	unlink(path);
	if (getenv("EXECUTE_HASH"))
		hash_save(getenv("EXECUTE_HASH"), region);
	if (getenv("EXECUTE_RACES"))
		describe_races(region);
	return status_of(region, status);
}
