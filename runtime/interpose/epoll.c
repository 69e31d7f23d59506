/* SPDX-License-Identifier: Apache-2.0 */
/* The epoll family. Which of several ready events comes first is a decision. */
#include <poll.h>
#include <sys/epoll.h>

#include "runtime/engine/descriptor.h"
#include "runtime/engine/happens_before.h"
#include "runtime/interpose/clock.h"
#include "runtime/interpose/io.h"
#include "runtime/interpose/poll.h"

static int epoll_made(struct thread *self, long result)
{
	if (!raw_failed(result))
		descriptor_set((int)result, DESCRIPTOR_EPOLL);
	return (int)io_return(self, result);
}

WEFT_HOOK int epoll_create(int size)
{
	struct thread *self = runtime_enter(HOOK_epoll_create);

	if (!self)
		return REAL(epoll_create)(size);
	sched_point(self, OP_FD_OPEN, NULL);
	return epoll_made(self, raw_syscall(SYS_epoll_create, size));
}

WEFT_HOOK int epoll_create1(int flags)
{
	struct thread *self = runtime_enter(HOOK_epoll_create1);

	if (!self)
		return REAL(epoll_create1)(flags);
	sched_point(self, OP_FD_OPEN, NULL);
	return epoll_made(self, raw_syscall(SYS_epoll_create1, flags));
}

WEFT_HOOK int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	struct thread *self = runtime_enter(HOOK_epoll_ctl);
	struct io io;

	if (!self)
		return REAL(epoll_ctl)(epoll, operation, fd, event);
	io_begin(&io, self, OP_FD_WRITE, epoll);
	return (int)io_end(&io, raw_syscall(SYS_epoll_ctl, epoll, operation, fd, event));
}

struct poll_of_epoll {
	struct poll_call call; /* first */
	int epoll;
	struct epoll_event *events;
	int capacity;
	const sigset_t *mask;
};

static long epoll_attempt(struct poll_call *call, const struct timespec *at_once)
{
	struct poll_of_epoll *poll = (struct poll_of_epoll *)call;

	(void)at_once;
	return raw_syscall(SYS_epoll_pwait, poll->epoll, poll->events, poll->capacity, 0,
		poll->mask, _NSIG / 8);
}

/* Rotates the events so that the chosen one comes first. */
static void events_rotate(struct epoll_event *events, uint32_t count, uint32_t first)
{
	for (uint32_t turn = 0; turn < first; turn++) {
		struct epoll_event head = events[0];

		for (uint32_t i = 1; i < count; i++)
			events[i - 1] = events[i];
		events[count - 1] = head;
	}
}

static int epoll_run(struct thread *self, struct poll_of_epoll *poll)
{
	struct external_fd fd = {
		.fd = poll->epoll,
		.events = POLLIN,
		.accepted = POLLIN | POLLERR | POLLHUP,
	};
	long result;

	poll->call.attempt = epoll_attempt;
	poll->call.masked = poll->mask != NULL;
	poll->call.fds = &fd;
	poll->call.count = 1;
	poll->call.object =
		object_get(&runtime.core, (uint64_t)(unsigned int)poll->epoll, WIRE_OBJECT_FD);
	sched_point(self, OP_FD_POLL, poll->call.object);
	result = poll_wait(self, &poll->call);
	if (result > 0)
		happens_before_receive(self, poll->epoll);
	if (result > 1)
		events_rotate(poll->events, (uint32_t)result,
			core_draw(&runtime.core, self, WIRE_DECISION_ORDER, (uint32_t)result));
	return (int)io_return(self, result);
}

static uint64_t deadline_after_ms(int timeout_ms)
{
	if (timeout_ms < 0)
		return DEADLINE_NEVER;
	return timeout_ms ? runtime.core.now_ns + (uint64_t)timeout_ms * NS_PER_MS : 0;
}

WEFT_HOOK int epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_ms)
{
	struct thread *self = runtime_enter(HOOK_epoll_wait);
	struct poll_of_epoll poll = {
		.epoll = epoll,
		.events = events,
		.capacity = capacity,
	};

	if (!self)
		return REAL(epoll_wait)(epoll, events, capacity, timeout_ms);
	poll.call.deadline_ns = deadline_after_ms(timeout_ms);
	return epoll_run(self, &poll);
}

WEFT_HOOK int epoll_pwait(int epoll, struct epoll_event *events, int capacity, int timeout_ms,
	const sigset_t *mask)
{
	struct thread *self = runtime_enter(HOOK_epoll_pwait);
	struct poll_of_epoll poll = {
		.epoll = epoll,
		.events = events,
		.capacity = capacity,
		.mask = mask,
	};

	if (!self)
		return REAL(epoll_pwait)(epoll, events, capacity, timeout_ms, mask);
	poll.call.deadline_ns = deadline_after_ms(timeout_ms);
	return epoll_run(self, &poll);
}

WEFT_HOOK int epoll_pwait2(int epoll, struct epoll_event *events, int capacity,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct thread *self = runtime_enter(HOOK_epoll_pwait2);
	struct poll_of_epoll poll = {
		.epoll = epoll,
		.events = events,
		.capacity = capacity,
		.mask = mask,
	};

	if (!self)
		return REAL(epoll_pwait2)(epoll, events, capacity, timeout, mask);
	if (!poll_timeout_valid(timeout))
		return (int)io_return(self, -EINVAL);
	poll.call.deadline_ns = poll_deadline(timeout);
	return epoll_run(self, &poll);
}
