/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other programs as children: posix_spawn, system, popen. They run outside of the schedule;
 * waiting for their end lets the other threads go on.
 */
#include <fcntl.h>
#include <paths.h>
#include <spawn.h>
#include <sys/wait.h>

#include "runtime/engine/children.h"
#include "runtime/engine/descriptor.h"
#include "runtime/interpose/child_wait.h"
#include "runtime/interpose/io.h"

extern char **environ;

static int spawned(struct thread *self, int result, pid_t pid)
{
	if (result == 0)
		children_born(pid);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int posix_spawn(pid_t *ret_pid, const char *path,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const arguments[], char *const environment[])
{
	struct thread *self = runtime_enter(HOOK_posix_spawn);
	pid_t pid = 0;
	int result;

	if (!self)
		return REAL(posix_spawn)(
			ret_pid, path, actions, attributes, arguments, environment);
	sched_point(self, OP_PROCESS_FORK, NULL);
	result = REAL(posix_spawn)(&pid, path, actions, attributes, arguments, environment);
	if (result == 0 && ret_pid)
		*ret_pid = pid;
	return spawned(self, result, pid);
}

WEFT_HOOK int posix_spawnp(pid_t *ret_pid, const char *file,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const arguments[], char *const environment[])
{
	struct thread *self = runtime_enter(HOOK_posix_spawnp);
	pid_t pid = 0;
	int result;

	if (!self)
		return REAL(posix_spawnp)(
			ret_pid, file, actions, attributes, arguments, environment);
	sched_point(self, OP_PROCESS_FORK, NULL);
	result = REAL(posix_spawnp)(&pid, file, actions, attributes, arguments, environment);
	if (result == 0 && ret_pid)
		*ret_pid = pid;
	return spawned(self, result, pid);
}

/* Starts the shell on `command`. Returns 0 or a positive errno. */
static int shell_start(pid_t *ret_pid, const char *command,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes)
{
	char shell[] = "sh", option[] = "-c";
	union {
		const char *constant;
		char *plain;
	} text = { command };
	char *arguments[] = { shell, option, text.plain, NULL };
	int result = REAL(posix_spawn)(
		ret_pid, _PATH_BSHELL, actions, attributes, arguments, environ);

	if (result == 0)
		children_born(*ret_pid);
	return result;
}

/* ---- system ---- */

#define SHELL_MISSING (127 << 8)

/* What system(3) changes of the caller's signals while the command runs. */
struct quiet_signals {
	struct sigaction interrupt;
	struct sigaction quit;
	sigset_t mask;
};

/* Not inlined: its frame would outlive its use. */
static __attribute__((noinline)) void signals_quiet(
	struct quiet_signals *old, posix_spawnattr_t *attributes)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	sigaction(SIGINT, &ignore, &old->interrupt);
	sigaction(SIGQUIT, &ignore, &old->quit);
	sigemptyset(&set);
	if (old->interrupt.sa_handler != SIG_IGN)
		sigaddset(&set, SIGINT);
	if (old->quit.sa_handler != SIG_IGN)
		sigaddset(&set, SIGQUIT);
	posix_spawnattr_setsigdefault(attributes, &set);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old->mask);
	posix_spawnattr_setsigmask(attributes, &old->mask);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

static void signals_restore(const struct quiet_signals *old)
{
	sigaction(SIGINT, &old->interrupt, NULL);
	sigaction(SIGQUIT, &old->quit, NULL);
	sigprocmask(SIG_SETMASK, &old->mask, NULL);
}

/* Returns the wait status or a negative errno. */
static long system_run(struct thread *self, const char *command)
{
	struct quiet_signals old;
	posix_spawnattr_t attributes;
	int status = SHELL_MISSING;
	long result = 0;
	pid_t pid;

	posix_spawnattr_init(&attributes);
	signals_quiet(&old, &attributes);
	if (shell_start(&pid, command, NULL, &attributes) == 0) {
		do
			result = child_wait(self, pid, &status, 0, NULL);
		while (result == -EINTR);
	}
	signals_restore(&old);
	posix_spawnattr_destroy(&attributes);
	return result < 0 ? result : status;
}

WEFT_HOOK int system(const char *command)
{
	struct thread *self = runtime_enter(HOOK_system);

	if (!self)
		return REAL(system)(command);
	sched_point(self, OP_PROCESS_FORK, NULL);
	if (!command)
		return (int)io_return(self, system_run(self, "exit 0") == 0);
	return (int)io_return(self, system_run(self, command));
}

