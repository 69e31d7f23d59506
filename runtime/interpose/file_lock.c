/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks on files; see file_lock.h. The kernel keeps them: a lock that is taken is tried again
 * whenever a thread of this process did something on a descriptor, and in real time as long as
 * other processes may hold it. Record locks of F_SETLKW belong to the process and never make
 * its own threads wait, nor orders what they do. The others do, and the last reader's release
 * is as good as a writer's: who held the lock how is not kept.
 */
#include "runtime/interpose/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "runtime/engine/happens_before.h"
#include "runtime/interpose/io.h"

struct lock_call {
	long number; /* SYS_flock or SYS_fcntl */
	int fd;
	long command; /* the form that does not wait */
	struct flock *record;
	bool waits;
	bool unlocks;
	bool among_threads; /* not a record lock of F_SETLK, which belongs to the process */
};

static bool any_locked; /* in this execution */

static struct object *lock_object(int fd)
{
	struct stat status;
	uint64_t address = 0;

	if (raw_syscall(SYS_fstat, fd, &status) == 0)
		address = status.st_ino;
	return object_get(&runtime.core, address, WIRE_OBJECT_FILE_LOCK);
}

/*
 * Whom the report names: the last thread that took the lock. The descriptor's file, not the
 * thread, owns it, so anyone may let it go.
 */
static void note_holder(struct thread *self, struct object *object, bool unlocks)
{
	while (object->holders)
		object_release(&runtime.core, object, object->holders->thread);
	if (!unlocks)
		object_hold(&runtime.core, object, self);
}

/*
 * What was done under the lock happens before what is done under it next. To lock what one
 * holds may be to let readers in. Before note_holder().
 */
static void note_order(struct thread *self, struct object *object, bool unlocks)
{
	if (unlocks || (object->holders && object->holders->thread == self->id))
		happens_before_release(self, object);
	if (!unlocks)
		happens_before_acquire(self, object);
}

void file_lock_closed(struct thread *self, int fd)
{
	struct object *object;

	if (!any_locked)
		return;
	object = lock_object(fd);
	note_order(self, object, true);
	note_holder(self, object, true);
}

static long lock_try(const struct lock_call *call)
{
	long result = raw_syscall(call->number, call->fd, call->command, call->record);

	return result == -EACCES && call->number == SYS_fcntl ? -EAGAIN : result;
}

/* A holder in this process can let it go; a record lock that conflicts is another process's. */
static enum external_reach reach_of_holder(
	const struct lock_call *call, const struct object *object)
{
	if (call->number == SYS_fcntl && call->command == F_SETLK)
		return REACH_OUTSIDE;
	return object->holder_count ? REACH_PROCESS : REACH_OUTSIDE;
}

static int lock_run(struct thread *self, const struct lock_call *call)
{
	struct object *object = lock_object(call->fd);
	long result;

	sched_point(self, call->unlocks ? OP_FILE_UNLOCK : OP_FILE_LOCK, object);
	while ((result = lock_try(call)) == -EAGAIN && call->waits) {
		struct external_wait wait = { .retry = true,
			.reach = reach_of_holder(call, object) };

		if (io_external_wait(self, object, &wait, DEADLINE_NEVER) == WAIT_INTERRUPTED) {
			result = -EINTR;
			break;
		}
	}
	if (result == 0) {
		any_locked = true;
		if (call->among_threads)
			note_order(self, object, call->unlocks);
		note_holder(self, object, call->unlocks);
		external_changed();
	}
	return (int)io_return(self, result);
}

WEFT_HOOK int flock(int fd, int operation)
{
	struct thread *self = runtime_enter(HOOK_flock);
	struct lock_call call = {
		.number = SYS_flock,
		.fd = fd,
		.command = operation | LOCK_NB,
		.waits = !(operation & LOCK_NB),
		.unlocks = (operation & ~LOCK_NB) == LOCK_UN,
		.among_threads = true,
	};

	if (!self)
		return REAL(flock)(fd, operation);
	return lock_run(self, &call);
}

int file_lock_fcntl(struct thread *self, int fd, int command, struct flock *lock)
{
	struct lock_call call = {
		.number = SYS_fcntl,
		.fd = fd,
		.command = command,
		.record = lock,
		.waits = command == F_SETLKW || command == F_OFD_SETLKW,
		.unlocks = lock && lock->l_type == F_UNLCK,
		.among_threads = command == F_OFD_SETLK || command == F_OFD_SETLKW,
	};

	if (command == F_SETLKW)
		call.command = F_SETLK;
	if (command == F_OFD_SETLKW)
		call.command = F_OFD_SETLK;
	return lock_run(self, &call);
}

WEFT_HOOK int lockf(int fd, int command, off_t size)
{
	struct thread *self = NULL;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = size };

	if (command == F_LOCK || command == F_TLOCK || command == F_ULOCK)
		self = runtime_enter(HOOK_lockf);
	if (!self)
		return REAL(lockf)(fd, command, size);
	if (command == F_ULOCK)
		lock.l_type = F_UNLCK;
	return file_lock_fcntl(self, fd, command == F_LOCK ? F_SETLKW : F_SETLK, &lock);
}

WEFT_HOOK int lockf64(int, int, off_t) HOOK_ALIAS(lockf);
