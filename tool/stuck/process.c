/* SPDX-License-Identifier: Apache-2.0 */
/* What can be looked at, and what /proc says of it besides the stop itself; see process.h. */
#include "tool/stuck/process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/stuck/proc_file.h"
#include "tool/stuck/tracer.h"

#define PATH_SIZE 64

/* glibc's own two, for cancellation and setuid(). */
#define GLIBC_SIGNALS (1ull << (32 - 1) | 1ull << (33 - 1))

static int check_status(pid_t pid, const char *status, struct diag *diag)
{
	const char *group = proc_field(status, "Tgid");
	const char *tracer = proc_field(status, "TracerPid");

	if (group && atoi(group) != pid)
		return diag_set(diag, -EINVAL,
			"%d is a thread of process %d: give the process, 'weft stuck %d'", pid,
			atoi(group), atoi(group));
	if (tracer && atoi(tracer) != 0)
		return diag_set(diag, -EBUSY,
			"process %d is being traced by process %d, a debugger perhaps: only "
			"one can look into a process at a time",
			pid, atoi(tracer));
	return 0;
}

/* With a main thread that has ended, the process may live on in the others. */
static bool has_threads(const char *status)
{
	const char *threads = proc_field(status, "Threads");

	return threads && atoi(threads) > 1;
}

static int check_process(pid_t pid, struct diag *diag)
{
	struct proc_stat stat = { 0 };
	char path[PATH_SIZE];
	char *status;
	int r;

	if (pid == getpid())
		return diag_set(diag, -EINVAL, "process %d is this weft itself", pid);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (proc_read(path, &status, NULL) < 0)
		return diag_set(diag, -ESRCH, "there is no process %d", pid);
	r = check_status(pid, status, diag);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (r == 0 && proc_read_stat(path, &stat) < 0)
		r = diag_set(diag, -ESRCH, "process %d ended while weft looked at it", pid);
	else if (r == 0 && stat.is_kernel_thread)
		r = diag_set(diag, -EINVAL, "%d is a thread of the kernel, not a process", pid);
	else if (r == 0 && stat.state == 'Z' && !has_threads(status))
		r = diag_set(diag, -ESRCH,
			"process %d has ended: it is a zombie that its parent %d has not "
			"waited for",
			pid, stat.parent);
	free(status);
	return r;
}

static void read_program(struct stuck_snapshot *snapshot)
{
	char path[PATH_SIZE];
	char target[PATH_MAX];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/exe", snapshot->pid);
	len = readlink(path, target, sizeof(target));
	snapshot->program = strndup(target, len > 0 ? (size_t)len : 0);
}

static void read_signals(struct stuck_snapshot *snapshot, const char *status)
{
	const char *caught = proc_field(status, "SigCgt");

	snapshot->has_unknown_signals = !caught;
	if (caught)
		snapshot->caught_signals = strtoull(caught, NULL, 16) & ~GLIBC_SIGNALS;
}

static pid_t last_number(const char *list)
{
	pid_t last = 0;
	int number, length;

	while (sscanf(list, "%*[ \t]%d%n", &number, &length) == 1) {
		last = number;
		list += length;
	}
	return last;
}

/* Locks record the numbers that threads have in the container of the process. */
static void read_inner_tids(struct stuck_snapshot *snapshot, const char *status)
{
	const char *numbers = proc_field(status, "NSpid");
	char path[PATH_SIZE];
	int outer, inner;

	if (!numbers || sscanf(numbers, "%d %d", &outer, &inner) != 2)
		return;
	for (size_t i = 0; i < snapshot->thread_count; i++) {
		struct stuck_thread *thread = &snapshot->threads[i];
		char *text;

		snprintf(path, sizeof(path), "/proc/%d/task/%d/status", snapshot->pid,
			thread->tid);
		if (proc_read(path, &text, NULL) < 0)
			continue;
		numbers = proc_field(text, "NSpid");
		if (numbers && last_number(numbers) > 0)
			thread->inner_tid = last_number(numbers);
		free(text);
	}
}

/* After the stop: what does not change, or changes nothing. */
static void read_facts(struct stuck_snapshot *snapshot)
{
	struct proc_stat stat;
	char path[PATH_SIZE];
	char *status;

	read_program(snapshot);
	snprintf(path, sizeof(path), "/proc/%d/stat", snapshot->pid);
	snapshot->is_forked = proc_read_stat(path, &stat) < 0 || stat.is_forked;
	snapshot->has_unknown_signals = true;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", snapshot->pid,
		snapshot->reader_tid);
	if (proc_read(path, &status, NULL) == 0) {
		read_signals(snapshot, status);
		read_inner_tids(snapshot, status);
		free(status);
	}
	for (size_t i = 0; i < snapshot->thread_count; i++)
		snapshot->is_job_stopped |= snapshot->threads[i].state == 'T';
}

int process_snapshot(pid_t pid, struct stuck_snapshot **ret_snapshot, struct diag *diag)
{
	struct stuck_snapshot *snapshot;
	int r = check_process(pid, diag);

	if (r < 0)
		return r;
	snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return diag_set(diag, -ENOMEM, "no memory for the process");
	snapshot->pid = pid;
	r = tracer_capture(snapshot, diag);
	if (r < 0) {
		snapshot_free(snapshot);
		return r;
	}
	read_facts(snapshot);
	*ret_snapshot = snapshot;
	return 0;
}