/* ---- popen ---- */

struct command_stream {
	struct command_stream *next;
	FILE *stream; /* NULL: free */
	pid_t pid;
};

static struct command_stream *command_streams;

static struct command_stream *stream_find(const FILE *stream)
{
	struct command_stream *entry = command_streams;

	while (entry && entry->stream != stream)
		entry = entry->next;
	return entry;
}

static void stream_remember(FILE *stream, pid_t pid)
{
	struct command_stream *entry = stream_find(NULL);

	if (!entry) {
		entry = arena_alloc(&runtime.arena, sizeof(*entry));
		entry->next = command_streams;
		command_streams = entry;
	}
	entry->stream = stream;
	entry->pid = pid;
}

/* Parses popen's mode: reading or writing, with "e" for close-on-exec. */
static bool mode_parse(const char *mode, bool *ret_reads, bool *ret_close_on_exec)
{
	bool reads = false, writes = false;

	*ret_close_on_exec = false;
	for (; *mode; mode++) {
		if (*mode == 'r')
			reads = true;
		else if (*mode == 'w')
			writes = true;
		else if (*mode == 'e')
			*ret_close_on_exec = true;
		else
			return false;
	}
	*ret_reads = reads;
	return reads != writes;
}

/* Starts the command with its end of the pipe as stdin or stdout. */
static int command_start(pid_t *ret_pid, const char *command, int child_end, int child_stream)
{
	posix_spawn_file_actions_t actions;
	int result;

	posix_spawn_file_actions_init(&actions);
	/* Streams of earlier calls are not the child's (POSIX, popen). */
	for (struct command_stream *entry = command_streams; entry; entry = entry->next)
		if (entry->stream && fileno(entry->stream) != child_stream)
			posix_spawn_file_actions_addclose(&actions, fileno(entry->stream));
	posix_spawn_file_actions_adddup2(&actions, child_end, child_stream);
	result = shell_start(ret_pid, command, &actions, NULL);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

static FILE *command_open(const char *command, const char *mode, int *ret_error)
{
	bool reads, close_on_exec;
	int pair[2], own;
	FILE *stream;
	pid_t pid;

	*ret_error = EINVAL;
	if (!mode_parse(mode, &reads, &close_on_exec))
		return NULL;
	*ret_error = (int)-raw_syscall(SYS_pipe2, pair, O_CLOEXEC);
	if (*ret_error)
		return NULL;
	own = pair[reads ? 0 : 1];
	stream = fdopen(own, reads ? "r" : "w");
	*ret_error = stream ? command_start(&pid, command, pair[reads ? 1 : 0], reads ? 1 : 0)
			    : ENOMEM;
	raw_syscall(SYS_close, pair[reads ? 1 : 0]);
	if (*ret_error) {
		if (stream)
			fclose(stream);
		else
			raw_syscall(SYS_close, own);
		return NULL;
	}
	if (!close_on_exec)
		raw_syscall(SYS_fcntl, own, F_SETFD, 0);
	descriptor_set(own, DESCRIPTOR_UNKNOWN);
	stream_remember(stream, pid);
	return stream;
}

WEFT_HOOK FILE *popen(const char *command, const char *mode)
{
	struct thread *self = runtime_enter(HOOK_popen);
	FILE *stream;
	int error;

	if (!self)
		return REAL(popen)(command, mode);
	sched_point(self, OP_PROCESS_FORK, NULL);
	stream = command_open(command, mode, &error);
	core_result(&runtime.core, self, stream ? 0 : -error);
	runtime_leave(self);
	if (!stream)
		errno = error;
	return stream;
}

WEFT_HOOK int pclose(FILE *stream)
{
	struct thread *self = runtime_enter(HOOK_pclose);
	struct command_stream *entry = self ? stream_find(stream) : NULL;
	int status = 0;
	long result;

	if (!entry) {
		if (self)
			runtime_leave(self);
		return REAL(pclose)(stream);
	}
	entry->stream = NULL;
	descriptor_set(fileno(stream), DESCRIPTOR_UNKNOWN);
	fclose(stream);
	do
		result = child_wait(self, entry->pid, &status, 0, NULL);
	while (result == -EINTR);
	return (int)io_return(self, result < 0 ? result : status);
}
