/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's wait; see classify.h. */
#include "tool/stuck/classify.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include "tool/stuck/glibc_sync.h"
#include "tool/stuck/proc_file.h"

#define PATH_SIZE 96
#define SET_TOLD 4
#define SET_MAX 1024

/* Descriptors that are waited for together. */
struct descriptor_set {
	struct classifier *classifier;
	struct stuck_wait *wait;
	size_t count;
	bool is_inside; /* so far, each can be made ready by this process only */
};

static void append(char *text, const char *more)
{
	size_t len = strlen(text);

	snprintf(text + len, WAIT_TEXT_SIZE - len, "%s", more);
}

static void set_what(struct stuck_wait *wait, const char *verb, const char *what)
{
	snprintf(wait->what, sizeof(wait->what), "%s%.*s", verb, WAIT_TEXT_SIZE - 32, what);
}

/* ---- descriptors ---- */

static void wait_descriptor(
	struct classifier *classifier, const struct stuck_call *call, struct stuck_wait *wait)
{
	bool to_write = call->kind == CALL_WRITE || call->kind == CALL_CONNECT;
	struct descriptor descriptor;

	descriptor_describe(
		&classifier->descriptors, (int)call->arguments[0], to_write, &descriptor);
	wait->kind = WAIT_DESCRIPTOR;
	wait->waker = descriptor.is_inside ? WAKER_ANY_THREAD : WAKER_OUTSIDE;
	wait->by_handler = true;
	set_what(wait,
		call->kind == CALL_READ	   ? "data from "
		: call->kind == CALL_WRITE ? "room in "
					   : "",
		descriptor.what);
	snprintf(wait->whom, sizeof(wait->whom), "%s", descriptor.whom);
}

static void set_add(struct descriptor_set *set, int fd, bool to_write)
{
	struct descriptor descriptor;

	descriptor_describe(&set->classifier->descriptors, fd, to_write, &descriptor);
	set->is_inside &= descriptor.is_inside;
	if (set->count++ >= SET_TOLD)
		return;
	if (set->count > 1)
		append(set->wait->what, ", ");
	append(set->wait->what, descriptor.what);
	if (descriptor.whom[0]) {
		append(set->wait->what, " (");
		append(set->wait->what, descriptor.whom);
		append(set->wait->what, ")");
	}
}

static void set_finish(struct descriptor_set *set, bool is_complete)
{
	struct stuck_wait *wait = set->wait;
	char more[48];

	wait->kind = WAIT_DESCRIPTOR;
	wait->by_handler = true;
	wait->waker =
		set->is_inside && is_complete && set->count ? WAKER_ANY_THREAD : WAKER_OUTSIDE;
	if (set->count > SET_TOLD) {
		snprintf(
			more, sizeof(more), " and %zu more descriptors", set->count - SET_TOLD);
		append(wait->what, more);
	}
	if (set->count == 0)
		append(wait->what, is_complete ? "no descriptor at all"
					       : "descriptors that are not known");
}

static void wait_poll(struct descriptor_set *set, const struct stuck_call *call)
{
	const struct stuck_snapshot *snapshot = set->classifier->snapshot;
	bool is_complete = call->arguments[1] <= SET_MAX;

	for (uint64_t i = 0; i < call->arguments[1] && is_complete; i++) {
		struct pollfd entry;
		uint64_t address = call->arguments[0] + i * sizeof(entry);

		is_complete = snapshot_read(snapshot, address, &entry, sizeof(entry)) == 0;
		if (is_complete && entry.fd >= 0)
			set_add(set, entry.fd, (entry.events & (POLLIN | POLLOUT)) == POLLOUT);
	}
	set_finish(set, is_complete);
}

static void wait_select(struct descriptor_set *set, const struct stuck_call *call)
{
	const struct stuck_snapshot *snapshot = set->classifier->snapshot;
	uint64_t limit = call->arguments[0];
	bool is_complete = limit <= FD_SETSIZE;

	for (size_t part = 1; part <= 2; part++) {
		fd_set fds;
		uint64_t address = call->arguments[part];

		if (address == 0)
			continue;
		if (snapshot_read(snapshot, address, &fds, (limit + 63) / 64 * 8) < 0)
			is_complete = false;
		for (uint64_t fd = 0; fd < limit && is_complete; fd++)
			if (FD_ISSET((int)fd, &fds))
				set_add(set, (int)fd, part == 2);
	}
	/* Exceptional conditions come from outside. */
	set_finish(set, is_complete && call->arguments[3] == 0);
}

/* The kernel's list of what an epoll descriptor watches: "tfd:        5 events: ...". */
static void wait_epoll(struct descriptor_set *set, const struct stuck_call *call)
{
	const struct stuck_snapshot *snapshot = set->classifier->snapshot;
	char path[PATH_SIZE];
	char *text = NULL;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fdinfo/%d", snapshot->pid,
		snapshot->reader_tid, (int)call->arguments[0]);
	if (!snapshot->core && proc_read(path, &text, NULL) == 0) {
		for (const char *at = strstr(text, "tfd:"); at; at = strstr(at + 1, "tfd:"))
			set_add(set, atoi(at + 4), false);
		free(text);
	}
	/* It may watch more than descriptors of this process. */
	set_finish(set, false);
}

