/* SPDX-License-Identifier: Apache-2.0 */
/* Locks of stdio streams and waits before calls on them; see stream.h. */
#include "runtime/interpose/stream.h"

#include <errno.h>
#include <poll.h>

#include "runtime/engine/descriptor.h"
#include "runtime/engine/happens_before.h"
#include "runtime/interpose/io.h"

/* glibc's mark in _flags of a stream that has seen an error. */
#define STREAM_ERROR 0x20

uint32_t streams_held;

static struct object *stream_object(const void *stream)
{
	return object_get(&runtime.core, (uint64_t)(uintptr_t)stream, WIRE_OBJECT_STREAM);
}

static bool held_by_other(const struct thread *self, const struct object *object)
{
	return object->holder_count && !object_holder(object, self->id);
}

static void hold(struct thread *self, struct object *object)
{
	streams_held += object->holder_count == 0;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	happens_before_acquire(self, object);
}

static void let_go(struct thread *self, struct object *object)
{
	if (!object_release(&runtime.core, object, self->id))
		return;
	happens_before_release(self, object);
	streams_held -= object->holder_count == 0;
	object_update(&runtime.core, object);
}

/* `self` leaves the processor in the middle of calls: libc's locks of the streams stay taken.
 */
static void inside_hold(struct thread *self)
{
	for (struct stream_call *call = self->inside; call && !call->held; call = call->outer) {
		if (!call->stream)
			continue;
		call->held = true;
		hold(self, stream_object(call->stream));
	}
}

void stream_let_go(struct stream_call *call)
{
	call->held = false;
	let_go(call->self, stream_object(call->stream));
}

void stream_prepare(void)
{
	runtime.hold_inside = inside_hold;
}

bool stream_is_internal(const FILE *stream)
{
	return runtime.core.live_count > 1 && stream && stream->_fileno >= 0 &&
	       descriptor_get(stream->_fileno)->kind != DESCRIPTOR_UNKNOWN;
}

static int stream_try(struct thread *self, struct object *object)
{
	if (held_by_other(self, object))
		return EBUSY;
	hold(self, object);
	return 0;
}

static void acquire(struct thread *self, struct object *object)
{
	static const struct acquisition what = {
		.try = stream_try,
		.deadline_ns = DEADLINE_NEVER,
		.op = OP_STREAM_LOCK,
	};

	sched_acquire(self, object, &what);
}

/* Until nobody else holds the stream, or for NULL any of all. */
static void wait_until_free(struct thread *self, const FILE *stream)
{
	struct core *core = &runtime.core;

	for (uint32_t i = 0; streams_held && i < core->object_count; i++) {
		struct object *object = core->objects[i];

		if (object->kind != WIRE_OBJECT_STREAM || !held_by_other(self, object) ||
			(stream && object->address != (uint64_t)(uintptr_t)stream))
			continue;
		acquire(self, object);
		let_go(self, object);
	}
}

static bool has_input(const FILE *stream)
{
	return stream->_IO_read_ptr < stream->_IO_read_end;
}

static void pass(struct thread *self, const FILE *stream, short events)
{
	if (events == POLLIN)
		happens_before_receive(self, stream->_fileno);
	else
		happens_before_send(self, stream->_fileno);
}

/* Returns 0, or -EINTR when a signal's handler wants the call to end. */
static int wait_until_ready(struct thread *self, const FILE *stream, short events)
{
	struct io io = { .fd = stream->_fileno };
	int result = 0;

	if (io_is_ready(&io, events)) {
		pass(self, stream, events);
		return 0;
	}
	io_begin(&io, self, events == POLLIN ? OP_FD_READ : OP_FD_WRITE, stream->_fileno);
	while (!io.direct && io.blocking && result == 0 && !io_is_ready(&io, events))
		result = io_wait(&io, events);
	io_let_go(&io);
	if (result == 0)
		pass(self, stream, events);
	return result;
}

