/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotations by which a program tells a race detector of synchronisation that it can't see, or
 * of races that are meant: __tsan_acquire and its kin, the mutex annotations, and the older
 * Annotate* family of dynamic_annotations.h.
 *
 * They are facts about what the program does anyway, by operations that are scheduling points
 * themselves. A schedule does not depend on them, and nothing here is a scheduling point.
 */
#include "common/bytes.h"
#include "runtime/engine/annotation.h"
#include "runtime/interpose/tsan_abi.h"

/* Flags of the mutex annotations, from sanitizer/tsan_interface.h. */
#define MUTEX_TRY_LOCK_FAILED (1u << 5)

/* Happens-before by hand. */
TSAN_ENTRY(void, __tsan_acquire, void *address)
{
	annotation_acquire(address);
}

TSAN_ENTRY(void, __tsan_release, void *address)
{
	annotation_release(address);
}

/* Accesses between the two are not to be checked for races; they are scheduled all the same. */
TSAN_ENTRY(void, __tsan_ignore_thread_begin, void)
{
	annotation_ignore(1, 1);
}

TSAN_ENTRY(void, __tsan_ignore_thread_end, void)
{
	annotation_ignore(-1, -1);
}

/*
 * A lock of the program's own making. Its own accesses, between `pre` and `post`, are not
 * compared; those of code that it calls in the middle of them, between the two of `divert`,
 * are.
 */
#define MUTEX_ANNOTATION(name, change)                          \
	TSAN_ENTRY(void, name, void *mutex, unsigned int flags) \
	{                                                       \
		(void)mutex;                                    \
		(void)flags;                                    \
		annotation_ignore(change, change);              \
	}

MUTEX_ANNOTATION(__tsan_mutex_create, 0)
MUTEX_ANNOTATION(__tsan_mutex_destroy, 0)
MUTEX_ANNOTATION(__tsan_mutex_pre_lock, 1)
MUTEX_ANNOTATION(__tsan_mutex_post_unlock, -1)
MUTEX_ANNOTATION(__tsan_mutex_pre_signal, 1)
MUTEX_ANNOTATION(__tsan_mutex_post_signal, -1)
MUTEX_ANNOTATION(__tsan_mutex_pre_divert, -1)
MUTEX_ANNOTATION(__tsan_mutex_post_divert, 1)

TSAN_ENTRY(void, __tsan_mutex_post_lock, void *mutex, unsigned int flags, int recursion)
{
	(void)recursion;
	if (!(flags & MUTEX_TRY_LOCK_FAILED))
		annotation_acquire(mutex);
	annotation_ignore(-1, -1);
}

/*
 * Returns how many levels of a recursive lock it gives up, for __tsan_mutex_post_lock to take
 * back. The program's lock keeps the count that matters; one level is what every unlock gives
 * up.
 */
TSAN_ENTRY(int, __tsan_mutex_pre_unlock, void *mutex, unsigned int flags)
{
	(void)flags;
	annotation_release(mutex);
	annotation_ignore(1, 1);
	return 1;
}

/* Found only in newer headers than gcc's: ends a TSan program that holds annotated mutexes. */
TSAN_ENTRY(void, __tsan_check_no_mutexes_held, void)
{
}

/* The older family; all take where they stand first. */
#define WHERE const char *file, int line

#define ANNOTATE(name, effect)        \
	TSAN_ENTRY(void, name, WHERE) \
	{                             \
		(void)file;           \
		(void)line;           \
		effect;               \
	}

#define ANNOTATE_ADDRESS(name, effect)                              \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address) \
	{                                                           \
		(void)file;                                         \
		(void)line;                                         \
		(void)address;                                      \
		effect;                                             \
	}

#define ANNOTATE_ADDRESS_AND(name, type, effect)                                \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address, type extra) \
	{                                                                       \
		(void)file;                                                     \
		(void)line;                                                     \
		(void)address;                                                  \
		(void)extra;                                                    \
		effect;                                                         \
	}

#define ANNOTATE_ADDRESS_SIZE_AND(name, type, effect)                                        \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address, size_t size, type extra) \
	{                                                                                    \
		(void)file;                                                                  \
		(void)line;                                                                  \
		(void)extra;                                                                 \
		effect;                                                                      \
	}

#define NOTHING (void)0
#define ACQUIRE annotation_acquire(address)
#define RELEASE annotation_release(address)
#define BENIGN(size) annotation_expect_race(address, size)

