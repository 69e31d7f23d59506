/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for several descriptors: poll, ppoll, select, pselect. */
#include <poll.h>
#include <sys/select.h>

#include "runtime/engine/children.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/clock.h"
#include "runtime/interpose/io.h"
#include "runtime/interpose/poll.h"

#define LIST_FIRST 16u
#define LIST_SIZES 24u

/* Lists of descriptors to wait for, by the power of two they have room for; reused. */
union fd_list {
	union fd_list *next;
	struct external_fd fds[1];
};

static union fd_list *free_lists[LIST_SIZES];

static uint32_t list_class(uint32_t count)
{
	uint32_t class = 0;

	while ((LIST_FIRST << class) < count)
		class ++;
	return class;
}

static struct external_fd *list_get(uint32_t count)
{
	uint32_t class = list_class(count);
	union fd_list *list = free_lists[class];

	if (list)
		free_lists[class] = list->next;
	else
		list = arena_alloc(
			&runtime.arena, sizeof(struct external_fd) * (LIST_FIRST << class));
	return list->fds;
}

static void list_put(struct external_fd *fds, uint32_t count)
{
	union fd_list *list = (union fd_list *)fds;
	uint32_t class = list_class(count);

	list->next = free_lists[class];
	free_lists[class] = list;
}

uint64_t poll_deadline(const struct timespec *timeout)
{
	if (!timeout)
		return DEADLINE_NEVER;
	return runtime.core.now_ns + (uint64_t)timeout->tv_sec * NS_PER_S +
	       (uint64_t)timeout->tv_nsec;
}

bool poll_timeout_valid(const struct timespec *timeout)
{
	return !timeout || (timeout->tv_sec >= 0 && timeout->tv_nsec >= 0 &&
				   timeout->tv_nsec < (long)NS_PER_S);
}

long poll_wait(struct thread *self, struct poll_call *call)
{
	static const struct timespec at_once = { 0, 0 };
	bool over = call->deadline_ns <= runtime.core.now_ns;
	/* As in io_try(): children are let in only when nobody else can run. */
	bool asks = over || !children_any();
	long result;

	cancel_point(self);
	while ((result = asks ? call->attempt(call, &at_once) : 0) == 0 && !over) {
		struct external_wait wait = {
			.fds = call->fds,
			.fd_count = call->count,
			.retry = call->masked,
			.until_signal = true,
		};
		enum wait_result woken;

		self->wait.interruptible = true;
		woken = external_wait(self, call->object, &wait, call->deadline_ns);
		if (woken == WAIT_INTERRUPTED) {
			/* No SA_RESTART makes it go on. */
			cancel_interrupted(self);
			return -EINTR;
		}
		over = woken == WAIT_TIMED_OUT;
		asks = true;
	}
	return result;
}

/* ---- poll ---- */

struct poll_of_array {
	struct poll_call call; /* first */
	struct pollfd *fds;
	nfds_t count;
	const sigset_t *mask;
};

static long poll_attempt(struct poll_call *call, const struct timespec *at_once)
{
	struct poll_of_array *poll = (struct poll_of_array *)call;
	struct timespec timeout = *at_once;

	return raw_syscall(SYS_ppoll, poll->fds, poll->count, &timeout, poll->mask, _NSIG / 8);
}

static long poll_array(struct thread *self, struct poll_of_array *poll)
{
	uint32_t count = (uint32_t)poll->count;
	struct external_fd *fds;
	long result;

	poll->call.attempt = poll_attempt;
	poll->call.masked = poll->mask != NULL;
	/* More than a process can have open: the kernel refuses it. */
	if (poll->count > INT32_MAX / sizeof(*fds))
		return -EINVAL;
	fds = list_get(count);
	for (uint32_t i = 0; i < count; i++) {
		fds[i].fd = poll->fds[i].fd;
		fds[i].events = poll->fds[i].events;
		fds[i].accepted = (short)(poll->fds[i].events | POLLERR | POLLHUP);
	}
	poll->call.fds = fds;
	poll->call.count = count;
	if (count)
		poll->call.object = object_get(
			&runtime.core, (uint64_t)(unsigned int)fds[0].fd, WIRE_OBJECT_FD);
	sched_point(self, OP_FD_POLL, poll->call.object);
	result = poll_wait(self, &poll->call);
	list_put(fds, count);
	return result;
}

static int poll_for_ms(struct thread *self, struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct poll_of_array poll = {
		.call = { .deadline_ns = DEADLINE_NEVER },
		.fds = fds,
		.count = count,
	};

	if (timeout_ms >= 0)
		poll.call.deadline_ns = runtime.core.now_ns + (uint64_t)timeout_ms * NS_PER_MS;
	if (timeout_ms == 0)
		poll.call.deadline_ns = 0;
	return (int)io_return(self, poll_array(self, &poll));
}

WEFT_HOOK int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct thread *self = runtime_enter(HOOK_poll);

	if (!self)
		return REAL(poll)(fds, count, timeout_ms);
	return poll_for_ms(self, fds, count, timeout_ms);
}

WEFT_HOOK int __poll(struct pollfd *, nfds_t, int) HOOK_ALIAS(poll);

WEFT_HOOK int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
	struct thread *self =
		size / sizeof(*fds) < count ? NULL : runtime_enter(HOOK___poll_chk);

	if (!self)
		return REAL(__poll_chk)(fds, count, timeout_ms, size);
	return poll_for_ms(self, fds, count, timeout_ms);
}

static int ppoll_run(struct thread *self, struct pollfd *fds, nfds_t count,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct poll_of_array poll = { .fds = fds, .count = count, .mask = mask };

	if (!poll_timeout_valid(timeout))
		return (int)io_return(self, -EINVAL);
	poll.call.deadline_ns = poll_deadline(timeout);
	return (int)io_return(self, poll_array(self, &poll));
}