static int wait_for_use(struct thread *self, const FILE *stream, enum stream_use use)
{
	if (streams_held)
		wait_until_free(self, stream);
	if (use == STREAM_USE || !stream_is_internal(stream) || stream->_mode > 0)
		return 0;
	if (use == STREAM_READ && has_input(stream))
		return 0;
	return wait_until_ready(self, stream, use == STREAM_READ ? POLLIN : POLLOUT);
}

void stream_wait(struct thread *self, FILE *stream, enum stream_use use)
{
	int error = errno;

	runtime_self = NULL;
	self->call_pc = (uint64_t)(uintptr_t)__builtin_return_address(0);
	wait_for_use(self, stream, use);
	runtime_leave(self);
	errno = error;
}

bool stream_fill(struct stream_call *call, FILE *stream)
{
	struct thread *self = call->self;
	int c, result;

	if (has_input(stream))
		return true;
	runtime_self = NULL;
	result = wait_until_ready(self, stream, POLLIN);
	runtime_leave(self);
	if (result == -EINTR) {
		stream->_flags |= STREAM_ERROR;
		errno = EINTR;
		return false;
	}
	c = REAL(fgetc)(stream);
	if (c == EOF)
		return false;
	/* It goes back to where it was: what was read stands in the buffer. */
	REAL(ungetc)(c, stream);
	return true;
}

void stream_forked(struct thread *self)
{
	struct core *core = &runtime.core;

	streams_held = 0;
	for (uint32_t i = 0; i < core->object_count; i++) {
		struct object *object = core->objects[i];

		if (object->kind != WIRE_OBJECT_STREAM)
			continue;
		if (held_by_other(self, object))
			object_reset(object);
		streams_held += object->holder_count != 0;
	}
}

/* ---- locks that the program takes itself ---- */

WEFT_HOOK void flockfile(FILE *stream)
{
	struct thread *self = runtime_enter(HOOK_flockfile);

	if (!self) {
		REAL(flockfile)(stream);
		return;
	}
	acquire(self, stream_object(stream));
	runtime_leave(self);
}

WEFT_HOOK int ftrylockfile(FILE *stream)
{
	struct thread *self = runtime_enter(HOOK_ftrylockfile);
	int result;

	if (!self)
		return REAL(ftrylockfile)(stream);
	sched_point(self, OP_STREAM_LOCK, stream_object(stream));
	result = stream_try(self, stream_object(stream));
	if (result)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK void funlockfile(FILE *stream)
{
	struct thread *self = runtime_enter(HOOK_funlockfile);

	if (!self) {
		REAL(funlockfile)(stream);
		return;
	}
	sched_point(self, OP_STREAM_UNLOCK, stream_object(stream));
	let_go(self, stream_object(stream));
	runtime_leave(self);
}

WEFT_HOOK void _IO_flockfile(FILE *stream) HOOK_ALIAS(flockfile);
WEFT_HOOK int _IO_ftrylockfile(FILE *stream) HOOK_ALIAS(ftrylockfile);
WEFT_HOOK void _IO_funlockfile(FILE *stream) HOOK_ALIAS(funlockfile);

/* The memory may become another stream. */
WEFT_HOOK int fclose(FILE *stream)
{
	struct stream_call call;
	struct object *object = NULL;
	int result;

	stream_begin(&call, stream, STREAM_WRITE);
	result = REAL(fclose)(stream);
	stream_end(&call);
	if (call.self)
		object = object_find(
			&runtime.core, (uint64_t)(uintptr_t)stream, WIRE_OBJECT_STREAM);
	if (object && !object->first) {
		streams_held -= object->holder_count != 0;
		object_reset(object);
	}
	return result;
}

/* Both lock the stream, and are what others here are made of. */
WEFT_HOOK int ungetc(int c, FILE *stream)
{
	struct stream_call call;
	int result;

	stream_begin(&call, stream, STREAM_USE);
	result = REAL(ungetc)(c, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK int ferror(FILE *stream)
{
	struct stream_call call;
	int result;

	stream_begin(&call, stream, STREAM_USE);
	result = REAL(ferror)(stream);
	stream_end(&call);
	return result;
}
