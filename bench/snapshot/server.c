/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An execution server that puts a snapshot back instead of forking, linked over the real one
 * (--wrap=server_run). The real server forks a child for the first request as ever; that child
 * takes its own image, and after the program's last exit handler puts it back, tells the tool,
 * and runs the next request itself. An execution that ends in any other way ends the child, and
 * the real server reports that and forks the next: failures are rare, so that their cost does
 * not matter.
 *
 * WEFT_SNAPSHOT chooses how written pages are found: "compare" or "write-protect".
 * WEFT_SNAPSHOT_MEMORY_ONLY, if set, leaves out all that hooks could know to be unchanged.
 * WEFT_SNAPSHOT_REPORT names a file for struct image_counts, written every REPORT_EVERY
 * executions.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/snapshot/context.h"
#include "bench/snapshot/image.h"
#include "common/bytes.h"
#include "common/wire.h"
#include "runtime/engine/server.h"
#include "runtime/sys/kernel_thread.h"
#include "runtime/sys/raw.h"

#define FIRST_FD 1150
#define REPORT_EVERY 256u

void __real_server_run(struct wire_region *region, const char *socket_text);
void __wrap_server_run(struct wire_region *region, const char *socket_text);

/* Written before the image is taken, and never after: it may be part of the image. */
static struct {
	struct image *image;
	struct wire_region *region;
	struct snapshot_context context;
	long socket;
	long pid;
	long report; /* descriptor of the counts' file, or negative */
} snapshot;

static _Noreturn void leave(int status)
{
	raw_syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

static void report_counts(void)
{
	if (snapshot.report >= 0 && snapshot.image->counts.executions % REPORT_EVERY == 0)
		raw_syscall(SYS_pwrite64, snapshot.report, &snapshot.image->counts,
			sizeof(snapshot.image->counts), 0);
}

/* On the image's own stack: nothing of the execution is needed any more. */
static _Noreturn void next_execution(int status)
{
	struct {
		char message;
		char status[sizeof(int32_t)];
	} done = { .message = WIRE_DONE };
	int32_t wait_status = (status & 0xff) << 8;
	char message = 0;

	if (!image_restore(snapshot.image))
		leave(status);
	report_counts();
	bytes_copy(done.status, &wait_status, sizeof(wait_status));
	raw_syscall(SYS_write, snapshot.socket, &done, sizeof(done));
	if (raw_syscall(SYS_read, snapshot.socket, &message, 1) != 1 || message != WIRE_RUN) {
		leave(0);
	}
	result_reset(snapshot.region);
	snapshot.region->result.pid = (int32_t)snapshot.pid;
	snapshot_context_resume(&snapshot.context);
}

/* The very last exit handler, for it is the first to be registered. */
static void execution_over(int status, void *unused)
{
	(void)unused;
	if (!snapshot.pid || raw_syscall(SYS_getpid) != snapshot.pid)
		return;
	fflush(NULL);
	snapshot_call_on(snapshot.image->stack + IMAGE_STACK_SIZE, next_execution, status);
}

static long parse(const char *text)
{
	long number = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (*text - '0');
	return number;
}

static void die(const char *what)
{
	raw_syscall(SYS_write, 2, what, string_len(what));
	leave(1);
}

void __wrap_server_run(struct wire_region *region, const char *socket_text)
{
	const char *method = getenv("WEFT_SNAPSHOT");
	const char *report = getenv("WEFT_SNAPSHOT_REPORT");

	if (!method) {
		__real_server_run(region, socket_text);
		return;
	}
	snapshot.image = image_new();
	snapshot.region = region;
	snapshot.report =
		report ? raw_syscall(SYS_open, report, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)
		       : -1;
	if (snapshot.report >= 0)
		snapshot.report =
			raw_syscall(SYS_fcntl, snapshot.report, F_DUPFD_CLOEXEC, FIRST_FD);
	snapshot.socket = raw_syscall(SYS_fcntl, parse(socket_text), F_DUPFD_CLOEXEC, FIRST_FD);
	if (!snapshot.image || snapshot.socket < 0 || on_exit(execution_over, NULL))
		die("snapshot: cannot prepare\n");
	snapshot.image->method =
		bytes_equal_string(method, "compare") ? IMAGE_COMPARE : IMAGE_WRITE_PROTECT;
	snapshot.image->is_memory_only = getenv("WEFT_SNAPSHOT_MEMORY_ONLY") != NULL;
	__real_server_run(region, socket_text);
	snapshot.pid = raw_syscall(SYS_getpid);
	snapshot.context.thread_pointer = thread_pointer_get();
	if (snapshot_context_save(&snapshot.context))
		return; /* again, with the memory as it was */
	if (image_take(snapshot.image) < 0)
		die("snapshot: cannot take the image\n");
}
