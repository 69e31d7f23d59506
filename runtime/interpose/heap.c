/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C's allocator. The real one is whichever comes next: libc's, or one that the program links or
 * preloads. It does all the work; the engine only learns who has which block, and may keep a
 * freed one for a while.
 *
 * These hooks run at any time: while the loader relocates, inside dlsym() while the real
 * functions are looked for, in threads that weft does not run. Only a thread in the program's
 * own code counts; all others are served and not followed.
 */
#include "runtime/interpose/heap.h"

#include <dlfcn.h>
#include <errno.h>

#include "common/bytes.h"
#include "runtime/engine/access.h"
#include "runtime/engine/heap.h"

/* What dlsym() gets when it allocates to say that it has not found something. */
#define BOOTSTRAP_SIZE 16384u
#define BLOCK_ALIGNMENT 16u

/* Below this size a block always moves when it is resized, so that stale pointers show. */
#define MOVE_ALWAYS 1024u
/* From this size on that is left to the allocator, which may move pages instead of bytes. */
#define MOVE_MAX (UINT64_C(1) << 20)

/* What is there once real_heap_ready() has been asked, also while others are looked for. */
#define BELOW(name) (real_table.name)

RUNTIME_TLS uint64_t heap_operator_pc;

static struct {
	char bytes[BOOTSTRAP_SIZE] __attribute__((aligned(BLOCK_ALIGNMENT)));
	size_t used;
} bootstrap;

/* A larger one than there is room for is refused, as by a full heap. */
static void *bootstrap_alloc(size_t size)
{
	size_t rounded = (size + BLOCK_ALIGNMENT - 1) & ~(size_t)(BLOCK_ALIGNMENT - 1);
	void *block = bootstrap.bytes + bootstrap.used;

	if (rounded < size || rounded > sizeof(bootstrap.bytes) - bootstrap.used)
		return NULL;
	bootstrap.used += rounded;
	return block;
}

static bool is_bootstrap(const void *block)
{
	return (uintptr_t)block - (uintptr_t)bootstrap.bytes < sizeof(bootstrap.bytes);
}

/*
 * The library's own constructor, which runs before all others. A sanitizer that knows freed
 * blocks itself, and better, is left alone: it is not yet ready to be asked anything.
 */
__attribute__((constructor)) static void connect_at_start(void)
{
	struct heap_allocator allocator;

	if (real_heap_sanitizer())
		return;
	allocator = (struct heap_allocator){
		.release = REAL(free),
		.room = REAL(malloc_usable_size),
		.is_libc = real_is_libc((uintptr_t)REAL(malloc)),
	};
	heap_prepare(&allocator);
}

/* NULL: the caller is not the program, or weft is not in charge. */
static inline struct thread *enter(void)
{
	struct thread *self = runtime_self;

	runtime_self = NULL;
	return self;
}

static inline uint64_t call_site(uint64_t pc)
{
	uint64_t operator_pc = heap_operator_pc;

	heap_operator_pc = 0;
	return operator_pc ? operator_pc : pc;
}

static inline void *leave_with(struct thread *self, void *block, size_t size, uint64_t pc)
{
	heap_allocated(self, block, size, pc);
	runtime_self = self;
	return block;
}

WEFT_HOOK void *malloc(size_t size)
{
	struct thread *self;
	uint64_t pc = call_site(CALLER_PC());
	void *block;

	if (!real_heap_ready())
		return bootstrap_alloc(size);
	self = enter();
	block = BELOW(malloc)(size);
	if (!self)
		return block;
	if (!block) {
		heap_drain();
		block = BELOW(malloc)(size);
	}
	return leave_with(self, block, size, pc);
}

WEFT_HOOK void *calloc(size_t count, size_t size)
{
	struct thread *self;
	uint64_t pc = CALLER_PC();
	size_t total;
	void *block;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	if (!real_heap_ready())
		return bootstrap_alloc(total);
	self = enter();
	block = BELOW(calloc)(count, size);
	if (!self)
		return block;
	if (!block) {
		heap_drain();
		block = BELOW(calloc)(count, size);
	}
	return leave_with(self, block, total, pc);
}

static void release(struct thread *self, void *block, uint64_t pc)
{
	if (heap_freed(self, block, pc))
		BELOW(free)(block);
}

WEFT_HOOK void free(void *block)
{
	struct thread *self;
	uint64_t pc = call_site(CALLER_PC());
	int error = errno;

	if (!block || is_bootstrap(block))
		return;
	self = enter();
	if (self) {
		release(self, block, pc);
		runtime_self = self;
	} else {
		heap_dropped(block);
		BELOW(free)(block);
	}
	errno = error;
}

WEFT_HOOK void cfree(void *block)
{
	free(block);
}

/* ---- other sizes ---- */

