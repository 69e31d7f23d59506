/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The execution server; see server.h. The fork is the bare system call: glibc's own would take
 * its time over the pool's threads and forget their stacks, which are just what the child
 * needs.
 */
#include "runtime/engine/server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/bytes.h"
#include "runtime/engine/crash.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

#define CHILDREN_PATH "/proc/thread-self/children"

static int parse_descriptor(const char *text)
{
	int fd = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		fd = fd * 10 + (*text - '0');
	return fd;
}

void result_reset(struct wire_region *region)
{
	bytes_fill(&region->result, 0, sizeof(region->result));
	region->result.thread = WIRE_NONE;
	region->result.stack = WIRE_NONE;
	/* What the runtime writes starts empty in each execution. */
	for (unsigned int id = WIRE_AREA_LEARNED; id < WIRE_AREA_COUNT; id++) {
		region->areas[id].length = 0;
		region->areas[id].overflowed = 0;
	}
}

/* What the child shall have as its standard streams; runs in the child. */
static void streams_set(const struct wire_config *config)
{
	char path[32] = "/proc/self/fd/";
	char *end = path + string_len(path);
	char digits[12];
	int count = 0, fd = config->input_fd;
	long input;

	if (config->output_fd >= 0) {
		raw_syscall(SYS_dup2, config->output_fd, 1);
		raw_syscall(SYS_dup2, config->output_fd, 2);
	}
	if (fd == -2)
		return;
	do {
		digits[count++] = (char)('0' + fd % 10);
		fd /= 10;
	} while (fd > 0);
	while (count)
		*end++ = digits[--count];
	*end = '\0';
	input = raw_syscall(SYS_open, config->input_fd >= 0 ? path : "/dev/null", O_RDONLY);
	if (input > 0) {
		raw_syscall(SYS_dup2, input, 0);
		raw_syscall(SYS_close, input);
	}
}

/* Runs in the child: what the runtime and the server have reserved does not count. */
static void memory_limit(const struct wire_config *config)
{
	uint64_t limit;
	struct rlimit both;

	if (!config->memory_limit_mib)
		return;
	limit = memory_mapped_size() + ((uint64_t)config->memory_limit_mib << 20);
	both.rlim_cur = both.rlim_max = limit;
	raw_syscall(SYS_setrlimit, RLIMIT_AS, &both);
}

static void become_execution(struct wire_region *region, int socket)
{
	const struct wire_config *config = &region->config;

	/* A group of its own: what the program sends to its group is not for the server. */
	raw_syscall(SYS_setpgid, 0, 0);
	region->result.pid = (int32_t)raw_syscall(SYS_getpid);
	/* The tool and the server may be killed: nothing is to go on without them. */
	raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	memory_limit(config);
	streams_set(config);
	raw_syscall(SYS_close, socket);
	if (config->output_fd > 2)
		raw_syscall(SYS_close, config->output_fd);
	if (config->input_fd > 2)
		raw_syscall(SYS_close, config->input_fd);
}

/* Returns the wait status, and notes in the result what the execution used. */
static int wait_for(struct wire_region *region, long pid)
{
	struct rusage usage = { 0 };
	int status = 0;
	long result;

	do
		result = raw_syscall(SYS_wait4, pid, &status, 0, &usage);
	while (result == -EINTR);
	region->result.peak_rss_kib = (uint64_t)usage.ru_maxrss;
	return status;
}

/* Kills each child that /proc lists; returns how many. */
static int kill_children(const char *path)
{
	char text[512];
	long size, fd = raw_syscall(SYS_open, path, O_RDONLY);
	int count = 0;
	int32_t pid = 0;

	if (fd < 0)
		return 0;
	size = raw_syscall(SYS_read, fd, text, sizeof(text));
	raw_syscall(SYS_close, fd);
	for (long i = 0; i < size; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			pid = pid * 10 + (text[i] - '0');
		} else if (pid) {
			raw_syscall(SYS_kill, pid, SIGKILL);
			count++;
			pid = 0;
		}
	}
	return count;
}

/*
 * Ends what an execution left running: the server is its children's parent once it is gone.
 * Where the kernel has no list of children, they go on.
 */
static void end_orphans(void)
{
	long result = raw_syscall(SYS_wait4, -1, 0, WNOHANG, 0);

	while (result != -ECHILD) {
		if (result == 0 && kill_children(CHILDREN_PATH) == 0)
			return;
		result = raw_syscall(SYS_wait4, -1, 0, 0, 0);
		if (result > 0)
			result = raw_syscall(SYS_wait4, -1, 0, WNOHANG, 0);
	}
}

/* The tool is gone: all that it started ends with it, children of the program included. */
static void tool_gone(int signal_number, siginfo_t *info, void *user)
{
	(void)signal_number;
	(void)info;
	(void)user;
	kill_children(CHILDREN_PATH);
	end_orphans();
	raw_syscall(SYS_exit_group, 0);
}

static void tell(int socket, const void *bytes, size_t size)
{
	if (raw_syscall(SYS_write, socket, bytes, size) != (long)size)
		raw_syscall(SYS_exit_group, 0);
}

void server_run(struct wire_region *region, const char *socket_text)
{
	int socket = parse_descriptor(socket_text);
	char message = WIRE_READY;

	raw_syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
	/* An execution takes the signal over again, for its own end. */
	crash_handler_set(WIRE_SIGNAL_STALLED, tool_gone);
	raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, WIRE_SIGNAL_STALLED);
	tell(socket, &message, 1);
	while (raw_syscall(SYS_read, socket, &message, 1) == 1 && message == WIRE_RUN) {
		struct {
			char message;
			char status[sizeof(int32_t)];
		} done = { .message = WIRE_DONE };
		int32_t status;
		long pid;

		result_reset(region);
		pid = raw_syscall(SYS_fork);
		if (pid == 0) {
			become_execution(region, socket);
			return;
		}
		status = pid > 0 ? wait_for(region, pid) : 0;
		end_orphans();
		if (pid < 0) {
			region->result.verdict = WIRE_VERDICT_UNSUPPORTED;
			string_copy(region->result.message,
				"cannot fork: out of memory or processes",
				sizeof(region->result.message));
		}
		bytes_copy(done.status, &status, sizeof(status));
		tell(socket, &done, sizeof(done));
	}
	raw_syscall(SYS_exit_group, 0);
}
