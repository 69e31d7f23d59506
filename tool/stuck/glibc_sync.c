/* SPDX-License-Identifier: Apache-2.0 */
/* glibc's objects around a futex word; see glibc_sync.h. */
#include "tool/stuck/glibc_sync.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>

#include "tool/stuck/object_name.h"
#include "tool/stuck/sync_function.h"

/* pthread_mutex_t, as far as it matters. */
struct glibc_mutex {
	uint32_t lock; /* the word: 0 free, 1 held, 2 with waiters; or an owner and
			  FUTEX_WAITERS */
	uint32_t count;
	int32_t owner;
	uint32_t users;
	uint32_t kind;
};

#define MUTEX_ROBUST 0x10u
#define MUTEX_INHERITS 0x20u
#define MUTEX_SHARED 0x80u
#define MUTEX_KINDS 0x3f3u /* type, protocol, shared, elision */

/* pthread_rwlock_t. */
struct glibc_rwlock {
	uint32_t readers; /* their number above three bits */
	uint32_t writers;
	uint32_t phase_futex;
	uint32_t writers_futex;
	uint32_t pad[2];
	int32_t writer;
	uint32_t shared;
	uint8_t elision;
	uint8_t pad_more[15];
	uint32_t flags;
};

#define RWLOCK_WRITE_PHASE 1u
#define RWLOCK_WRITE_LOCKED 2u
#define RWLOCK_READERS_WAIT 4u
#define RWLOCK_READER_SHIFT 3
#define RWLOCK_FUTEX_MAX 3u /* a bit, and that somebody waits */
#define RWLOCK_FLAGS_MAX 2u

/* sem_t. */
struct glibc_semaphore {
	uint32_t value;
	uint32_t waiters;
	uint32_t shared;
};

/* pthread_barrier_t; the word is `round`. */
struct glibc_barrier {
	uint32_t in;
	uint32_t round;
	uint32_t count;
};

/*
 * The lock of a FILE; its owner is a thread's control block. The count is of all holds up to
 * glibc 2.39 or so, and of those after the first in later ones.
 */
struct glibc_stream_lock {
	uint32_t lock;
	uint32_t count;
	uint64_t owner;
};

#define LOW_LEVEL_WAITERS 2u

/* At least as much as struct pthread needs. */
#define CONTROL_BLOCK_SIZE 4096

/* Where the word of a pthread_cond_t's first group is, up to 2.40 and from 2.41 on. */
#define CONDITION_SIGNALS_OLD 40
#define CONDITION_SIGNALS_NEW 32

struct futex {
	const struct stuck_snapshot *snapshot;
	struct symbols *symbols;
	struct stuck_wait *wait;
	uint64_t address;
	uint32_t word;
	uint32_t command;
	uint32_t value; /* that the word had to have for the wait to begin */
	bool is_private;
};

static void set_what(
	struct futex *futex, enum wait_kind kind, uint64_t object, const char *noun)
{
	char name[OBJECT_NAME_SIZE];

	futex->wait->kind = kind;
	futex->wait->object = object;
	snprintf(futex->wait->what, WAIT_TEXT_SIZE, "the %s %s", noun,
		object_name(futex->snapshot, futex->symbols, object, name));
}

static void set_owner(struct futex *futex, size_t owner)
{
	char name[OBJECT_NAME_SIZE];

	futex->wait->waker = WAKER_THREAD;
	futex->wait->owner = owner;
	snprintf(futex->wait->whom, WAIT_TEXT_SIZE, "held by %s",
		thread_name(futex->snapshot, owner, name));
}

/* The main thread of the process, or what stands first in a core file. */
static size_t heir(const struct stuck_snapshot *snapshot)
{
	size_t main_thread = NO_THREAD;

	for (size_t i = 0; i < snapshot->thread_count; i++)
		if (snapshot->threads[i].tid == snapshot->pid)
			main_thread = i;
	return main_thread;
}

/*
 * The owner's number is no thread's here. After a fork it may be that of the thread which
 * called it, whose locks the child's main thread has now; else the owner has ended.
 */
static void set_lost_owner(struct futex *futex, uint32_t tid, bool is_shared)
{
	const struct stuck_snapshot *snapshot = futex->snapshot;
	size_t main_thread = heir(snapshot);

	if (is_shared) {
		futex->wait->waker = WAKER_OUTSIDE;
		snprintf(futex->wait->whom, WAIT_TEXT_SIZE,
			"held by thread %u, of another process or ended", tid);
	} else if (snapshot->is_forked && main_thread != NO_THREAD) {
		futex->wait->waker = WAKER_THREAD;
		futex->wait->owner = main_thread;
		snprintf(futex->wait->whom, WAIT_TEXT_SIZE,
			"held by thread %u, which has ended, or was left locked by a thread "
			"%u of the process that forked this one",
			tid, tid);
	} else {
		futex->wait->waker = snapshot->is_forked ? WAKER_OUTSIDE : WAKER_NOBODY;
		snprintf(futex->wait->whom, WAIT_TEXT_SIZE,
			"held by thread %u, which has ended without unlocking it", tid);
	}
}