static void wait_set(
	struct classifier *classifier, const struct stuck_call *call, struct stuck_wait *wait)
{
	struct descriptor_set set = {
		.classifier = classifier, .wait = wait, .is_inside = true
	};

	if (call->kind == CALL_POLL)
		wait_poll(&set, call);
	else if (call->kind == CALL_SELECT)
		wait_select(&set, call);
	else
		wait_epoll(&set, call);
	/* The usual way to sleep, in old programs. */
	if (set.count == 0 && wait->timeout != TIMEOUT_NEVER) {
		wait->kind = WAIT_SLEEP;
		wait->what[0] = '\0';
	}
}

static void wait_file_lock(
	struct classifier *classifier, const struct stuck_call *call, struct stuck_wait *wait)
{
	struct descriptor descriptor;

	descriptor_lock(&classifier->descriptors, (int)call->arguments[0], &descriptor);
	wait->kind = WAIT_FILE_LOCK;
	wait->waker = descriptor.is_inside ? WAKER_ANY_THREAD : WAKER_OUTSIDE;
	wait->by_handler = true;
	set_what(wait, "the lock of ", descriptor.what);
	snprintf(wait->whom, sizeof(wait->whom), "%s", descriptor.whom);
}

/* ---- the rest ---- */

/*
 * Without any handler a signal can only end the process, not this wait: the thread is parked.
 * It may well mean to, so the others' idleness is no deadlock.
 */
static void wait_signal(const struct stuck_snapshot *snapshot, struct stuck_wait *wait)
{
	bool has_handlers = snapshot->has_unknown_signals || snapshot->caught_signals;

	wait->kind = WAIT_SIGNAL;
	wait->waker = WAKER_OUTSIDE;
	wait->is_parked = !has_handlers;
	set_what(wait, "",
		has_handlers ? "a signal that has a handler"
			     : "a signal, though it has no handler for any");
}

static void wait_other(const struct stuck_call *call, struct stuck_wait *wait)
{
	wait->kind = call->kind == CALL_CHILD	      ? WAIT_CHILD
		     : call->kind == CALL_SLEEP	      ? WAIT_SLEEP
		     : call->kind == CALL_SIGNAL_WAIT ? WAIT_SIGNAL
						      : WAIT_CALL;
	wait->waker = WAKER_OUTSIDE;
	if (wait->kind == WAIT_CHILD)
		set_what(wait, "", "the end of a child process");
	else if (wait->kind == WAIT_SIGNAL)
		set_what(wait, "", "one of a set of signals (sigwait)");
	else if (wait->kind == WAIT_CALL && call->name)
		snprintf(wait->what, sizeof(wait->what), "the end of its system call %s()",
			call->name);
	else if (wait->kind == WAIT_CALL)
		snprintf(wait->what, sizeof(wait->what), "the end of system call number %llu",
			(unsigned long long)call->number);
}

static void wait_in_call(struct classifier *classifier, const struct stuck_call *call,
	const struct stuck_stack *stack, struct stuck_wait *wait)
{
	switch (call->kind) {
	case CALL_FUTEX:
		glibc_sync_wait(classifier->snapshot, classifier->symbols, call, stack, wait);
		break;
	case CALL_READ:
	case CALL_WRITE:
	case CALL_ACCEPT:
	case CALL_CONNECT:
		wait_descriptor(classifier, call, wait);
		break;
	case CALL_POLL:
	case CALL_SELECT:
	case CALL_EPOLL:
		wait_set(classifier, call, wait);
		break;
	case CALL_FLOCK:
	case CALL_FCNTL:
		wait_file_lock(classifier, call, wait);
		break;
	case CALL_SIGNAL:
		wait_signal(classifier->snapshot, wait);
		break;
	default:
		wait_other(call, wait);
	}
}

void classify_thread(struct classifier *classifier, size_t thread,
	const struct stuck_stack *stack, struct stuck_wait *ret_wait)
{
	const struct stuck_snapshot *snapshot = classifier->snapshot;
	const struct stuck_thread *t = &snapshot->threads[thread];
	struct stuck_call call = call_of(snapshot, thread);
	bool handlers = snapshot->has_unknown_signals || snapshot->caught_signals;

	*ret_wait = (struct stuck_wait){ .waker = WAKER_ITSELF, .owner = NO_THREAD };
	if (t->state == 'Z' || t->state == 'X') {
		ret_wait->kind = WAIT_ENDED;
		ret_wait->waker = WAKER_NOBODY;
		return;
	}
	if (call.kind == CALL_NONE) {
		ret_wait->kind = t->has_registers ? WAIT_NOT : WAIT_UNSEEN;
		return;
	}
	ret_wait->call = call.name;
	ret_wait->timeout = call_timeout(snapshot, &call, &ret_wait->timeout_ns);
	wait_in_call(classifier, &call, stack, ret_wait);
	if (ret_wait->timeout != TIMEOUT_NEVER)
		ret_wait->waker = WAKER_ITSELF;
	else if (ret_wait->waker == WAKER_ANY_THREAD && ret_wait->by_handler && handlers)
		ret_wait->waker = WAKER_OUTSIDE;
}
