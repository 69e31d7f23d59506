/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of a campaign: hand out executions of the current batch, wait, take in results, look
 * at them in order, and at the batch's end use what they taught; see campaign.h.
 */
#include "tool/search/campaign.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "common/hash.h"
#include "common/op.h"
#include "tool/launch/clock.h"
#include "tool/search/points.h"
#include "tool/search/value_set.h"

#define BATCH_MAX 64
/* Calls of weft_check() that are explored; each has a search with its own memory. */
#define CHECKS_MAX 256u
/* A batch is as long as a part of all executions before it. */
#define BATCH_GROWTH 16

/* How long executions that run when the campaign's time is over may go on. */
#define GRACE_NS NS_PER_S

/* The longest time without a call of the observer. */
#define PROGRESS_NS NS_PER_S

enum slot_state { SLOT_FREE, SLOT_RUNNING, SLOT_DONE };

/* One execution of the current batch. */
struct slot {
	enum slot_state state;
	struct wire_request request;
	struct server_outcome outcome; /* learned: as addresses of the reference image */
	enum finding_kind kind;
	uint64_t key; /* of a failure */
};

struct worker {
	struct server *server; /* NULL: not needed so far */
	struct slot *slot;     /* what it runs, or NULL */
};

/* Why no more executions are handed out. */
enum ending { GOING_ON, OUT_OF_SCHEDULES, FOUND, OUT_OF_TIME, INTERRUPTED, FAILED };

struct campaign {
	const struct campaign_options *options;
	const struct campaign_observer *observer;
	struct finding_expectation *expectation;
	struct campaign_stats stats;
	struct portfolio portfolio; /* of the whole program */
	struct portfolio *checks;   /* in their order; NULL: none is known */
	size_t check_count;
	struct points points; /* as addresses of the reference image */
	struct modules image; /* the reference: that of the first server */
	struct assertions assertions;
	struct value_set behaviours;
	struct value_set failures; /* keys of those that were seen */
	unsigned int jobs;	   /* executions at a time, from now on */
	struct worker workers[CAMPAIGN_JOBS_MAX];
	struct slot batch[BATCH_MAX];
	uint64_t batch_first; /* number of the execution in batch[0] */
	size_t batch_size;
	size_t handed_out; /* slots of the batch */
	size_t looked_at;
	uint64_t started_ns;
	uint64_t ended_ns; /* when `ending` was set */
	uint64_t examined_ns;
	uint64_t typical_ns; /* the longest execution that ended by itself */
	enum ending ending;
	bool has_image;
};

uint64_t campaign_batch_size(uint64_t first_execution)
{
	uint64_t size = first_execution / BATCH_GROWTH + 1;

	return size < BATCH_MAX ? size : BATCH_MAX;
}

static void end(struct campaign *campaign, enum ending why)
{
	if (campaign->ending != GOING_ON)
		return;
	campaign->ending = why;
	campaign->ended_ns = clock_now_ns();
}

static void open_batch(struct campaign *campaign, uint64_t first)
{
	uint64_t size = campaign_batch_size(first);
	uint64_t schedules = campaign->options->schedules;

	if (schedules && schedules < first)
		size = 0;
	else if (schedules && schedules - first + 1 < size)
		size = schedules - first + 1;
	campaign->batch_first = first;
	campaign->batch_size = (size_t)size;
	campaign->handed_out = 0;
	campaign->looked_at = 0;
	if (size == 0)
		end(campaign, OUT_OF_SCHEDULES);
}

/* After the first execution checks take turns, each with executions of its own number. */
static void make_request(
	struct campaign *campaign, uint64_t execution, struct wire_request *request)
{
	uint64_t count = campaign->check_count;

	if (!count || execution < 2) {
		portfolio_request(&campaign->portfolio, execution, request);
		return;
	}
	portfolio_request(&campaign->checks[(execution - 2) % count],
		(execution - 2) / count + 1, request);
	request->execution = execution;
}

static struct portfolio *portfolio_of(
	struct campaign *campaign, const struct wire_request *request)
{
	return request->check && request->check != WIRE_CHECK_BEFORE
		       ? &campaign->checks[request->check - 1]
		       : &campaign->portfolio;
}