static void set_owner_tid(struct futex *futex, uint32_t tid, bool is_shared)
{
	size_t owner = snapshot_thread(futex->snapshot, (pid_t)tid);

	if (owner != NO_THREAD && futex->snapshot->threads[owner].state != 'Z')
		set_owner(futex, owner);
	else
		set_lost_owner(futex, tid, is_shared);
}

static bool read_mutex(const struct futex *futex, struct glibc_mutex *mutex)
{
	return snapshot_read(futex->snapshot, futex->address, mutex, sizeof(*mutex)) == 0 &&
	       (mutex->kind & ~MUTEX_KINDS) == 0 && mutex->lock != 0;
}

static bool recognise_mutex(struct futex *futex)
{
	struct glibc_mutex mutex;
	bool in_word;
	uint32_t tid;

	if (!read_mutex(futex, &mutex))
		return false;
	in_word = mutex.kind & (MUTEX_ROBUST | MUTEX_INHERITS);
	tid = in_word ? mutex.lock & FUTEX_TID_MASK : (uint32_t)mutex.owner;
	set_what(futex, WAIT_MUTEX, futex->address, "mutex");
	/* It is being taken: the thread that does has not yet written its name. */
	if (tid == 0)
		snprintf(futex->wait->whom, WAIT_TEXT_SIZE,
			"held by a thread that is not recorded");
	else
		set_owner_tid(futex, tid, mutex.kind & MUTEX_SHARED);
	return true;
}

/* The kernel's own kind of lock has its owner in the word, whatever library it is of. */
static bool recognise_inherited(struct futex *futex)
{
	uint32_t tid = futex->word & FUTEX_TID_MASK;

	if ((futex->command != FUTEX_LOCK_PI && futex->command != FUTEX_LOCK_PI2) || tid == 0)
		return false;
	set_what(futex, WAIT_MUTEX, futex->address, "mutex with priority inheritance");
	set_owner_tid(futex, tid, !futex->is_private);
	return true;
}

static bool is_rwlock(const struct stuck_snapshot *snapshot, const struct glibc_rwlock *lock)
{
	if (lock->phase_futex > RWLOCK_FUTEX_MAX || lock->writers_futex > RWLOCK_FUTEX_MAX ||
		lock->flags > RWLOCK_FLAGS_MAX || lock->shared > 1)
		return false;
	return lock->writer == 0 || lock->shared ||
	       snapshot_thread(snapshot, lock->writer) != NO_THREAD ||
	       lock->readers & RWLOCK_WRITE_LOCKED;
}

/* Would a thread wait at this word of the lock? */
static bool waits_at(const struct glibc_rwlock *lock, size_t offset, bool to_write)
{
	if (offset == offsetof(struct glibc_rwlock, readers))
		return !to_write && lock->readers & RWLOCK_READERS_WAIT;
	if (offset == offsetof(struct glibc_rwlock, writers_futex))
		return to_write && lock->readers & RWLOCK_WRITE_LOCKED;
	if (to_write)
		return lock->readers & RWLOCK_WRITE_LOCKED;
	return lock->readers & RWLOCK_WRITE_PHASE;
}

/* Finds the lock that the word belongs to; false unless there is exactly one way to read it. */
static bool read_rwlock(const struct futex *futex, bool to_write, struct glibc_rwlock *ret_lock,
	uint64_t *ret_address)
{
	static const size_t offsets[] = { offsetof(struct glibc_rwlock, readers),
		offsetof(struct glibc_rwlock, phase_futex),
		offsetof(struct glibc_rwlock, writers_futex) };
	size_t found = 0;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		uint64_t address = futex->address - offsets[i];
		struct glibc_rwlock lock;

		if (snapshot_read(futex->snapshot, address, &lock, sizeof(lock)) < 0 ||
			address % sizeof(uint64_t) != 0 || !is_rwlock(futex->snapshot, &lock) ||
			!waits_at(&lock, offsets[i], to_write))
			continue;
		found++;
		*ret_lock = lock;
		*ret_address = address;
	}
	return found == 1;
}

