/* SPDX-License-Identifier: Apache-2.0 */
/* What an execution of a schedule is compared with; see rerun_lab.h. */
#include "tool/cmd/rerun_lab.h"

#include <errno.h>

#include "tool/analysis/replay.h"

/* Only all serial executions tell whether this one is a finding. */
static int learn_serial(struct rerun_lab *lab, const struct rerun *rerun, struct diag *diag)
{
	int r = server_wait_ready(lab->lab.server, diag);

	lab->serial.server = lab->lab.server;
	lab->serial.instrumented =
		rerun->program.is_instrumented && rerun->schedule->points != WIRE_POINTS_SYNC;
	if (r >= 0)
		r = serial_search_run(&lab->serial, diag);
	if (r >= 0 && !lab->serial.complete)
		r = diag_set(diag, -E2BIG,
			"it can't be judged: not all serial executions could be tried: %s",
			lab->serial.why_not);
	return r;
}

int rerun_lab_open(struct rerun_lab *lab, const struct rerun *rerun, struct diag *diag)
{
	const struct schedule *schedule = rerun->schedule;
	int r;

	*lab = (struct rerun_lab){
		.lab = { .setup = &rerun->setup, .expectation = &lab->expectation },
		.expectation = {
			.check_output = rerun_expects(schedule, FINDING_OUTPUT),
			.any_exit_status = rerun_expects(schedule, FINDING_OUTCOME),
		},
	};
	if (replay_judge(schedule, &lab->judge))
		lab->expectation.judge = &lab->judge;
	r = server_start(&rerun->setup, &lab->lab.server, diag);
	if (r < 0 || !rerun_expects(schedule, FINDING_ATOMICITY))
		return r;
	lab->expectation.judge = &lab->serial.set.judge;
	return learn_serial(lab, rerun, diag);
}

void rerun_lab_release(struct rerun_lab *lab)
{
	if (lab->lab.server)
		server_stop(lab->lab.server);
	serial_search_release(&lab->serial);
}
