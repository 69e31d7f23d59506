/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness from the kernel: getrandom and its kin, and the two devices. Each execution gets
 * the same stream, in the order in which its threads ask; a forked child gets another one than
 * its parent. The CPU's own instructions (rdrand, rdseed) are out of reach.
 */
#include "runtime/interpose/entropy.h"

#include <errno.h>
#include <sys/random.h>

#include "common/bytes.h"
#include "common/random.h"
#include "runtime/interpose/io.h"

#define GETENTROPY_MAX 256u
#define GETRANDOM_FLAGS (GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)

static struct random random_stream;
static bool seeded;
static bool seeded_forked;

static void seed_once(void)
{
	if (seeded && seeded_forked == runtime.forked)
		return;
	if (seeded)
		random_stream.state = hash_mix(random_stream.state + 1);
	else
		random_init(&random_stream, runtime.region->config.random_seed);
	seeded = true;
	seeded_forked = runtime.forked;
}

void entropy_fill(void *buffer, size_t size)
{
	char *to = buffer;

	seed_once();
	while (size) {
		uint64_t bits = random_next(&random_stream);
		size_t part = size < sizeof(bits) ? size : sizeof(bits);

		bytes_copy(to, &bits, part);
		to += part;
		size -= part;
	}
}

long entropy_fill_vector(const struct iovec *vector, int count)
{
	long size = 0;

	for (int i = 0; i < count; i++) {
		entropy_fill(vector[i].iov_base, vector[i].iov_len);
		size += (long)vector[i].iov_len;
	}
	return size;
}

long entropy_random(void *buffer, size_t size, unsigned int flags)
{
	if (flags & ~(unsigned int)GETRANDOM_FLAGS)
		return -EINVAL;
	entropy_fill(buffer, size);
	return (long)size;
}

WEFT_HOOK ssize_t getrandom(void *buffer, size_t size, unsigned int flags)
{
	struct thread *self = runtime_enter(HOOK_getrandom);

	if (!self)
		return REAL(getrandom)(buffer, size, flags);
	sched_point(self, OP_FD_READ, NULL);
	return io_return(self, entropy_random(buffer, size, flags));
}

WEFT_HOOK int getentropy(void *buffer, size_t size)
{
	struct thread *self = runtime_enter(HOOK_getentropy);
	long result = 0;

	if (!self)
		return REAL(getentropy)(buffer, size);
	sched_point(self, OP_FD_READ, NULL);
	if (size > GETENTROPY_MAX)
		result = -EIO;
	else
		entropy_fill(buffer, size);
	return (int)io_return(self, result);
}

WEFT_HOOK uint32_t arc4random(void)
{
	struct thread *self = runtime_enter(HOOK_arc4random);
	uint32_t value;

	if (!self)
		return REAL(arc4random)();
	sched_point(self, OP_FD_READ, NULL);
	entropy_fill(&value, sizeof(value));
	runtime_leave(self);
	return value;
}

WEFT_HOOK void arc4random_buf(void *buffer, size_t size)
{
	struct thread *self = runtime_enter(HOOK_arc4random_buf);

	if (!self) {
		REAL(arc4random_buf)(buffer, size);
		return;
	}
	sched_point(self, OP_FD_READ, NULL);
	entropy_fill(buffer, size);
	runtime_leave(self);
}

WEFT_HOOK uint32_t arc4random_uniform(uint32_t bound)
{
	struct thread *self = runtime_enter(HOOK_arc4random_uniform);
	uint32_t value;

	if (!self)
		return REAL(arc4random_uniform)(bound);
	sched_point(self, OP_FD_READ, NULL);
	seed_once();
	value = random_below(&random_stream, bound);
	runtime_leave(self);
	return value;
}

/* ---- the devices as streams: libc opens and reads them out of our sight ---- */

static ssize_t stream_read(void *cookie, char *buffer, size_t size)
{
	struct thread *self = runtime_self;

	(void)cookie;
	runtime_self = NULL;
	entropy_fill(buffer, size);
	runtime_self = self;
	return (ssize_t)size;
}

static bool is_random_device(const char *path)
{
	return path && (bytes_equal_string(path, "/dev/urandom") ||
			       bytes_equal_string(path, "/dev/random"));
}

static FILE *open_stream(struct thread *self, const char *path, const char *mode,
	FILE *(*real)(const char *, const char *))
{
	static const cookie_io_functions_t functions = { .read = stream_read };
	FILE *stream;

	if (!self || !is_random_device(path) || mode[0] != 'r') {
		if (self)
			runtime_leave(self);
		return real(path, mode);
	}
	sched_point(self, OP_FD_OPEN, NULL);
	stream = fopencookie(NULL, mode, functions);
	runtime_leave(self);
	return stream;
}

WEFT_HOOK FILE *fopen(const char *path, const char *mode)
{
	return open_stream(runtime_enter(HOOK_fopen), path, mode, REAL(fopen));
}

WEFT_HOOK FILE *fopen64(const char *path, const char *mode)
{
	return open_stream(runtime_enter(HOOK_fopen64), path, mode, REAL(fopen64));
}