static bool recognise_rwlock(struct futex *futex, bool to_write)
{
	struct glibc_rwlock lock;
	uint64_t address;
	size_t len;

	if (!read_rwlock(futex, to_write, &lock, &address))
		return false;
	set_what(futex, to_write ? WAIT_WRITE_LOCK : WAIT_READ_LOCK, address, "rwlock");
	len = strlen(futex->wait->what);
	snprintf(futex->wait->what + len, WAIT_TEXT_SIZE - len, " for %s",
		to_write ? "writing" : "reading");
	if (lock.writer != 0) {
		set_owner_tid(futex, (uint32_t)lock.writer, lock.shared);
	} else if (!(lock.readers & RWLOCK_WRITE_PHASE)) {
		futex->wait->readers = lock.readers >> RWLOCK_READER_SHIFT;
		if (futex->wait->readers && futex->wait->waker == WAKER_ANY_THREAD)
			futex->wait->waker = WAKER_READERS;
		snprintf(futex->wait->whom, WAIT_TEXT_SIZE,
			"held by %u reader%s (glibc does not record which threads these are)",
			futex->wait->readers, futex->wait->readers == 1 ? "" : "s");
	}
	return true;
}

/* The word is the number of the thread in its own control block, which the kernel clears. */
static bool recognise_join(struct futex *futex)
{
	size_t joined = snapshot_thread(futex->snapshot, (pid_t)futex->word);
	char name[OBJECT_NAME_SIZE];

	if (joined == NO_THREAD || futex->is_private ||
		futex->address - futex->snapshot->threads[joined].registers.fs_base >=
			CONTROL_BLOCK_SIZE)
		return false;
	futex->wait->kind = WAIT_JOIN;
	futex->wait->waker = WAKER_THREAD;
	futex->wait->owner = joined;
	snprintf(futex->wait->what, WAIT_TEXT_SIZE, "the end of %s",
		thread_name(futex->snapshot, joined, name));
	return true;
}

static bool recognise_semaphore(struct futex *futex)
{
	struct glibc_semaphore semaphore;

	if (snapshot_read(futex->snapshot, futex->address, &semaphore, sizeof(semaphore)) < 0 ||
		semaphore.value != 0 || semaphore.waiters == 0 ||
		semaphore.waiters > futex->snapshot->thread_count ||
		(semaphore.shared != 0) == futex->is_private)
		return false;
	set_what(futex, WAIT_SEMAPHORE, futex->address, "semaphore");
	futex->wait->by_handler = true;
	return true;
}

static bool recognise_barrier(struct futex *futex)
{
	uint64_t address = futex->address - offsetof(struct glibc_barrier, round);
	struct glibc_barrier barrier;
	uint32_t arrived;

	if (snapshot_read(futex->snapshot, address, &barrier, sizeof(barrier)) < 0)
		return false;
	arrived = barrier.in - barrier.round;
	if (barrier.count == 0 || arrived == 0 || arrived > barrier.count)
		return false;
	set_what(futex, WAIT_BARRIER, address, "barrier");
	snprintf(futex->wait->whom, WAIT_TEXT_SIZE, "which %u of %u threads have reached",
		arrived, barrier.count);
	return true;
}

static bool recognise_stream(struct futex *futex)
{
	const struct stuck_snapshot *snapshot = futex->snapshot;
	struct glibc_stream_lock lock;

	if (snapshot_read(snapshot, futex->address, &lock, sizeof(lock)) < 0 ||
		futex->value != LOW_LEVEL_WAITERS || lock.owner == 0)
		return false;
	for (size_t i = 0; i < snapshot->thread_count; i++) {
		if (snapshot->threads[i].registers.fs_base != lock.owner)
			continue;
		set_what(futex, WAIT_STREAM, futex->address, "lock of a stdio stream");
		set_owner(futex, i);
		return true;
	}
	return false;
}

/* Up to 2.40 and from 2.41 on the word lies at different places: the variable's name decides.
 */
static void recognise_condition(struct futex *futex)
{
	static const uint64_t offsets[] = { CONDITION_SIGNALS_OLD, CONDITION_SIGNALS_NEW };
	char word[OBJECT_NAME_SIZE];
	char name[OBJECT_NAME_SIZE];

	futex->wait->kind = WAIT_CONDITION;
	object_name(futex->snapshot, futex->symbols, futex->address, word);
	snprintf(futex->wait->what, WAIT_TEXT_SIZE, "the condition variable with the word %s",
		word);
	for (size_t i = 0; i < 2 * sizeof(offsets) / sizeof(offsets[0]); i++) {
		uint64_t address = futex->address - offsets[i / 2] - i % 2 * sizeof(uint32_t);

		if (address % sizeof(uint64_t) != 0)
			continue;
		object_name(futex->snapshot, futex->symbols, address, name);
		if (name[0] == '\'' && !strchr(name, '+')) {
			set_what(futex, WAIT_CONDITION, address, "condition variable");
			return;
		}
	}
	futex->wait->object = futex->address;
}

