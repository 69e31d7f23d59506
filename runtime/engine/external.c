/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits whose end the kernel decides; see external.h. The waits are kept sorted by thread
 * number, so that who is woken first depends on nothing else.
 */
#include "runtime/engine/external.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "runtime/engine/children.h"
#include "runtime/engine/descriptor.h"
#include "runtime/engine/reach.h"
#include "runtime/engine/runtime.h"
#include "runtime/engine/sched.h"
#include "runtime/sys/futex.h"
#include "runtime/sys/raw.h"

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
/* How long a packet may take within this host. */
#define DELIVERY_NS (5 * NS_PER_MS)
/* How long virtual time stands still for those who may come, while none has. */
#define PATIENCE_NS (10 * NS_PER_MS)
/* What can't be polled for is tried again and again, after pauses that double up to the
 * maximum. */
#define PAUSE_MIN_NS (NS_PER_MS / 20)
#define PAUSE_MAX_NS (10 * NS_PER_MS)
/* Points after which the outside is let in although somebody can always run. */
#define POINTS_BETWEEN_LOOKS 4096u
/* How often it is asked anew who could help. */
#define SLICE_NS (100 * NS_PER_MS)

struct external_wait *external_waits;
uint64_t external_timer_ns = DEADLINE_NEVER;

static struct external_timer *timers;
static bool changed;	      /* since the last look */
static bool untried;	      /* changed since everyone was let try again */
static bool undelivered;      /* something was sent on the network since the last idle moment */
static uint32_t points_since; /* the last look at everything */
static uint64_t pause_ns = PAUSE_MIN_NS;
static struct pollfd *batch;
static uint32_t batch_capacity;

_Static_assert(sizeof(struct external_fd) == sizeof(struct pollfd), "one is read as the other");

/* ---- timers on the virtual clock ---- */

static void timers_update(void)
{
	external_timer_ns = DEADLINE_NEVER;
	for (struct external_timer *timer = timers; timer; timer = timer->next)
		if (timer->expiry_ns < external_timer_ns)
			external_timer_ns = timer->expiry_ns;
}

static void timers_expire(uint64_t now_ns)
{
	if (now_ns < external_timer_ns)
		return;
	for (struct external_timer *timer = timers; timer; timer = timer->next)
		if (timer->expiry_ns <= now_ns)
			timer->expiry_ns = timer->expire(timer, now_ns);
	timers_update();
	changed = true;
}

void external_timer_remove(struct external_timer *timer)
{
	struct external_timer **link = &timers;

	while (*link && *link != timer)
		link = &(*link)->next;
	if (*link)
		*link = timer->next;
	timers_update();
}

void external_timer_set(struct external_timer *timer, uint64_t expiry_ns)
{
	external_timer_remove(timer);
	timer->expiry_ns = expiry_ns;
	timer->next = timers;
	timers = timer;
	timers_update();
	/* Their deadlines were computed without this timer: they wait anew. */
	for (struct external_wait *wait = external_waits; wait; wait = wait->next)
		core_wake(&runtime.core, wait->thread, WAIT_WOKEN);
}

/* ---- the list of waits ---- */

static void wait_add(struct external_wait *wait)
{
	struct external_wait **link = &external_waits;

	while (*link && (*link)->thread->id < wait->thread->id)
		link = &(*link)->next;
	wait->next = *link;
	*link = wait;
}

static void wait_remove(struct external_wait *wait)
{
	struct external_wait **link = &external_waits;

	while (*link && *link != wait)
		link = &(*link)->next;
	if (*link)
		*link = wait->next;
}

static enum external_reach reach_of_waits(void)
{
	enum external_reach reach = REACH_PROCESS;

	for (const struct external_wait *wait = external_waits; wait; wait = wait->next) {
		if (wait->reach > reach)
			reach = wait->reach;
		for (uint32_t i = 0; i < wait->fd_count && reach < REACH_OUTSIDE; i++) {
			enum external_reach own = reach_of_descriptor(wait->fds[i].fd);

			if (own > reach)
				reach = own;
		}
	}
	return reach;
}

/*
 * What others do outside takes as long as it takes: a limit on it that fires early would be a
 * failure of no schedule's making.
 */
static void hold_timers(void)
{
	runtime.core.timers_held =
		reach_of_waits() == REACH_OUTSIDE || (external_waits && children_any());
}

