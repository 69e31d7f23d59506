/* SPDX-License-Identifier: Apache-2.0 */
/* From failures to findings; see failures.h. */
#include "tool/search/failures.h"

#include "tool/explain/story.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/launch/clock.h"
#include "tool/launch/machine.h"
#include "tool/launch/request.h"
#include "tool/search/points.h"

/* While examining, a stall is called one after 50 times the longest normal execution. */
#define STALL_LIMIT_MIN_NS (NS_PER_S / 4)
#define STALL_LIMIT_MAX_NS (2 * NS_PER_S)
#define EXAMINED_OVER_TYPICAL 50

#define TRIALS_MIN 10
#define TRIALS_MAX 300

/* Makes the folder and those above it. Returns 0 or a negative errno. */
static int make_folders(const char *path)
{
	char *part = strdup(path);
	int error = part ? 0 : ENOMEM;

	for (char *slash = part; slash && !error; *slash = '/') {
		slash = strchr(slash + 1, '/');
		if (!slash)
			break;
		*slash = '\0';
		if (mkdir(part, 0777) < 0 && errno != EEXIST)
			error = errno;
	}
	if (!error && mkdir(path, 0777) < 0 && errno != EEXIST)
		error = errno;
	free(part);
	return -error;
}

/* A finding is worth more than its file: when there is no folder, it goes on without. */
static const char *out_dir_of(struct failures *failures)
{
	const char *path = failures->out_dir;
	int r;

	if (!path || failures->out_dir_failed)
		return NULL;
	r = make_folders(path);
	if (r == 0)
		return path;
	failures->out_dir_failed = true;
	diag_set(&failures->out_dir_diag, r,
		"cannot make the folder '%s': %s; schedules are not saved, see --out", path,
		strerror(-r));
	return NULL;
}

/* How many trials fit into the time for it; minimising stays worth while with a few. */
static uint32_t trials_for(uint64_t duration_ns)
{
	uint64_t trials = EXAMINATION_NS / (duration_ns + 1);

	if (trials < TRIALS_MIN)
		return TRIALS_MIN;
	return trials > TRIALS_MAX ? TRIALS_MAX : (uint32_t)trials;
}

static uint64_t stall_limit_for(uint64_t usual_ns, uint64_t typical_ns)
{
	uint64_t limit_ns = STALL_LIMIT_MAX_NS;

	if (typical_ns && typical_ns < STALL_LIMIT_MAX_NS / EXAMINED_OVER_TYPICAL)
		limit_ns = typical_ns * EXAMINED_OVER_TYPICAL;
	if (limit_ns < STALL_LIMIT_MIN_NS)
		limit_ns = STALL_LIMIT_MIN_NS;
	return usual_ns && usual_ns < limit_ns ? usual_ns : limit_ns;
}

/*
 * Here a stall is expected rather than feared, and seen many times: it is called one earlier.
 * That is no weaker, since the place has to be the same as in the execution that stalled for
 * long.
 */
int failures_start_server(struct failures *failures, uint64_t typical_ns, struct diag *diag)
{
	int r = 0;

	if (!failures->server) {
		failures->own_setup = *failures->setup;
		failures->own_setup.hash_output = true;
		failures->own_setup.stall_limit_ns =
			stall_limit_for(failures->setup->stall_limit_ns, typical_ns);
		r = server_start(&failures->own_setup, &failures->server, diag);
	}
	return r < 0 ? r : server_wait_ready(failures->server, diag);
}

/* How an execution may seem to hang and yet not. */
enum doubt { DOUBT_NONE, DOUBT_SLOW, DOUBT_LENGTHY };

/* Could the hang be nothing but a long computation? */
static enum doubt doubt_of(
	const struct failures *failures, const struct campaign_failure *failure)
{
	const struct server_outcome *outcome = failure->outcome;
	uint64_t taken_ns = outcome->duration_ns;

	if (outcome->stood_still)
		taken_ns = failures->setup->stall_limit_ns;
	else if (outcome->result.verdict != WIRE_VERDICT_STEP_LIMIT)
		return DOUBT_NONE;
	if (failure->typical_ns && failure->typical_ns <= taken_ns / STALL_OVER_TYPICAL)
		return DOUBT_NONE;
	return outcome->stood_still ? DOUBT_SLOW : DOUBT_LENGTHY;
}

/* Executes it with more patience. Returns 1 if it hangs even so, 0 if it went on. */
static int hangs_for_long(
	struct failures *failures, const struct campaign_failure *failure, struct diag *diag)
{
	struct server_setup patient = *failures->setup;
	const struct server_request request = {
		.wire = failure->failure.request,
		.image = failure->image,
		.points = failure->failure.points,
		.point_count = failure->failure.point_count,
	};
	struct server_outcome outcome;
	struct server *server;
	int r;