static bool recognise(struct futex *futex, enum sync_function function)
{
	bool is_plain_wait = futex->command == FUTEX_WAIT;

	switch (function) {
	case SYNC_MUTEX:
		return recognise_mutex(futex);
	case SYNC_READ_LOCK:
	case SYNC_WRITE_LOCK:
		return recognise_rwlock(futex, function == SYNC_WRITE_LOCK);
	case SYNC_CONDITION:
		/* Woken, it waits for its mutex, by the other operation. */
		if (is_plain_wait)
			return recognise_mutex(futex);
		recognise_condition(futex);
		return true;
	case SYNC_SEMAPHORE:
		return recognise_semaphore(futex);
	case SYNC_JOIN:
		return recognise_join(futex);
	case SYNC_BARRIER:
		return recognise_barrier(futex);
	case SYNC_ONCE:
		set_what(futex, WAIT_ONCE, futex->address, "pthread_once_t");
		return true;
	case SYNC_GUARD:
		set_what(futex, WAIT_ONCE, futex->address,
			"initialisation of the static variable with the guard");
		return true;
	default:
		return recognise_join(futex) || recognise_stream(futex);
	}
}

/*
 * A robust mutex is taken by a function of libc's own, whose name a stripped library does not
 * have. Its memory says it twice over: the owner is in the word that was waited at, with the
 * bit of the waiters, and beside it, and is a thread of this process.
 */
static bool recognise_robust(struct futex *futex)
{
	struct glibc_mutex mutex;
	uint32_t tid = futex->word & FUTEX_TID_MASK;

	if (futex->is_private || !(futex->value & FUTEX_WAITERS) || !read_mutex(futex, &mutex))
		return false;
	if (!(mutex.kind & MUTEX_ROBUST) || mutex.kind & MUTEX_INHERITS ||
		(uint32_t)mutex.owner != tid ||
		snapshot_thread(futex->snapshot, (pid_t)tid) == NO_THREAD)
		return false;
	return recognise_mutex(futex);
}

/* What is not to be seen on the stack. */
static bool recognise_hidden(struct futex *futex, const struct stuck_stack *stack)
{
	/* It is only a name: any thread could end it either way. */
	if (futex->command == FUTEX_WAIT_BITSET)
		return sync_function_is_hidden(stack) && recognise_semaphore(futex);
	return futex->command == FUTEX_WAIT && stack->count > 0 && stack->frames[0].is_system &&
	       !stack->frames[0].function && recognise_robust(futex);
}

/* Can nobody but the threads of this process reach the word? */
static bool is_inside(const struct futex *futex)
{
	const struct stuck_mapping *mapping = snapshot_mapping(futex->snapshot, futex->address);

	if (futex->is_private)
		return true;
	return !futex->snapshot->core && mapping && !mapping->is_shared;
}

static bool is_wait(uint32_t command)
{
	return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET ||
	       command == FUTEX_WAIT_REQUEUE_PI;
}

void glibc_sync_wait(const struct stuck_snapshot *snapshot, struct symbols *symbols,
	const struct stuck_call *call, const struct stuck_stack *stack, struct stuck_wait *wait)
{
	struct futex futex = { .snapshot = snapshot,
		.symbols = symbols,
		.wait = wait,
		.address = call->arguments[0],
		.command = (uint32_t)call->arguments[1] & FUTEX_CMD_MASK,
		.value = (uint32_t)call->arguments[2],
		.is_private = call->arguments[1] & FUTEX_PRIVATE_FLAG };
	bool is_known =
		snapshot_read(snapshot, futex.address, &futex.word, sizeof(futex.word)) == 0;

	wait->waker = is_inside(&futex) ? WAKER_ANY_THREAD : WAKER_OUTSIDE;
	wait->function = sync_function_name(stack);
	if (!is_known ||
		(!recognise_inherited(&futex) && !recognise(&futex, sync_function_of(stack)) &&
			!recognise_hidden(&futex, stack))) {
		set_what(&futex, WAIT_FUTEX, futex.address, "futex word");
		wait->by_handler = true;
	}
	/* Not known, or changed: when the thread goes on, it will find its wait over. */
	if (!is_known)
		wait->waker = WAKER_OUTSIDE;
	else if (is_wait(futex.command) && futex.word != futex.value)
		wait->waker = WAKER_ITSELF;
}