enum wait_result external_wait(struct thread *self, struct object *object,
	struct external_wait *wait, uint64_t deadline_ns)
{
	uint64_t until_ns = deadline_ns < external_timer_ns ? deadline_ns : external_timer_ns;
	enum wait_result result;

	wait->thread = self;
	wait_add(wait);
	hold_timers();
	result = sched_wait(self, object, until_ns);
	wait_remove(wait);
	hold_timers();
	timers_expire(runtime.core.now_ns);
	/* It was one of our timers that ended it, not the caller's limit. */
	if (result == WAIT_TIMED_OUT && until_ns < deadline_ns)
		return WAIT_WOKEN;
	return result;
}

void external_changed(void)
{
	changed = untried = true;
	pause_ns = PAUSE_MIN_NS;
}

void external_sent(void)
{
	external_changed();
	undelivered = true;
}

void external_forget(void)
{
	for (const struct external_wait *wait = external_waits; wait; wait = wait->next)
		if (wait->held)
			raw_syscall(SYS_close, wait->fds[0].fd);
	external_waits = NULL;
	runtime.core.timers_held = false;
	changed = untried = undelivered = false;
}

/* ---- asking the kernel ---- */

static bool pending(const struct external_wait *wait)
{
	return !wait->thread->wait.decided;
}

/*
 * Whether only this process can make it ready, so that it does not matter when it is looked at.
 * An epoll's members are too dear to look up each time, and asking the kernel does no harm.
 */
static bool is_ours(int fd)
{
	if (children_any())
		return false;
	return descriptor_get(fd)->kind == DESCRIPTOR_EPOLL ||
	       reach_of_descriptor(fd) < REACH_ANYONE;
}

static uint32_t batch_fill(bool everything)
{
	uint32_t count = 0;

	for (const struct external_wait *wait = external_waits; wait; wait = wait->next)
		count += wait->fd_count;
	if (count > batch_capacity) {
		batch_capacity = count * 2;
		batch = arena_alloc(&runtime.arena, batch_capacity * sizeof(batch[0]));
	}
	count = 0;
	for (const struct external_wait *wait = external_waits; wait; wait = wait->next) {
		for (uint32_t i = 0; i < wait->fd_count; i++, count++) {
			const struct external_fd *fd = &wait->fds[i];
			bool look = pending(wait) && (everything || is_ours(fd->fd));

			batch[count].fd = look ? fd->fd : -1;
			batch[count].events = fd->events;
			batch[count].revents = 0;
		}
	}
	return count;
}

static bool is_ready(const struct external_wait *wait, const struct pollfd *polled)
{
	for (uint32_t i = 0; i < wait->fd_count; i++)
		if (polled[i].revents & wait->fds[i].accepted)
			return true;
	return false;
}

static long poll_for(struct pollfd *fds, uint32_t count, uint64_t timeout_ns)
{
	struct timespec timeout = {
		.tv_sec = (time_t)(timeout_ns / NS_PER_S),
		.tv_nsec = (long)(timeout_ns % NS_PER_S),
	};

	return raw_syscall(SYS_ppoll, fds, count, &timeout, 0, 0);
}

/* By a handler that ran here, or on the thread carrier in another thread that waits. */
static bool was_interrupted(long polled)
{
	return __atomic_exchange_n(&futex_interrupted, 0, __ATOMIC_RELAXED) || polled == -EINTR;
}

/* A signal handler ran while nobody did: the first thread that waits for one goes on. */
static bool handler_ran(struct core *core)
{
	for (struct external_wait *wait = external_waits; wait; wait = wait->next) {
		if (!wait->until_signal || !pending(wait))
			continue;
		core_wake(core, wait->thread, WAIT_INTERRUPTED);
		return true;
	}
	return false;
}

static bool signals_pending(uint64_t set)
{
	uint64_t pending_set = 0;

	raw_syscall(SYS_rt_sigpending, &pending_set, sizeof(pending_set));
	return (pending_set & set) != 0;
}

/* A try in vain would be an event, and how many fit into a pause is up to the machine. */
static bool has_to_try(const struct external_wait *wait, bool everything)
{
	if (!wait->retry || (!everything && wait->reach >= REACH_OUTSIDE))
		return false;
	return !wait->signals || signals_pending(wait->signals);
}

/*
 * Waits up to `timeout_ns` of real time, then wakes whom the kernel lets go on: `everything`,
 * or only what this process can have brought about. `retry`: and those who have to try.
 */