/* The first execution has come by so many calls of weft_check(). */
static int open_checks(struct campaign *campaign, uint32_t count)
{
	if (count > CHECKS_MAX)
		count = CHECKS_MAX;
	campaign->checks = calloc(count, sizeof(*campaign->checks));
	if (!campaign->checks)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		portfolio_init(&campaign->checks[i], campaign->options->strategy,
			hash_fold(campaign->options->seed, i));
		campaign->checks[i].check = i + 1;
		campaign->checks[i].assertions = &campaign->assertions;
		campaign->checks[i].sequential_first = campaign->portfolio.sequential_first;
	}
	campaign->check_count = count;
	campaign->stats.checks = count;
	return 0;
}

/* Gives an idle worker the next execution of the batch, starting its server if need be. */
static int hand_out(struct campaign *campaign, struct worker *worker, struct diag *diag)
{
	struct slot *slot = &campaign->batch[campaign->handed_out];
	int r = 0;

	if (!worker->server)
		r = server_start(campaign->options->setup, &worker->server, diag);
	if (r < 0)
		return r;
	*slot = (struct slot){ .state = SLOT_RUNNING };
	make_request(campaign, campaign->batch_first + campaign->handed_out, &slot->request);

	const struct server_request request = {
		.wire = slot->request,
		.image = campaign->has_image ? &campaign->image : NULL,
		.points = campaign->points.list,
		.point_count = campaign->points.count,
	};

	r = server_submit(worker->server, &request, diag);
	if (r < 0)
		return r;
	worker->slot = slot;
	campaign->handed_out++;
	return 0;
}