	patient.stall_limit_ns *= PATIENCE;
	patient.config.step_limit *= STEP_PATIENCE;
	r = server_start(&patient, &server, diag);
	if (r < 0)
		return r;
	r = server_execute(server, &request, &outcome, diag);
	server_stop(server);
	if (r < 0)
		return r;
	r = outcome.result.verdict == WIRE_VERDICT_STALLED ||
	    outcome.result.verdict == WIRE_VERDICT_STEP_LIMIT;
	server_outcome_release(&outcome);
	return r;
}

/*
 * The points as addresses of the server's own image, which differs from the campaign's only
 * where address randomisation can't be switched off. The caller frees them.
 */
static int carry_points(const struct failures *failures, const struct campaign_failure *failure,
	struct points *ret_points)
{
	const struct modules *own = server_modules(failures->server);
	size_t count = failure->failure.point_count;
	size_t kept = 0;
	uint64_t *list = calloc(count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		uint64_t address =
			modules_translate(failure->image, own, failure->failure.points[i]);

		if (address)
			list[kept++] = address;
	}

	int r = points_add(ret_points, list, kept);

	free(list);
	return r;
}

static void carry_race(const struct failures *failures, const struct campaign_failure *failure,
	struct wire_race *race)
{
	const struct modules *own = server_modules(failures->server);

	race->earlier.pc = modules_translate(failure->image, own, race->earlier.pc);
	race->later.pc = modules_translate(failure->image, own, race->later.pc);
}

static void carry_misuse(const struct failures *failures,
	const struct campaign_failure *failure, struct wire_misuse *misuse)
{
	const struct modules *own = server_modules(failures->server);

	misuse->pc = modules_translate(failure->image, own, misuse->pc);
	misuse->other_pc = modules_translate(failure->image, own, misuse->other_pc);
}

int failures_examine(struct failures *failures, const struct campaign_failure *failure,
	struct finding **ret_finding, struct diag *diag)
{
	struct finding_failure own = failure->failure;
	struct points points = { .list = NULL };
	struct wire_race race;
	struct wire_misuse misuse;
	int r;

	r = failures_start_server(failures, failure->typical_ns, diag);
	if (r < 0)
		return r;
	if (!modules_same(server_modules(failures->server), failure->image)) {
		r = carry_points(failures, failure, &points);
		request_carry(&own.request, failure->image, server_modules(failures->server));
		own.points = points.list;
		own.point_count = points.count;
		if (own.race) {
			race = *own.race;
			carry_race(failures, failure, &race);
			own.race = &race;
		}
		if (own.misuse) {
			misuse = *own.misuse;
			carry_misuse(failures, failure, &misuse);
			own.misuse = &misuse;
		}
	}
	if (r < 0)
		return diag_set(diag, r, "out of memory");

	const struct finding_lab lab = {
		.server = failures->server,
		.setup = failures->setup,
		.expectation = failures->expectation,
		.out_dir = out_dir_of(failures),
		.execution_limit = trials_for(failure->outcome->duration_ns),
		.hasty = failures->hasty,
		.symbols = &failures->symbols,
		.defaults = machine_fixes_addresses() ? &failures->defaults : NULL,
		.suppressions = failures->suppressions,
		.stopped = failures->stopped,
		.known = &failures->findings,
	};

	r = finding_new(&lab, &own, ret_finding, diag);
	if (r >= 0)
		r = story_add(&lab, *ret_finding, diag);
	points_release(&points);
	return r;
}

/* Where an execution in doubt is counted if it proves innocent; NULL if there is no doubt. */
static uint64_t *innocent_counter(
	struct failures *failures, const struct campaign_failure *failure)
{
	switch (doubt_of(failures, failure)) {
	case DOUBT_SLOW:
		return &failures->slow;
	case DOUBT_LENGTHY:
		return &failures->lengthy;
	default:
		return NULL;
	}
}

int failures_take(void *context, const struct campaign_failure *failure, struct diag *diag)
{
	struct failures *failures = context;
	uint64_t *counted = innocent_counter(failures, failure);
	struct finding *finding;
	int r;

	if (findings_note(&failures->findings, failure->key))
		return 0;
	if (failures->examinations == EXAMINATIONS_MAX) {
		failures->unexamined++;
		return 0;
	}
	/* One that proved to be slow would cost every later one the same time. */
	if (counted && *counted) {
		++*counted;
		return 0;
	}
	failures->examinations++;
	if (failures->examining)
		failures->examining(failures->context, failure);
	if (counted) {
		r = hangs_for_long(failures, failure, diag);
		*counted += r == 0;
		if (r <= 0)
			return r;
	}
	r = failures_examine(failures, failure, &finding, diag);
	if (r < 0)
		return r;
	r = findings_add(&failures->findings, failure->key, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (r > 0)
		failures->found(failures->context, finding);
	return r;
}

void failures_release(struct failures *failures)
{
	server_stop(failures->server);
	failures->server = NULL;
	findings_release(&failures->findings);
	symbol_cache_release(&failures->symbols);
	default_replays_release(&failures->defaults);
}