static bool look(struct core *core, bool everything, bool retry, uint64_t timeout_ns)
{
	uint32_t count = batch_fill(everything);
	long ready = count || timeout_ns ? poll_for(batch, count, timeout_ns) : 0;
	const struct pollfd *polled = batch;
	bool woken = was_interrupted(ready) && handler_ran(core);

	for (struct external_wait *wait = external_waits; wait; wait = wait->next) {
		bool wake = (retry && has_to_try(wait, everything)) ||
			    (ready > 0 && is_ready(wait, polled));

		polled += wait->fd_count;
		if (!wake || !pending(wait))
			continue;
		core_wake(core, wait->thread, WAIT_WOKEN);
		woken = true;
	}
	return woken;
}

void external_look(struct core *core)
{
	bool everything = ++points_since >= POINTS_BETWEEN_LOOKS;

	timers_expire(core->now_ns);
	if (!external_waits || (!changed && !everything))
		return;
	if (everything)
		points_since = 0;
	changed = false;
	look(core, everything, true, 0);
}

/* ---- nobody can run ---- */

static uint64_t real_now_ns(void)
{
	struct timespec now;

	raw_syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static uint64_t earliest_deadline_ns(const struct core *core)
{
	uint64_t earliest = DEADLINE_NEVER;

	for (uint32_t i = 0; i < core->timed_count; i++)
		if (core->timed[i]->wait.deadline_ns < earliest)
			earliest = core->timed[i]->wait.deadline_ns;
	return earliest;
}

static bool anyone_retries(void)
{
	for (const struct external_wait *wait = external_waits; wait; wait = wait->next)
		if (wait->retry && wait->reach > REACH_PROCESS)
			return true;
	return false;
}

/* Up to `limit_ns` of real time, by which the virtual clock moves on too. */
static bool wait_outside(struct core *core, uint64_t limit_ns)
{
	uint64_t start_ns = real_now_ns(), elapsed_ns = 0;
	bool retry = anyone_retries(), woken = false;

	core->result->limits |= WIRE_LIMIT_EXTERNAL_INPUT;
	while (!woken && elapsed_ns < limit_ns) {
		uint64_t left_ns = limit_ns - elapsed_ns;

		woken = look(
			core, true, false, retry && pause_ns < left_ns ? pause_ns : left_ns);
		if (!woken && retry) {
			woken = look(core, true, true, 0);
			pause_ns = pause_ns * 2 < PAUSE_MAX_NS ? pause_ns * 2 : PAUSE_MAX_NS;
		}
		elapsed_ns = real_now_ns() - start_ns;
	}
	core->now_ns += elapsed_ns < limit_ns ? elapsed_ns : limit_ns;
	return woken;
}

bool external_wait_signal(struct core *core)
{
	return look(core, true, false, SLICE_NS) || look(core, true, true, 0);
}

/* Who could help now: a living child may hold the other end of anything. */
static enum external_reach reach_now(const struct core *core)
{
	enum external_reach reach = reach_of_waits();

	if (reach < REACH_ANYONE && (external_waits || core->timed_count) && children_alive())
		return REACH_ANYONE;
	return reach;
}

bool external_idle(struct core *core)
{
	enum external_reach reach;
	bool retry = untried;

	changed = untried = false;
	if (external_waits && look(core, true, retry, 0))
		return true;
	while ((reach = reach_now(core)) >= REACH_ANYONE) {
		uint64_t deadline_ns = earliest_deadline_ns(core), limit_ns = SLICE_NS;
		bool last = core->spinning_count > 0;

		if (deadline_ns <= core->now_ns)
			return false;
		if (deadline_ns != DEADLINE_NEVER && deadline_ns - core->now_ns <= limit_ns) {
			limit_ns = deadline_ns - core->now_ns;
			last = true;
		}
		if (deadline_ns != DEADLINE_NEVER && reach == REACH_ANYONE) {
			limit_ns = limit_ns < PATIENCE_NS ? limit_ns : PATIENCE_NS;
			last = true;
		}
		if (wait_outside(core, limit_ns))
			return true;
		if (last)
			return false;
	}
	/* What a child did before its end shows by now. */
	if (children_any() && look(core, true, true, 0))
		return true;
	if (reach == REACH_PROCESS || !undelivered)
		return false;
	undelivered = false;
	return look(core, true, false, DELIVERY_NS);
}
