/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule and its program, ready to run; see rerun.h. */
#include "tool/cmd/rerun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/sql/run/schedule.h"

static int make_argv(struct rerun *rerun, const struct command_line *line, struct diag *diag)
{
	const struct schedule *schedule = rerun->schedule;
	size_t count = line->program_count ? (size_t)line->program_count
					   : schedule->argument_count + 1;

	rerun->argv = calloc(count + 1, sizeof(*rerun->argv));
	if (!rerun->argv)
		return diag_set(diag, -ENOMEM, "no memory for the command");
	for (size_t i = 0; i < count; i++) {
		const char *word = line->program_count ? line->program[i]
				   : i == 0	       ? schedule->program
						       : schedule->arguments[i - 1];

		rerun->argv[i] = strdup(word);
		if (!rerun->argv[i])
			return diag_set(diag, -ENOMEM, "no memory for the command");
	}
	return 0;
}

static int open_input(struct rerun *rerun, struct diag *diag)
{
	const char *input = rerun->schedule->input;

	if (!input)
		return 0;
	rerun->setup.input_fd = open(input, O_RDONLY | O_CLOEXEC);
	if (rerun->setup.input_fd < 0)
		return diag_set(
			diag, -errno, "cannot open the input '%s': %s", input, strerror(errno));
	return 0;
}

static int enter_directory(struct rerun *rerun, struct diag *diag)
{
	const char *directory = rerun->schedule->directory;

	rerun->origin = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory && chdir(directory) < 0)
		return diag_set(
			diag, -errno, "cannot change to '%s': %s", directory, strerror(errno));
	return 0;
}

bool rerun_expects(const struct schedule *schedule, enum finding_kind kind)
{
	return schedule->expect_kind &&
	       strcmp(schedule->expect_kind, finding_kind_name(kind)) == 0;
}

static void fill_setup(struct rerun *rerun)
{
	const struct schedule *schedule = rerun->schedule;
	struct wire_config *config;

	server_setup_init(&rerun->setup);
	rerun->setup.program = rerun->program.path;
	rerun->setup.argv = rerun->argv;
	rerun->setup.runtime_path = rerun->runtime.library;
	rerun->setup.tsan_dir = rerun->runtime.tsan_dir;
	rerun->setup.hash_output = rerun_expects(schedule, FINDING_OUTPUT) ||
				   rerun_expects(schedule, FINDING_OUTCOME);
	config = &rerun->setup.config;
	config->carrier = rerun->carrier == RERUN_CARRIER_AS_RECORDED
				  ? schedule->carrier
				  : (uint32_t)rerun->carrier;
	if (rerun->debugged)
		config->carrier = WIRE_CARRIER_THREAD;
	config->model = schedule->model;
	config->points = schedule->points;
	config->realtime_start_ns = schedule->realtime_start_ns;
	config->random_seed = schedule->random_seed;
	config->step_limit = schedule->step_limit;
	config->memory_limit_mib = schedule->memory_limit_mib;
	config->quarantine_mib = schedule->quarantine_mib;
}

int rerun_prepare(struct rerun *rerun, const char *file, const struct command_line *line,
	struct diag *diag)
{
	int r = rerun->schedule ? 0 : schedule_read(file, &rerun->schedule, diag);

	if (r >= 0 && sql_schedule_is(rerun->schedule))
		return diag_set(diag, -ENOTSUP,
			"'%s' is a schedule of SQL statements: 'weft replay FILE' runs it and "
			"shows it in columns",
			file);
	if (r >= 0)
		r = make_argv(rerun, line, diag);
	if (r >= 0)
		r = enter_directory(rerun, diag);
	if (r >= 0)
		r = program_inspect(rerun->argv[0], &rerun->program, diag);
	if (r >= 0)
		r = program_set_environment(&rerun->program, diag);
	if (r >= 0)
		r = runtime_path_find(&rerun->runtime, diag);
	if (r < 0)
		return r;
	fill_setup(rerun);
	r = program_check_carrier(&rerun->program, rerun->setup.config.carrier, diag);
	return r < 0 ? r : open_input(rerun, diag);
}

int rerun_return(struct rerun *rerun, struct diag *diag)
{
	if (rerun->origin >= 0 && fchdir(rerun->origin) < 0)
		return diag_set(diag, -errno, "cannot return to the current folder: %s",
			strerror(errno));
	return 0;
}

void rerun_release(struct rerun *rerun)
{
	for (char **word = rerun->argv; word && *word; word++)
		free(*word);
	free(rerun->argv);
	schedule_free(rerun->schedule);
	program_release(&rerun->program);
	if (rerun->setup.input_fd >= 0)
		close(rerun->setup.input_fd);
	if (rerun->origin >= 0)
		close(rerun->origin);
}
