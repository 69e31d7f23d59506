/* SPDX-License-Identifier: Apache-2.0 */
/* From driven orders to what is said of them; see race_effect.h. */
#include "tool/analysis/race_effect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool/analysis/naming.h"
#include "tool/analysis/race_order.h"
#include "tool/analysis/unseen.h"

static int say(struct finding *finding, enum race_effect effect, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int say(struct finding *finding, enum race_effect effect, const char *format, ...)
{
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = vasprintf(&finding->effect_words, format, arguments);
	va_end(arguments);
	if (r < 0) {
		finding->effect_words = NULL;
		return -ENOMEM;
	}
	finding->effect = effect;
	return 0;
}

/* What orders them may then lie where weft does not look: in a library's own atomics. */
static int say_not_driven(const struct finding_lab *lab, struct finding *finding)
{
	const struct recording *recording = finding->recording;
	const struct wire_race *race = &recording->races[recording->race];
	const char *unseen = unseen_library(server_modules(lab->server));
	char earlier[NAMING_SIZE], later[NAMING_SIZE];

	return say(finding, RACE_EFFECT_UNKNOWN,
		"the other order could not be driven: %s did not come to its access while %s "
		"was kept from its own%s%s%s",
		naming_thread(recording, finding->symbols, race->later.thread, later),
		naming_thread(recording, finding->symbols, race->earlier.thread, earlier),
		unseen ? "; libraries that are not instrumented, such as '" : "",
		unseen ? unseen : "",
		unseen ? "', may order them by atomic operations, which weft does not see there"
		       : "");
}

/* The failing execution is examined like any other, for a finding of its own. */
static int examine_failing(const struct finding_lab *lab, struct finding *finding,
	const struct race_order *order, struct diag *diag)
{
	const struct finding_failure failure = {
		.request = { .strategy = WIRE_STRATEGY_REPLAY,
			.execution = finding->first_execution },
		.hash = order->hash,
		.kind = order->kind,
		.points = order->points,
		.point_count = order->point_count,
		.decisions = order->decisions,
		.decision_count = order->decision_count,
		.locations = order->locations,
		.location_count = order->location_count,
	};
	int r = finding_new(lab, &failure, &finding->consequence, diag);

	if (r < 0)
		return r;
	finding->consequence->times_seen = 0;
	finding->consequence->from_race = true;
	return say(finding, RACE_EFFECT_FAILS,
		"it matters: one order of the two accesses leads to %s: %s",
		finding_kind_name(finding->consequence->kind), finding->consequence->summary);
}

static int say_passed(struct finding *finding, const struct race_order *order)
{
	int value = finding->recording->result.value;

	if (order->same_ending && order->same_output)
		return say(finding, RACE_EFFECT_NONE,
			"both orders were run: the outcome was the same (exit status %d, and "
			"the output)",
			value);
	return say(finding, RACE_EFFECT_DIFFERS, "both orders were run: the %s differs",
		order->same_ending ? "output" : "exit status");
}

int race_effect_find(const struct finding_lab *lab, struct finding *finding, struct diag *diag)
{
	struct examiner examiner = {
		.server = lab->server,
		.expectation = lab->expectation,
		.cache = lab->symbols,
	};
	struct race_order order;
	int r = race_order_drive(&examiner, finding->recording, &order, diag);

	if (r < 0)
		return r;
	finding->executions_spent += examiner.executions;
	if (order.kind != FINDING_NONE && order.fails_in_both && order.same_ending)
		r = say(finding, RACE_EFFECT_NONE,
			order.driven ? "both orders were run: each ends in %s"
				     : "this schedule ends in %s; the other order could not be "
				       "driven",
			finding_kind_name(order.kind));
	else if (order.kind != FINDING_NONE)
		r = examine_failing(lab, finding, &order, diag);
	else if (!order.driven)
		r = say_not_driven(lab, finding);
	else
		r = say_passed(finding, &order);
	race_order_release(&order);
	examiner_release(&examiner);
	return r;
}
