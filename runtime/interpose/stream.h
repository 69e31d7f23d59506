/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stdio streams. A stream's lock is an object of the core, taken by flockfile() alone: as long
 * as nobody holds one, a call on a stream is no scheduling point and asks nothing, so that a
 * program behaves the same with a printf more. libc's own lock of the stream is held only
 * inside its functions; where these call the program (a cookie's functions, an allocator) and
 * it has to wait there, the stream counts as held for as long.
 *
 * A call that would read from an empty pipe or socket of the process, or write to a full one,
 * waits in the core first.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_STREAM_H
#define WEFT_RUNTIME_INTERPOSE_STREAM_H

#include "runtime/interpose/hook.h"

enum stream_use { STREAM_USE, STREAM_READ, STREAM_WRITE };

/* One call on a stream, linked to the one inside of which libc called the program. */
struct stream_call {
	struct thread *self; /* NULL: weft is not in charge */
	FILE *stream;	     /* NULL: all of them */
	struct stream_call *outer;
	bool held; /* it waits inside, or did */
};

/* Streams that somebody holds: while there are none, all calls go straight on. */
extern uint32_t streams_held __attribute__((visibility("hidden")));

/* Waits for what keeps `self` from using the stream. */
void stream_wait(struct thread *self, FILE *stream, enum stream_use use);

/* Gives back what a call that waited inside of libc had to hold. */
void stream_let_go(struct stream_call *call);

/* Called once, when weft takes charge. */
void stream_prepare(void);

/* Whether the stream's descriptor is one that other threads of this process make ready. */
bool stream_is_internal(const FILE *stream);

/*
 * Sees to it that one character can be read without waiting. False at the end of the file and
 * after an error, which the stream then shows.
 */
bool stream_fill(struct stream_call *call, FILE *stream);

/* In a forked child: the locks of threads that are gone are free, as libc has it. */
void stream_forked(struct thread *self);

static inline void stream_begin(struct stream_call *call, FILE *stream, enum stream_use use)
{
	struct thread *self = runtime_self;

	*call = (struct stream_call){ .self = self, .stream = stream };
	if (!self)
		return;
	if (streams_held || (use != STREAM_USE && stream_is_internal(stream)))
		stream_wait(self, stream, use);
	call->outer = self->inside;
	self->inside = call;
	self->unpreemptible++;
}

static inline void stream_end(struct stream_call *call)
{
	if (!call->self)
		return;
	call->self->unpreemptible--;
	call->self->inside = call->outer;
	if (call->held)
		stream_let_go(call);
}

#endif
