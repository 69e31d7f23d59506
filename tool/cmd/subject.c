/* SPDX-License-Identifier: Apache-2.0 */
/* From a command to a server's setup; see subject.h. */
#include "tool/cmd/subject.h"

const struct option_choice subject_carriers[] = {
	{ "fiber", WIRE_CARRIER_FIBER },
	{ "thread", WIRE_CARRIER_THREAD },
	{ NULL, 0 },
};

const struct option_choice subject_points[] = {
	{ "auto", WIRE_POINTS_AUTO },
	{ "sync", WIRE_POINTS_SYNC },
	{ "all", WIRE_POINTS_ALL },
	{ NULL, 0 },
};

int subject_prepare(
	struct subject *subject, const struct subject_options *options, struct diag *diag)
{
	struct server_setup *setup = &subject->setup;
	int r = program_inspect(options->command[0], &subject->program, diag);

	if (r == 0)
		r = program_check_carrier(&subject->program, options->carrier, diag);
	if (r == 0)
		r = program_set_environment(&subject->program, diag);
	if (r == 0)
		r = runtime_path_find(&subject->runtime, diag);
	if (r < 0)
		return r;
	server_setup_init(setup);
	setup->program = subject->program.path;
	setup->argv = options->command;
	setup->runtime_path = subject->runtime.library;
	setup->tsan_dir = subject->runtime.tsan_dir;
	setup->config.carrier = (uint32_t)options->carrier;
	setup->config.model = (uint32_t)options->model;
	setup->config.points = (uint32_t)options->points;
	return 0;
}

void subject_release(struct subject *subject)
{
	program_release(&subject->program);
}