static int hand_out_all(struct campaign *campaign, struct diag *diag)
{
	for (unsigned int i = 0; i < campaign->jobs; i++) {
		struct worker *worker = &campaign->workers[i];

		if (campaign->ending != GOING_ON ||
			campaign->handed_out == campaign->batch_size)
			return 0;
		if (worker->slot)
			continue;

		int r = hand_out(campaign, worker, diag);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The first image is the reference; addresses of others are carried over to it. */
static int carry_learned(
	struct campaign *campaign, const struct server *server, struct server_outcome *outcome)
{
	const struct modules *own = server_modules(server);
	size_t kept = 0;

	if (!campaign->has_image) {
		int r = modules_copy(own, &campaign->image);

		campaign->has_image = r == 0;
		return r;
	}
	if (outcome->learned_count == 0 || modules_same(own, &campaign->image))
		return 0;
	for (size_t i = 0; i < outcome->learned_count; i++) {
		uint64_t address =
			modules_translate(own, &campaign->image, outcome->learned[i]);

		if (address)
			outcome->learned[kept++] = address;
	}
	outcome->learned_count = kept;
	return 0;
}

/* The same for the code of races; that of an unknown place is 0, as from the runtime. */
static void carry_races(
	struct campaign *campaign, const struct server *server, struct server_outcome *outcome)
{
	const struct modules *own = server_modules(server);

	if (modules_same(own, &campaign->image))
		return;
	for (size_t i = 0; i < outcome->race_count; i++) {
		struct wire_race *race = &outcome->races[i];

		race->earlier.pc = modules_translate(own, &campaign->image, race->earlier.pc);
		race->later.pc = modules_translate(own, &campaign->image, race->later.pc);
	}
}

/* The same for the trace; steps in unknown code are left out. */
static void carry_steps(struct campaign *campaign, const struct server *server,
	struct server_outcome *outcome, bool eager)
{
	const struct modules *own = server_modules(server);
	bool same = modules_same(own, &campaign->image);
	size_t kept = 0;

	for (size_t i = 0; i < outcome->step_count; i++) {
		struct wire_step step = outcome->steps[i];

		if (!same)
			step.pc = modules_translate(own, &campaign->image, step.pc);
		step.code = modules_code(&campaign->image, step.pc);
		/* Points for once. */
		if (eager && (step.op == OP_READ || step.op == OP_WRITE))
			step.flags |= WIRE_STEP_PLAIN;
		if (step.pc)
			outcome->steps[kept++] = step;
	}
	outcome->step_count = kept;
}

static void carry_misuses(
	struct campaign *campaign, const struct server *server, struct server_outcome *outcome)
{
	const struct modules *own = server_modules(server);

	if (modules_same(own, &campaign->image))
		return;
	for (size_t i = 0; i < outcome->misuse_count; i++) {
		struct wire_misuse *misuse = &outcome->misuses[i];

		misuse->pc = modules_translate(own, &campaign->image, misuse->pc);
		misuse->other_pc = modules_translate(own, &campaign->image, misuse->other_pc);
	}
}

/* Takes in the result of a worker whose execution is over; its server is then free again. */
static int take_in(struct campaign *campaign, struct worker *worker, struct diag *diag)
{
	struct slot *slot = worker->slot;
	int r = server_collect(worker->server, &slot->outcome, diag);

	if (r <= 0)
		return r;
	slot->state = SLOT_DONE;
	worker->slot = NULL;
	if (slot->request.execution == 1)
		campaign->expectation->output_hash = slot->outcome.output_hash;
	slot->kind = finding_kind_of(&slot->outcome, campaign->expectation);
	if (slot->kind != FINDING_NONE)
		slot->key = finding_key(worker->server, &slot->outcome, slot->kind);
	r = carry_learned(campaign, worker->server, &slot->outcome);
	if (r == 0 && slot->outcome.race_count)
		carry_races(campaign, worker->server, &slot->outcome);
	if (r == 0 && slot->outcome.step_count)
		carry_steps(campaign, worker->server, &slot->outcome, slot->request.eager != 0);
	if (r == 0 && slot->outcome.misuse_count)
		carry_misuses(campaign, worker->server, &slot->outcome);
	return r < 0 ? diag_set(diag, r, "out of memory") : 0;
}

static void count(struct campaign *campaign, const struct slot *slot)
{
	struct campaign_stats *stats = &campaign->stats;
	const struct wire_result *result = &slot->outcome.result;

	stats->executions++;
	stats->steps += result->steps;
	stats->limits |= result->limits;
	if (result->threads_created > stats->threads_max)
		stats->threads_max = result->threads_created;
	if (slot->kind != FINDING_NONE)
		stats->failures++;
	if (server_outcome_is_typical(&slot->outcome) &&
		slot->outcome.duration_ns > campaign->typical_ns)
		campaign->typical_ns = slot->outcome.duration_ns;
	campaign->stats.typical_ns = campaign->typical_ns;
	if (result->verdict == WIRE_VERDICT_UNSUPPORTED && stats->unsupported++ == 0)
		snprintf(stats->unsupported_message, sizeof(stats->unsupported_message), "%s",
			result->message);
}

/* Endings that are nobody's finding but stop the campaign. */
static int check_ours(struct campaign *campaign, const struct slot *slot, struct diag *diag)
{
	const struct wire_result *result = &slot->outcome.result;
	unsigned long long number = (unsigned long long)slot->request.execution;
	int status = slot->outcome.wait_status;

	if (result->verdict == WIRE_VERDICT_DEFECT) {
		campaign->stats.defect = true;
		return diag_set(diag, -ENOTRECOVERABLE,
			"a defect of weft in execution %llu, please report it: %s", number,
			result->message);
	}
	if (slot->outcome.lost && WIFSIGNALED(status))
		return diag_set(diag, -ECHILD,
			"the execution server was killed by signal %d (%s), twice, in "
			"execution %llu",
			WTERMSIG(status), strsignal(WTERMSIG(status)), number);
	if (slot->outcome.lost)
		return diag_set(diag, -ECHILD,
			"the execution server ended with status %d, twice, in execution %llu",
			WEXITSTATUS(status), number);
	if (result->verdict == WIRE_VERDICT_UNSUPPORTED && number == 1)
		return diag_set(
			diag, -ENOTSUP, "the program can't be tested: %s", result->message);
	return 0;
}

/* Hands the execution to the observer, as one of that kind. */
static int report(struct campaign *campaign, const struct slot *slot, enum finding_kind kind,
	struct diag *diag)
{
	const struct campaign_failure failure = {
		.failure = {
			.request = slot->request,
			.hash = slot->outcome.result.hash,
			.kind = kind,
			.points = campaign->points.list,
			.point_count = campaign->points.count,
		},
		.key = slot->key,
		.outcome = &slot->outcome,
		.image = &campaign->image,
		.typical_ns = campaign->typical_ns,
	};
	const struct campaign_observer *observer = campaign->observer;
	uint64_t before_ns = clock_now_ns();
	int (*take)(void *, const struct campaign_failure *, struct diag *) = observer->failed;
	int r;

	if (kind == FINDING_DATA_RACE)
		take = observer->raced;
	else if (kind == FINDING_LOCK_MISUSE)
		take = observer->misused;
	else if (kind == FINDING_NONE)
		take = observer->passed;
	r = take(observer->context, &failure, diag);

	campaign->examined_ns += clock_now_ns() - before_ns;
	if (r < 0)
		return r;
	campaign->stats.findings += (uint64_t)r;
	if (r > 0 && campaign->options->first)
		end(campaign, FOUND);
	return 0;
}

/* Looks at one result; this is where the order of executions counts. */
static int look_at(struct campaign *campaign, const struct slot *slot, struct diag *diag)
{
	int r = check_ours(campaign, slot, diag);

	if (r < 0)
		return r;
	count(campaign, slot);
	r = value_set_add(&campaign->behaviours, slot->outcome.result.behaviour);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	campaign->stats.behaviours = value_set_count(&campaign->behaviours);
	if (slot->kind != FINDING_NONE)
		r = report(campaign, slot, slot->kind, diag);
	else if (campaign->observer->passed &&
		 slot->outcome.result.verdict == WIRE_VERDICT_EXIT)
		r = report(campaign, slot, FINDING_NONE, diag);
	if (r >= 0 && slot->outcome.race_count && campaign->observer->raced)
		r = report(campaign, slot, FINDING_DATA_RACE, diag);
	if (r >= 0 && slot->outcome.misuse_count && campaign->observer->misused)
		r = report(campaign, slot, FINDING_LOCK_MISUSE, diag);
	return r;
}

static int learn_points(struct campaign *campaign, const struct server_outcome *outcome)
{
	int r = points_add(&campaign->points, outcome->learned, outcome->learned_count);

	return r < 0 ? r
		     : history_learn(outcome->steps, outcome->step_count, outcome->races,
			       outcome->race_count, &campaign->points);
}

/* Only the driven search asks what assertions depend on. */
static bool wants_assertions(const struct campaign *campaign)
{
	return campaign->options->strategy == SEARCH_AUTO ||
	       campaign->options->strategy == SEARCH_DRIVEN;
}

/* Uses what the batch taught, and goes on to the next one. */
static int close_batch(struct campaign *campaign, struct diag *diag)
{
	bool learns = campaign->options->setup->config.points == WIRE_POINTS_AUTO;

	if (campaign->batch_first == 1 && wants_assertions(campaign) &&
		campaign->workers[0].server &&
		assertions_find(&campaign->assertions, &campaign->image,
			server_pid(campaign->workers[0].server)) < 0)
		return diag_set(diag, -ENOMEM, "out of memory");
	if (campaign->batch_first == 1 && campaign->batch[0].outcome.result.checks &&
		open_checks(campaign, campaign->batch[0].outcome.result.checks) < 0)
		return diag_set(diag, -ENOMEM, "out of memory");
	for (size_t i = 0; i < campaign->batch_size; i++) {
		struct slot *slot = &campaign->batch[i];

		if ((learns && learn_points(campaign, &slot->outcome) < 0) ||
			assertions_note(&campaign->assertions, slot->outcome.steps,
				slot->outcome.step_count) < 0 ||
			portfolio_learn(portfolio_of(campaign, &slot->request), &slot->request,
				&slot->outcome, &campaign->points) < 0)
			return diag_set(diag, -ENOMEM, "out of memory");
		server_outcome_release(&slot->outcome);
		slot->state = SLOT_FREE;
	}
	campaign->stats.points = campaign->points.count;
	open_batch(campaign, campaign->batch_first + campaign->batch_size);
	return 0;
}

static uint64_t deadline_ns(const struct campaign *campaign, uint64_t now_ns)
{
	uint64_t next_ns = now_ns + PROGRESS_NS;
	uint64_t time_ns = campaign->options->time_ns;

	if (campaign->ending != GOING_ON)
		next_ns = campaign->ended_ns + GRACE_NS;
	else if (time_ns && campaign->started_ns + time_ns < next_ns)
		next_ns = campaign->started_ns + time_ns;
	for (unsigned int i = 0; i < campaign->options->jobs; i++) {
		const struct worker *worker = &campaign->workers[i];

		if (worker->slot && server_deadline_ns(worker->server) < next_ns)
			next_ns = server_deadline_ns(worker->server);
	}
	return next_ns;
}

/* Waits until a worker has something to say, the campaign is to stop, or a limit is reached. */
static int wait_and_take_in(struct campaign *campaign, struct diag *diag)
{
	struct pollfd fds[CAMPAIGN_JOBS_MAX + 1];
	unsigned int jobs = campaign->options->jobs;
	uint64_t now_ns = clock_now_ns();

	for (unsigned int i = 0; i < jobs; i++)
		fds[i] = (struct pollfd){
			.fd = campaign->workers[i].slot ? server_fd(campaign->workers[i].server)
							: -1,
			.events = POLLIN,
		};
	fds[jobs] = (struct pollfd){ .fd = campaign->options->stop_fd, .events = POLLIN };
	if (campaign->ending != GOING_ON)
		fds[jobs].fd = -1;
	if (poll(fds, jobs + 1, clock_poll_timeout_ms(deadline_ns(campaign, now_ns), now_ns)) <
		0)
		return errno == EINTR ? 0 : diag_set(diag, -errno, "poll: %s", strerror(errno));

	now_ns = clock_now_ns();
	for (unsigned int i = 0; i < jobs; i++) {
		struct worker *worker = &campaign->workers[i];

		if (!worker->slot || (!server_tick(worker->server, now_ns) && !fds[i].revents))
			continue;

		int r = take_in(campaign, worker, diag);

		if (r < 0)
			return r;
	}
	if (fds[jobs].revents) {
		campaign->stats.interrupted = true;
		end(campaign, INTERRUPTED);
	}
	return 0;
}

static bool is_running(const struct campaign *campaign)
{
	for (unsigned int i = 0; i < campaign->options->jobs; i++)
		if (campaign->workers[i].slot)
			return true;
	return false;
}

/* ---- executions that disturb each other ---- */

static int wait_for_running(struct campaign *campaign, struct diag *diag)
{
	int r = 0;

	while (r == 0 && is_running(campaign) && campaign->ending == GOING_ON)
		r = wait_and_take_in(campaign, diag);
	return r;
}

/*
 * Did it fail while others may have run beside it, in a way not seen before? Those that stand
 * still would only do so for their limit again. Returns 1 or 0, or -ENOMEM.
 */
static int is_doubtful(struct campaign *campaign, const struct slot *slot)
{
	if (campaign->jobs == 1 || campaign->batch_size == 1 || campaign->ending != GOING_ON ||
		slot->kind == FINDING_NONE || slot->outcome.stood_still)
		return 0;
	return value_set_add(&campaign->failures, slot->key);
}

/* Executes it alone. Returns 1 if it fails as it did, 0 if not, or a negative errno. */
static int fails_alone(struct campaign *campaign, const struct slot *slot, struct diag *diag)
{
	const struct server_request request = {
		.wire = slot->request,
		.image = &campaign->image,
		.points = campaign->points.list,
		.point_count = campaign->points.count,
	};
	struct server *server = campaign->workers[0].server;
	struct server_outcome outcome;
	int r = server_execute(server, &request, &outcome, diag);

	if (r < 0)
		return r;
	r = finding_kind_of(&outcome, campaign->expectation) == slot->kind;
	server_outcome_release(&outcome);
	return r;
}

/* One at a time from here on: what was executed of the batch, from `slot` on, is done again. */
static void go_on_alone(struct campaign *campaign, struct slot *slot)
{
	size_t first = (size_t)(slot - campaign->batch);

	campaign->jobs = 1;
	campaign->stats.disturbed_execution = slot->request.execution;
	campaign->stats.disturbed_kind = slot->kind;
	for (size_t i = first; i < campaign->handed_out; i++) {
		if (campaign->batch[i].state == SLOT_DONE)
			server_outcome_release(&campaign->batch[i].outcome);
		campaign->batch[i].state = SLOT_FREE;
	}
	campaign->handed_out = first;
}

/*
 * Executions that run at a time share what lies outside of them: files, ports, named memory. A
 * failure that comes from that is weft's doing. Returns 1 when the execution may be looked at,
 * 0 when it will be executed again, or a negative errno.
 */
static int make_sure(struct campaign *campaign, struct slot *slot, struct diag *diag)
{
	int r = is_doubtful(campaign, slot);

	if (r <= 0)
		return r < 0 ? diag_set(diag, r, "out of memory") : 1;
	r = wait_for_running(campaign, diag);
	if (r < 0 || campaign->ending != GOING_ON)
		return r < 0 ? r : 1;
	r = fails_alone(campaign, slot, diag);
	if (r == 0)
		go_on_alone(campaign, slot);
	return r;
}

/* ---- looking at results ---- */

/*
 * Looks at what is complete up to the first execution that still runs. When the campaign ends
 * early, some of those never end: then the ones behind them count as well, lest a finding is
 * lost.
 */
static int look_at_done(struct campaign *campaign, bool skip_running, struct diag *diag)
{
	while (campaign->looked_at < campaign->handed_out && campaign->ending != FOUND) {
		struct slot *slot = &campaign->batch[campaign->looked_at];
		bool is_done = slot->state == SLOT_DONE;
		int r = 0;

		if (!is_done && !skip_running)
			return 0;
		if (is_done && !skip_running)
			r = make_sure(campaign, slot, diag);
		if (is_done && !skip_running && r <= 0)
			return r;
		campaign->looked_at++;
		if (is_done)
			r = look_at(campaign, slot, diag);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The campaign failed: a failure of the program that is known already is worth telling yet. */
static void look_at_rest(struct campaign *campaign)
{
	struct diag unused;

	end(campaign, FAILED);
	look_at_done(campaign, true, &unused);
}

/* ---- the loop ---- */

static bool is_over(const struct campaign *campaign, uint64_t now_ns)
{
	switch (campaign->ending) {
	case GOING_ON:
		return false;
	case OUT_OF_TIME:
	case INTERRUPTED:
		return !is_running(campaign) || now_ns - campaign->ended_ns >= GRACE_NS;
	default:
		return true;
	}
}

static void show_progress(struct campaign *campaign, uint64_t now_ns)
{
	campaign->stats.elapsed_ns = now_ns - campaign->started_ns;
	campaign->stats.search_ns = campaign->stats.elapsed_ns - campaign->examined_ns;
	if (campaign->observer->progress)
		campaign->observer->progress(campaign->observer->context, &campaign->stats);
}

static int step(struct campaign *campaign, struct diag *diag)
{
	uint64_t time_ns = campaign->options->time_ns;
	int r = hand_out_all(campaign, diag);

	if (r == 0)
		r = wait_and_take_in(campaign, diag);
	if (r == 0)
		r = look_at_done(campaign, false, diag);
	if (r == 0 && campaign->looked_at == campaign->batch_size)
		r = close_batch(campaign, diag);

	uint64_t now_ns = clock_now_ns();

	if (time_ns && now_ns - campaign->started_ns >= time_ns)
		end(campaign, OUT_OF_TIME);
	show_progress(campaign, now_ns);
	return r;
}

static void release(struct campaign *campaign)
{
	for (unsigned int i = 0; i < campaign->options->jobs; i++)
		server_stop(campaign->workers[i].server);
	for (size_t i = 0; i < BATCH_MAX; i++)
		if (campaign->batch[i].state == SLOT_DONE)
			server_outcome_release(&campaign->batch[i].outcome);
	points_release(&campaign->points);
	assertions_release(&campaign->assertions);
	portfolio_release(&campaign->portfolio);
	for (size_t i = 0; i < campaign->check_count; i++)
		portfolio_release(&campaign->checks[i]);
	free(campaign->checks);
	modules_release(&campaign->image);
	value_set_release(&campaign->behaviours);
	value_set_release(&campaign->failures);
	free(campaign);
}

int campaign_run(const struct campaign_options *options,
	struct finding_expectation *expectation, const struct campaign_observer *observer,
	struct campaign_stats *ret_stats, struct diag *diag)
{
	struct campaign *campaign = calloc(1, sizeof(*campaign));
	int r = 0;

	*ret_stats = (struct campaign_stats){ .executions = 0 };
	if (!campaign)
		return diag_set(diag, -ENOMEM, "out of memory");
	campaign->options = options;
	campaign->jobs = options->jobs;
	campaign->observer = observer;
	campaign->expectation = expectation;
	campaign->started_ns = clock_now_ns();
	portfolio_init(&campaign->portfolio, options->strategy, options->seed);
	campaign->portfolio.assertions = &campaign->assertions;
	campaign->portfolio.sequential_first = expectation->check_output;
	open_batch(campaign, 1);

	while (r == 0 && !is_over(campaign, clock_now_ns()))
		r = step(campaign, diag);
	if (r == 0)
		r = look_at_done(campaign, true, diag);
	else
		look_at_rest(campaign);
	show_progress(campaign, clock_now_ns());
	*ret_stats = campaign->stats;
	release(campaign);
	return r;
}