WEFT_HOOK int ppoll(
	struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct thread *self = runtime_enter(HOOK_ppoll);

	if (!self)
		return REAL(ppoll)(fds, count, timeout, mask);
	return ppoll_run(self, fds, count, timeout, mask);
}

WEFT_HOOK int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
	const sigset_t *mask, size_t size)
{
	struct thread *self =
		size / sizeof(*fds) < count ? NULL : runtime_enter(HOOK___ppoll_chk);

	if (!self)
		return REAL(__ppoll_chk)(fds, count, timeout, mask, size);
	return ppoll_run(self, fds, count, timeout, mask);
}

/* ---- select ---- */

#define SELECT_SETS 3

struct poll_of_sets {
	struct poll_call call; /* first */
	int limit;	       /* one past the highest descriptor */
	fd_set *sets[SELECT_SETS];
	fd_set wanted[SELECT_SETS];
	const sigset_t *mask;
};

/* What select(2) calls readable, writable and exceptional, in terms of poll(2). */
static const struct external_fd select_events[SELECT_SETS] = {
	{ -1, POLLIN, POLLIN | POLLHUP | POLLERR },
	{ -1, POLLOUT, POLLOUT | POLLERR },
	{ -1, POLLPRI, POLLPRI },
};

static long select_attempt(struct poll_call *call, const struct timespec *at_once)
{
	struct poll_of_sets *select = (struct poll_of_sets *)call;
	struct timespec timeout = *at_once;
	struct {
		const sigset_t *mask;
		size_t size;
	} mask = { select->mask, _NSIG / 8 };

	for (int set = 0; set < SELECT_SETS; set++)
		if (select->sets[set])
			*select->sets[set] = select->wanted[set];
	return raw_syscall(SYS_pselect6, select->limit, select->sets[0], select->sets[1],
		select->sets[2], &timeout, &mask);
}

/* Gathers what is waited for of one descriptor; false when it is in no set. */
static bool select_wants(const struct poll_of_sets *select, int fd, struct external_fd *ret_fd)
{
	*ret_fd = (struct external_fd){ .fd = fd };
	for (int set = 0; set < SELECT_SETS; set++) {
		if (!select->sets[set] || !FD_ISSET(fd, &select->wanted[set]))
			continue;
		ret_fd->events |= select_events[set].events;
		ret_fd->accepted |= select_events[set].accepted;
	}
	return ret_fd->events != 0;
}

static long select_sets(struct thread *self, struct poll_of_sets *select)
{
	struct external_fd *fds;
	uint32_t capacity = (uint32_t)select->limit;
	long result;

	select->call.attempt = select_attempt;
	select->call.masked = select->mask != NULL;
	for (int set = 0; set < SELECT_SETS; set++)
		if (select->sets[set])
			select->wanted[set] = *select->sets[set];
	fds = list_get(capacity);
	for (int fd = 0; fd < select->limit; fd++)
		if (select_wants(select, fd, &fds[select->call.count]))
			select->call.count++;
	select->call.fds = fds;
	if (select->call.count)
		select->call.object = object_get(
			&runtime.core, (uint64_t)(unsigned int)fds[0].fd, WIRE_OBJECT_FD);
	sched_point(self, OP_FD_POLL, select->call.object);
	result = poll_wait(self, &select->call);
	list_put(fds, capacity);
	return result;
}

/* `timeout` is NULL for none. */
static int select_run(
	struct thread *self, struct poll_of_sets *select, const struct timespec *timeout)
{
	if (select->limit < 0 || !poll_timeout_valid(timeout))
		return (int)io_return(self, -EINVAL);
	select->call.deadline_ns = poll_deadline(timeout);
	if (timeout && !timeout->tv_sec && !timeout->tv_nsec)
		select->call.deadline_ns = 0;
	return (int)io_return(self, select_sets(self, select));
}

WEFT_HOOK int select(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional,
	struct timeval *timeout)
{
	/* Sets larger than their type are the program's own making: to the kernel as they are.
	 */
	struct thread *self = limit > FD_SETSIZE ? NULL : runtime_enter(HOOK_select);
	struct poll_of_sets select = { .limit = limit,
		.sets = { readable, writable, exceptional } };
	struct timespec limit_time, *limit_pointer = NULL;
	uint64_t left_ns;
	int result;

	if (!self)
		return REAL(select)(limit, readable, writable, exceptional, timeout);
	if (timeout) {
		limit_time.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
		limit_time.tv_nsec = timeout->tv_usec % 1000000 * (long)NS_PER_US;
		limit_pointer = &limit_time;
	}
	result = select_run(self, &select, limit_pointer);
	/* Linux tells how much of the time was left. */
	if (timeout && result >= 0) {
		left_ns = select.call.deadline_ns > runtime.core.now_ns
				  ? select.call.deadline_ns - runtime.core.now_ns
				  : 0;
		timeout->tv_sec = (time_t)(left_ns / NS_PER_S);
		timeout->tv_usec = (suseconds_t)(left_ns % NS_PER_S / NS_PER_US);
	}
	return result;
}

WEFT_HOOK int __select(int, fd_set *, fd_set *, fd_set *, struct timeval *) HOOK_ALIAS(select);

WEFT_HOOK int pselect(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct thread *self = limit > FD_SETSIZE ? NULL : runtime_enter(HOOK_pselect);
	struct poll_of_sets select = {
		.limit = limit, .sets = { readable, writable, exceptional }, .mask = mask
	};

	if (!self)
		return REAL(pselect)(limit, readable, writable, exceptional, timeout, mask);
	return select_run(self, &select, timeout);
}
