/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns and plain runs that stop at the first failure; see trial.h. */
#include "bench/first-bug/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/launch/clock.h"
#include "tool/search/campaign.h"

#define STATUS_CANNOT_START 127

static int on_failure(void *context, const struct campaign_failure *failure, struct diag *diag)
{
	uint64_t *first = context;

	(void)diag;
	*first = failure->failure.request.execution;
	return 1;
}

int trial_run(const struct trial *trial, uint64_t *ret_first, struct diag *diag)
{
	char *argv[] = { strdupa(trial->program), NULL };
	struct finding_expectation expectation = { .check_output = false };
	const struct campaign_observer observer = {
		.context = ret_first,
		.failed = on_failure,
	};
	struct server_setup setup;
	const struct campaign_options options = {
		.setup = &setup,
		.strategy = trial->strategy,
		.seed = trial->seed,
		.schedules = trial->execution_limit,
		.jobs = 1,
		.first = true,
		.stop_fd = -1,
	};
	struct campaign_stats stats;

	*ret_first = 0;
	server_setup_init(&setup);
	setup.program = trial->program;
	setup.argv = argv;
	setup.runtime_path = trial->runtime->library;
	setup.tsan_dir = trial->runtime->tsan_dir;
	setup.config.random_seed = trial->seed;
	return campaign_run(&options, &expectation, &observer, &stats, diag);
}

/* ---- without a tool ---- */

static void become(const char *program)
{
	const struct rlimit no_core = { 0, 0 };
	char *argv[] = { strdupa(program), NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setrlimit(RLIMIT_CORE, &no_core);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execv(program, argv);
	_exit(STATUS_CANNOT_START);
}

/* Returns 1 when the run failed, 0 when it passed, or a negative errno. */
static int run_once(const char *program, struct diag *diag)
{
	pid_t pid = fork();
	int status, handle;
	struct pollfd ended = { .events = POLLIN };

	if (pid < 0)
		return diag_set(diag, -errno, "cannot fork: %s", strerror(errno));
	if (pid == 0)
		become(program);
	handle = (int)syscall(SYS_pidfd_open, pid, 0);
	ended.fd = handle;
	if (handle < 0 || poll(&ended, 1, NATIVE_LIMIT_MS) <= 0)
		kill(pid, SIGKILL);
	if (handle >= 0)
		close(handle);
	if (waitpid(pid, &status, 0) < 0)
		return diag_set(
			diag, -errno, "cannot wait for '%s': %s", program, strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_CANNOT_START)
		return diag_set(diag, -ENOENT, "cannot start '%s'", program);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

int trial_run_native(
	const char *program, uint64_t run_limit, uint64_t *ret_first, struct diag *diag)
{
	int r = 0;

	*ret_first = 0;
	for (uint64_t run = 1; run <= run_limit && r == 0; run++) {
		r = run_once(program, diag);
		if (r > 0)
			*ret_first = run;
	}
	return r < 0 ? r : 0;
}
