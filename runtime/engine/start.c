/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up in the user's process; see start.h. */
#include "runtime/engine/start.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/bug.h"
#include "common/bytes.h"
#include "runtime/engine/access.h"
#include "runtime/engine/crash.h"
#include "runtime/engine/ending.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/observations.h"
#include "runtime/engine/runtime.h"
#include "runtime/engine/server.h"
#include "runtime/record/record.h"
#include "runtime/sys/kernel_thread.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

/* Address space only: pages are taken as they are touched. */
#define ARENA_SIZE (UINT64_C(4) << 30)

/* CLOCK_MONOTONIC at the start: programs look back in time, and no clock shows less than 0. */
#define UPTIME_NS (UINT64_C(3600) * 1000000000)

/* Removes `name` from the environment; returns its value, or NULL. */
static const char *environment_take(const char *name)
{
	size_t len = string_len(name);
	const char *value = NULL;
	char **to = environ;

	for (char **from = environ; from && *from; from++) {
		size_t i = 0;

		while (i < len && (*from)[i] == name[i])
			i++;
		if (i == len && (*from)[len] == '=')
			value = *from + len + 1;
		else
			*to++ = *from;
	}
	if (value)
		*to = NULL;
	return value;
}

/* Gives the variable the value that the user had: what the saved one says, or none. */
static void environment_restore(const char *name, const char *saved_name)
{
	const char *saved = environment_take(saved_name);
	size_t len = string_len(name);

	if (!saved) {
		environment_take(name);
		return;
	}
	for (char **entry = environ; *entry; entry++) {
		size_t i = 0;

		while (i < len && (*entry)[i] == name[i])
			i++;
		if (i == len && (*entry)[len] == '=')
			string_copy(*entry + len + 1, saved, string_len(saved) + 1);
	}
}

static struct wire_region *region_open(const char *path)
{
	size_t size;
	struct wire_region *region = memory_map_file(path, &size);

	if (!region || size < sizeof(*region) || region->magic != WIRE_MAGIC ||
		region->version != WIRE_VERSION || region->size > size)
		return NULL;
	return region;
}

static void enumeration_args(struct wire_region *region, struct strategy_args *args)
{
	args->enumerate = region->request.enumerate;
	args->prefix = wire_area_at(region, WIRE_AREA_PREFIX);
	args->prefix_count =
		(uint32_t)(region->areas[WIRE_AREA_PREFIX].length / sizeof(uint32_t));
	args->choices = wire_area_at(region, WIRE_AREA_CHOICES);
	args->choices_area = &region->areas[WIRE_AREA_CHOICES];
}

static void execution_begin(void *stack_end)
{
	struct wire_region *region = runtime.region;
	const struct wire_request *request = &region->request;
	const struct wire_area *areas = region->areas;
	struct core_args args = {
		.arena = &runtime.arena,
		.result = &region->result,
		.step_limit = region->config.step_limit,
		.strategy = strategy_get(request->strategy),
	};
	struct thread *main_thread;

	BUG_ON(!args.strategy);
	if (request->record)
		args.recorder = record_begin(region, runtime.carrier);
	args.strategy_args.seed = request->seed;
	args.strategy_args.depth = request->depth;
	args.strategy_args.step_estimate = request->step_estimate;
	args.strategy_args.decisions = wire_area_at(region, WIRE_AREA_DECISIONS);
	args.strategy_args.decision_count =
		(uint32_t)(areas[WIRE_AREA_DECISIONS].length / sizeof(struct wire_decision));
	args.strategy_args.locations = wire_area_at(region, WIRE_AREA_LOCATIONS);
	args.strategy_args.location_count =
		(uint32_t)(areas[WIRE_AREA_LOCATIONS].length / sizeof(struct wire_location));
	args.strategy_args.request = request;
	args.count_occurrences = request->trace || request->order_count;
	if (request->trace) {
		args.trace_area = &region->areas[WIRE_AREA_TRACE];
		args.trace_start = wire_area_at(region, WIRE_AREA_TRACE);
	}
	enumeration_args(region, &args.strategy_args);
	args.constraints = wire_area_at(region, WIRE_AREA_CONSTRAINTS);
	args.constraint_count = (uint32_t)(areas[WIRE_AREA_CONSTRAINTS].length /
					   sizeof(struct wire_constraint));
	core_init(&runtime.core, &args);
	if (request->check && request->check != WIRE_CHECK_BEFORE)
		core_explore(&runtime.core, false);
	runtime.core.now_ns = UPTIME_NS;
	access_begin(region, &runtime.arena);
	happens_before_begin(region, &runtime.arena);
	misuse_begin(region);
	observations_begin(region);
	heap_begin(region, &runtime.arena);
	if (runtime.foreign_threads)
		region->result.limits |= WIRE_LIMIT_FOREIGN_THREAD;
	main_thread = core_thread_new(&runtime.core, NULL);
	runtime.carrier->adopt_main(main_thread, (uint64_t)(uintptr_t)stack_end);
	if (access_instrumented)
		happens_before_turn_on();
	if (request->record == WIRE_RECORD_ACCESSES)
		record_aside_begin(region, access_instrumented);
	crash_handlers_install();
	debugger_name(main_thread);
	runtime_self = main_thread;
}

/* The tool shows the last line of output of a program that does not come up. */
_Noreturn static void give_up(const char *text)
{
	raw_syscall(SYS_write, 2, text, string_len(text));
	_exit(EXIT_FAILURE);
}

void runtime_start(void *stack_end)
{
	const char *path = environment_take(WIRE_ENV_REGION);
	const char *socket = environment_take(WIRE_ENV_SOCKET);
	void *block;

	if (!path)
		return;
	environment_restore("LD_PRELOAD", WIRE_ENV_OLD_PRELOAD);
	environment_restore("LD_LIBRARY_PATH", WIRE_ENV_OLD_LIBRARY_PATH);
	if (environment_take(WIRE_ENV_BIND_NOW))
		environment_take("LD_BIND_NOW");

	uint64_t mapped = memory_mapped_size();

	runtime.region = region_open(path);
	block = memory_reserve(ARENA_SIZE);
	if (!runtime.region)
		give_up("weft: the memory shared with the tool cannot be mapped; is there a "
			"limit on address space (ulimit -v)?\n");
	if (!block)
		give_up("weft: there are no 4 GiB of address space to reserve; raise the limit "
			"(ulimit -v)\n");
	arena_init(&runtime.arena, block, ARENA_SIZE);
	runtime.carrier = runtime.region->config.carrier == WIRE_CARRIER_THREAD
				  ? &carrier_thread
				  : &carrier_fiber;
	happens_before_prepare();
	runtime.foreign_threads = kernel_thread_count() > 1;
	runtime.carrier->prepare(&runtime.arena, runtime.region->config.pool_threads);
	if (socket)
		server_run(runtime.region, socket);
	else
		result_reset(runtime.region);
	execution_begin(stack_end);
	runtime.reserved = memory_mapped_size() - mapped;
}