/* Whether a block may grow or shrink where it is. */
static bool stays(size_t room, size_t old_size, size_t size)
{
	return old_size >= MOVE_ALWAYS && size <= room && size >= room / 2;
}

/*
 * To another place, with some room to grow into: who appends byte by byte must not have to copy
 * all of it each time. Whatever the block had room for is copied: a program that asked for the
 * usable size, or knows it, has its data there too.
 */
static void *move(struct thread *self, void *block, size_t room, size_t size, uint64_t pc)
{
	size_t spare = size >= MOVE_ALWAYS ? size / 8 : 0;
	void *moved = BELOW(malloc)(size + spare);

	if (!moved) {
		heap_drain();
		moved = BELOW(malloc)(size);
	}
	if (!moved)
		return NULL;
	bytes_copy(moved, block, room < size ? room : size);
	release(self, block, pc);
	heap_allocated(self, moved, size, pc);
	return moved;
}

/* By the allocator's own means; `block` is not known, or too large to be moved about. */
static void *resize(struct thread *self, void *block, size_t size, uint64_t pc)
{
	size_t old_size;
	bool known = heap_known(block, &old_size);
	void *resized = BELOW(realloc)(block, size);

	if (!resized)
		return NULL;
	if (known && resized == block) {
		heap_resized(block, size);
		return block;
	}
	if (known)
		heap_moved(block, old_size);
	heap_allocated(self, resized, size, pc);
	return resized;
}

static void *reallocate(struct thread *self, void *block, size_t size, uint64_t pc)
{
	size_t old_size, room;

	if (!heap_known(block, &old_size)) {
		heap_check_resized(self, block, pc);
		return resize(self, block, size, pc);
	}
	/* As glibc has it; C leaves it open. */
	if (size == 0) {
		release(self, block, pc);
		return NULL;
	}
	if (old_size > MOVE_MAX || size > MOVE_MAX)
		return resize(self, block, size, pc);
	room = REAL(malloc_usable_size)(block);
	if (stays(room, old_size, size)) {
		heap_resized(block, size);
		return block;
	}
	return move(self, block, room, size, pc);
}

static void *bootstrap_realloc(void *block, size_t size)
{
	size_t rest = (size_t)(bootstrap.bytes + sizeof(bootstrap.bytes) - (char *)block);
	void *moved = real_heap_ready() ? BELOW(malloc)(size) : bootstrap_alloc(size);

	if (moved)
		bytes_copy(moved, block, size < rest ? size : rest);
	return moved;
}

static void *realloc_at(void *block, size_t size, uint64_t pc)
{
	struct thread *self;
	void *result;

	if (is_bootstrap(block))
		return bootstrap_realloc(block, size);
	if (!real_heap_ready())
		return bootstrap_alloc(size);
	self = enter();
	if (!self) {
		heap_dropped(block);
		return BELOW(realloc)(block, size);
	}
	result = block ? reallocate(self, block, size, pc) : BELOW(malloc)(size);
	if (!block)
		heap_allocated(self, result, size, pc);
	runtime_self = self;
	return result;
}

WEFT_HOOK void *realloc(void *block, size_t size)
{
	return realloc_at(block, size, CALLER_PC());
}

WEFT_HOOK void *reallocarray(void *block, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc_at(block, total, CALLER_PC());
}

/* ---- aligned blocks ---- */

#define ALIGNED_HOOK(name, parameters, arguments)                        \
	WEFT_HOOK void *name parameters                                  \
	{                                                                \
		uint64_t pc = call_site(CALLER_PC());                    \
		struct thread *self = enter();                           \
		void *block = REAL(name) arguments;                      \
                                                                         \
		return self ? leave_with(self, block, size, pc) : block; \
	}

ALIGNED_HOOK(memalign, (size_t alignment, size_t size), (alignment, size))
ALIGNED_HOOK(aligned_alloc, (size_t alignment, size_t size), (alignment, size))
ALIGNED_HOOK(valloc, (size_t size), (size))
ALIGNED_HOOK(pvalloc, (size_t size), (size))

WEFT_HOOK int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
	uint64_t pc = call_site(CALLER_PC());
	struct thread *self = enter();
	int result = REAL(posix_memalign)(ret_block, alignment, size);

	if (!self)
		return result;
	if (result == 0)
		heap_allocated(self, *ret_block, size, pc);
	runtime_self = self;
	return result;
}

WEFT_HOOK size_t malloc_usable_size(void *block)
{
	struct thread *self;

	if (is_bootstrap(block))
		return 0;
	self = enter();
	if (self) {
		heap_check(self, (uintptr_t)block, 1, OP_READ, CALLER_PC());
		runtime_self = self;
	}
	return REAL(malloc_usable_size)(block);
}
