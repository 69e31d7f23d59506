/* SPDX-License-Identifier: Apache-2.0 */
/* fork, execve and wait, and nothing else that takes time; see native.h. */
#include "bench/native.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child ends with when it can't become the program. */
#define STATUS_CANNOT_START 127

static cpu_set_t all_cores;

int native_pin(bool take_core, struct diag *diag)
{
	struct sched_param priority = { .sched_priority = 1 };
	cpu_set_t last;
	int cpu = CPU_SETSIZE - 1;

	if (sched_getaffinity(0, sizeof(all_cores), &all_cores) < 0)
		return diag_set(
			diag, -errno, "cannot tell the processors: %s", strerror(errno));
	while (cpu > 0 && !CPU_ISSET(cpu, &all_cores))
		cpu--;
	CPU_ZERO(&last);
	CPU_SET(cpu, &last);
	if (sched_setaffinity(0, sizeof(last), &last) < 0)
		return diag_set(
			diag, -errno, "cannot stay on processor %d: %s", cpu, strerror(errno));
	if (take_core && sched_setscheduler(0, SCHED_RR, &priority) < 0)
		return diag_set(diag, -errno, "cannot take processor %d alone: %s", cpu,
			strerror(errno));
	return 0;
}

unsigned int native_core_count(void)
{
	return (unsigned int)CPU_COUNT(&all_cores);
}

void native_use_core(unsigned int index)
{
	cpu_set_t one;
	int cpu = 0;

	for (; cpu < CPU_SETSIZE - 1; cpu++)
		if (CPU_ISSET(cpu, &all_cores) && index-- == 0)
			break;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* Between fork and execve. Without address randomisation, as weft runs programs too. */
static void become(const struct native_run *run)
{
	char variable[256];

	if (run->is_on_all_cores)
		sched_setaffinity(0, sizeof(all_cores), &all_cores);
	personality(ADDR_NO_RANDOMIZE);
	dup2(run->output_fd, STDOUT_FILENO);
	dup2(run->output_fd, STDERR_FILENO);
	if (run->environment) {
		snprintf(variable, sizeof(variable), "%s", run->environment);
		putenv(variable);
	}
	execv(run->program, run->argv);
	_exit(STATUS_CANNOT_START);
}

static int wait_for(
	pid_t pid, const struct native_run *run, uint64_t *ret_peak_kib, struct diag *diag)
{
	struct rusage usage;
	int status;

	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return diag_set(diag, -errno, "cannot wait for '%s': %s", run->program,
				strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != run->expected_status)
		return diag_set(diag, -ECHILD, "'%s' ended with wait status %#x", run->program,
			(unsigned int)status);
	*ret_peak_kib = (uint64_t)usage.ru_maxrss;
	return 0;
}

int native_execute(const struct native_run *run, uint64_t *ret_peak_kib, struct diag *diag)
{
	pid_t pid;

	if (ftruncate(run->output_fd, 0) < 0 || lseek(run->output_fd, 0, SEEK_SET) < 0)
		return diag_set(diag, -errno, "cannot empty the output: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		return diag_set(diag, -errno, "cannot fork: %s", strerror(errno));
	if (pid == 0)
		become(run);
	return wait_for(pid, run, ret_peak_kib, diag);
}

int native_fork(struct diag *diag)
{
	const struct native_run nothing = { .program = "fork" };
	uint64_t peak_kib;
	pid_t pid = fork();

	if (pid < 0)
		return diag_set(diag, -errno, "cannot fork: %s", strerror(errno));
	if (pid == 0)
		_exit(0);
	return wait_for(pid, &nothing, &peak_kib, diag);
}
