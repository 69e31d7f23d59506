/* SPDX-License-Identifier: Apache-2.0 */
/* Copying results out of the shared memory and settling the verdict; see outcome.h. */
#include "tool/launch/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tool/launch/clock.h"
#include "tool/launch/output.h"

static void say_why_ended(const struct watchdog *watchdog, char *message, size_t message_size)
{
	switch (watchdog->reason) {
	case WATCHDOG_NO_PROGRESS:
		snprintf(message, message_size, "no operation for %g seconds",
			(double)watchdog->stall_limit_ns / (double)NS_PER_S);
		break;
	case WATCHDOG_TOO_LONG:
		snprintf(message, message_size, "ran for more than %g seconds",
			(double)watchdog->time_limit_ns / (double)NS_PER_S);
		break;
	case WATCHDOG_TOO_MUCH_OUTPUT:
		snprintf(message, message_size, "wrote more output than weft keeps");
		break;
	case WATCHDOG_FINE:
		break;
	}
}

/* An execution that ended without telling gets the verdict its wait status stands for. */
static void settle_verdict(
	const struct outcome_source *source, int wait_status, struct wire_result *result)
{
	if (result->verdict > WIRE_VERDICT_DEFECT)
		result->verdict = WIRE_VERDICT_NONE;
	if (result->verdict == WIRE_VERDICT_NONE) {
		if (source->watchdog->acted >= WATCHDOG_ASK) {
			result->verdict = WIRE_VERDICT_STALLED;
		} else if (WIFSIGNALED(wait_status)) {
			result->verdict = WIRE_VERDICT_SIGNAL;
			result->value = WTERMSIG(wait_status);
		} else {
			result->verdict = WIRE_VERDICT_EXIT;
			result->value = WEXITSTATUS(wait_status);
		}
	}
	if (result->verdict == WIRE_VERDICT_STALLED && result->message[0] == '\0')
		say_why_ended(source->watchdog, result->message, sizeof(result->message));
}

/* Copies whole records of an area; NULL and 0 for none. */
static int copy_records(const struct region *region, enum wire_area_id id, size_t record_size,
	void **ret_records, size_t *ret_count)
{
	size_t size;
	const void *records = region_area(region, id, &size);

	size -= size % record_size;
	if (size == 0)
		return 0;
	*ret_records = malloc(size);
	if (!*ret_records)
		return -ENOMEM;
	memcpy(*ret_records, records, size);
	*ret_count = size / record_size;
	return 0;
}

static int copy_output(const struct outcome_source *source, struct server_outcome *outcome)
{
	if (!source->hash_output || outcome->output_size > SERVER_OUTPUT_KEPT)
		return 0;
	outcome->output = calloc(1, outcome->output_size + 1);
	if (!outcome->output)
		return -ENOMEM;
	output_read(source->output_fd, 0, outcome->output, outcome->output_size);
	return 0;
}

/* What only some executions leave. */
static int copy_rest(const struct outcome_source *source, struct server_outcome *outcome)
{
	const struct region *region = source->region;
	int r = copy_records(region, WIRE_AREA_OBSERVATIONS, 1, (void **)&outcome->observations,
		&outcome->observations_size);

	if (r == 0)
		r = copy_records(region, WIRE_AREA_CHOICES, sizeof(*outcome->choices),
			(void **)&outcome->choices, &outcome->choice_count);
	outcome->choices_overflowed = region->wire->areas[WIRE_AREA_CHOICES].overflowed != 0;
	return r < 0 ? r : copy_output(source, outcome);
}

int outcome_fill(const struct outcome_source *source, int wait_status, bool lost,
	struct server_outcome *ret_outcome)
{
	struct server_outcome outcome = {
		.result = source->region->wire->result,
		.wait_status = wait_status,
		.lost = lost,
		.stood_still = source->watchdog->acted >= WATCHDOG_ASK &&
			       source->watchdog->reason == WATCHDOG_NO_PROGRESS,
		.duration_ns = clock_now_ns() - source->watchdog->started_ns,
		.output_size = output_size(source->output_fd),
	};

	if (!region_is_sound(source->region)) {
		outcome.result = (struct wire_result){
			.verdict = WIRE_VERDICT_UNSUPPORTED,
			.thread = WIRE_NONE,
			.stack = WIRE_NONE,
			.message =
				"it wrote over memory of weft in its process, by a wild write",
		};
		*ret_outcome = outcome;
		return 0;
	}
	outcome.result.message[sizeof(outcome.result.message) - 1] = '\0';
	settle_verdict(source, wait_status, &outcome.result);
	if (source->hash_output)
		outcome.output_hash = output_hash(source->output_fd, outcome.output_size);

	int r = copy_records(source->region, WIRE_AREA_LEARNED, sizeof(*outcome.learned),
		(void **)&outcome.learned, &outcome.learned_count);

	if (r == 0)
		r = copy_records(source->region, WIRE_AREA_RACES, sizeof(*outcome.races),
			(void **)&outcome.races, &outcome.race_count);
	if (r == 0)
		r = copy_records(source->region, WIRE_AREA_MISUSES, sizeof(*outcome.misuses),
			(void **)&outcome.misuses, &outcome.misuse_count);
	if (r == 0)
		r = copy_records(source->region, WIRE_AREA_TRACE, sizeof(*outcome.steps),
			(void **)&outcome.steps, &outcome.step_count);
	if (r == 0)
		r = copy_rest(source, &outcome);
	if (r == 0)
		*ret_outcome = outcome;
	else
		server_outcome_release(&outcome);
	return r;
}

static bool is_named(const char *path, const char *start)
{
	const char *slash = strrchr(path, '/');

	return strncmp(slash ? slash + 1 : path, start, strlen(start)) == 0;
}

void outcome_check_control(struct server_outcome *outcome, const struct modules *modules)
{
	struct wire_result *result = &outcome->result;
	const struct module *module;

	if (result->verdict != WIRE_VERDICT_STALLED ||
		!(result->limits & WIRE_LIMIT_SYSTEM_CALL))
		return;
	module = modules_find(modules, result->pc);
	if (module && (is_named(module->path, "libc.so") || is_named(module->path, "libweft")))
		return;
	result->verdict = WIRE_VERDICT_UNSUPPORTED;
	snprintf(result->message, sizeof(result->message),
		"it waits in a system call that '%s' makes without the C library, which weft "
		"can't follow",
		module ? module->path : "code loaded later");
	outcome->stood_still = false;
}