ANNOTATE(AnnotateFlushState, NOTHING)
ANNOTATE(AnnotateFlushExpectedRaces, NOTHING)
ANNOTATE(AnnotateIgnoreReadsBegin, annotation_ignore(1, 0))
ANNOTATE(AnnotateIgnoreReadsEnd, annotation_ignore(-1, 0))
ANNOTATE(AnnotateIgnoreWritesBegin, annotation_ignore(0, 1))
ANNOTATE(AnnotateIgnoreWritesEnd, annotation_ignore(0, -1))
ANNOTATE(AnnotateIgnoreSyncBegin, NOTHING)
ANNOTATE(AnnotateIgnoreSyncEnd, NOTHING)

ANNOTATE_ADDRESS(AnnotateHappensBefore, RELEASE)
ANNOTATE_ADDRESS(AnnotateHappensAfter, ACQUIRE)
ANNOTATE_ADDRESS(WTFAnnotateHappensBefore, RELEASE)
ANNOTATE_ADDRESS(WTFAnnotateHappensAfter, ACQUIRE)
ANNOTATE_ADDRESS(AnnotateCondVarSignal, RELEASE)
ANNOTATE_ADDRESS(AnnotateCondVarSignalAll, RELEASE)
ANNOTATE_ADDRESS(AnnotateMutexIsNotPHB, NOTHING)
ANNOTATE_ADDRESS(AnnotateMutexIsUsedAsCondVar, NOTHING)
ANNOTATE_ADDRESS(AnnotatePCQCreate, NOTHING)
ANNOTATE_ADDRESS(AnnotatePCQDestroy, NOTHING)
ANNOTATE_ADDRESS(AnnotatePCQPut, RELEASE)
ANNOTATE_ADDRESS(AnnotatePCQGet, ACQUIRE)
ANNOTATE_ADDRESS(AnnotateRWLockCreate, NOTHING)
ANNOTATE_ADDRESS(AnnotateRWLockCreateStatic, NOTHING)
ANNOTATE_ADDRESS(AnnotateRWLockDestroy, NOTHING)
ANNOTATE_ADDRESS(AnnotateTraceMemory, NOTHING)
ANNOTATE_ADDRESS(AnnotateNoOp, NOTHING)

ANNOTATE_ADDRESS_AND(AnnotateExpectRace, const char *, BENIGN(1))
ANNOTATE_ADDRESS_AND(AnnotateBenignRace, const char *, BENIGN(1))
ANNOTATE_ADDRESS_AND(AnnotateRWLockAcquired, uintptr_t, ACQUIRE)
ANNOTATE_ADDRESS_AND(AnnotateRWLockReleased, uintptr_t, RELEASE)
ANNOTATE_ADDRESS_AND(AnnotateCondVarWait, const volatile void *, ACQUIRE)
ANNOTATE_ADDRESS_AND(AnnotateNewMemory, size_t, annotation_new_memory(address, extra))
ANNOTATE_ADDRESS_AND(AnnotatePublishMemoryRange, size_t, NOTHING)
ANNOTATE_ADDRESS_AND(AnnotateUnpublishMemoryRange, size_t, NOTHING)
ANNOTATE_ADDRESS_AND(AnnotateMemoryIsInitialized, size_t, NOTHING)
ANNOTATE_ADDRESS_AND(AnnotateMemoryIsUninitialized, size_t, NOTHING)

ANNOTATE_ADDRESS_SIZE_AND(AnnotateBenignRaceSized, const char *, BENIGN(size))
ANNOTATE_ADDRESS_SIZE_AND(WTFAnnotateBenignRaceSized, const char *, BENIGN(size))

TSAN_ENTRY(void, AnnotateEnableRaceDetection, WHERE, int enable)
{
	(void)file;
	(void)line;
	annotation_enable(enable);
}

TSAN_ENTRY(void, AnnotateThreadName, WHERE, const char *name)
{
	(void)file;
	(void)line;
	(void)name;
}

/* Questions that such programs ask; libtsan answers them in the same way. */
TSAN_ENTRY(int, RunningOnValgrind, void)
{
	return 0;
}

TSAN_ENTRY(double, ValgrindSlowdown, void)
{
	return 10.0;
}

TSAN_ENTRY(const char *, ThreadSanitizerQuery, const char *query)
{
	return bytes_equal_string(query, "pure_happens_before") ? "1" : "0";
}
