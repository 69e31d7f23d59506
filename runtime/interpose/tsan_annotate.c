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
#include "runtime/interpose/tsan_abi.h"

/* Happens-before by hand. */
TSAN_ENTRY(void, __tsan_acquire, void *address)
{
	(void)address;
}

TSAN_ENTRY(void, __tsan_release, void *address)
{
	(void)address;
}

/* Accesses between the two are not to be checked for races; they are scheduled all the same. */
TSAN_ENTRY(void, __tsan_ignore_thread_begin, void)
{
}

TSAN_ENTRY(void, __tsan_ignore_thread_end, void)
{
}

/* A lock of the program's own making, around the atomics and futexes that it consists of. */
#define MUTEX_ANNOTATION(name)                                  \
	TSAN_ENTRY(void, name, void *mutex, unsigned int flags) \
	{                                                       \
		(void)mutex;                                    \
		(void)flags;                                    \
	}

MUTEX_ANNOTATION(__tsan_mutex_create)
MUTEX_ANNOTATION(__tsan_mutex_destroy)
MUTEX_ANNOTATION(__tsan_mutex_pre_lock)
MUTEX_ANNOTATION(__tsan_mutex_post_unlock)
MUTEX_ANNOTATION(__tsan_mutex_pre_signal)
MUTEX_ANNOTATION(__tsan_mutex_post_signal)
MUTEX_ANNOTATION(__tsan_mutex_pre_divert)
MUTEX_ANNOTATION(__tsan_mutex_post_divert)

TSAN_ENTRY(void, __tsan_mutex_post_lock, void *mutex, unsigned int flags, int recursion)
{
	(void)mutex;
	(void)flags;
	(void)recursion;
}

/*
 * Returns how many levels of a recursive lock it gives up, for __tsan_mutex_post_lock to take
 * back. The program's lock keeps the count that matters; one level is what every unlock gives
 * up.
 */
TSAN_ENTRY(int, __tsan_mutex_pre_unlock, void *mutex, unsigned int flags)
{
	(void)mutex;
	(void)flags;
	return 1;
}

/* Found only in newer headers than gcc's: ends a TSan program that holds annotated mutexes. */
TSAN_ENTRY(void, __tsan_check_no_mutexes_held, void)
{
}

/* The older family; all take where they stand first. */
#define WHERE const char *file, int line

#define ANNOTATE(name)                \
	TSAN_ENTRY(void, name, WHERE) \
	{                             \
		(void)file;           \
		(void)line;           \
	}

#define ANNOTATE_ADDRESS(name)                                      \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address) \
	{                                                           \
		(void)file;                                         \
		(void)line;                                         \
		(void)address;                                      \
	}

#define ANNOTATE_ADDRESS_AND(name, type)                                        \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address, type extra) \
	{                                                                       \
		(void)file;                                                     \
		(void)line;                                                     \
		(void)address;                                                  \
		(void)extra;                                                    \
	}

#define ANNOTATE_ADDRESS_SIZE_AND(name, type)                                                \
	TSAN_ENTRY(void, name, WHERE, const volatile void *address, size_t size, type extra) \
	{                                                                                    \
		(void)file;                                                                  \
		(void)line;                                                                  \
		(void)address;                                                               \
		(void)size;                                                                  \
		(void)extra;                                                                 \
	}

ANNOTATE(AnnotateFlushState)
ANNOTATE(AnnotateFlushExpectedRaces)
ANNOTATE(AnnotateIgnoreReadsBegin)
ANNOTATE(AnnotateIgnoreReadsEnd)
ANNOTATE(AnnotateIgnoreWritesBegin)
ANNOTATE(AnnotateIgnoreWritesEnd)
ANNOTATE(AnnotateIgnoreSyncBegin)
ANNOTATE(AnnotateIgnoreSyncEnd)

ANNOTATE_ADDRESS(AnnotateHappensBefore)
ANNOTATE_ADDRESS(AnnotateHappensAfter)
ANNOTATE_ADDRESS(WTFAnnotateHappensBefore)
ANNOTATE_ADDRESS(WTFAnnotateHappensAfter)
ANNOTATE_ADDRESS(AnnotateCondVarSignal)
ANNOTATE_ADDRESS(AnnotateCondVarSignalAll)
ANNOTATE_ADDRESS(AnnotateMutexIsNotPHB)
ANNOTATE_ADDRESS(AnnotateMutexIsUsedAsCondVar)
ANNOTATE_ADDRESS(AnnotatePCQCreate)
ANNOTATE_ADDRESS(AnnotatePCQDestroy)
ANNOTATE_ADDRESS(AnnotatePCQPut)
ANNOTATE_ADDRESS(AnnotatePCQGet)
ANNOTATE_ADDRESS(AnnotateRWLockCreate)
ANNOTATE_ADDRESS(AnnotateRWLockCreateStatic)
ANNOTATE_ADDRESS(AnnotateRWLockDestroy)
ANNOTATE_ADDRESS(AnnotateTraceMemory)
ANNOTATE_ADDRESS(AnnotateNoOp)

ANNOTATE_ADDRESS_AND(AnnotateExpectRace, const char *)
ANNOTATE_ADDRESS_AND(AnnotateBenignRace, const char *)
ANNOTATE_ADDRESS_AND(AnnotateRWLockAcquired, uintptr_t)
ANNOTATE_ADDRESS_AND(AnnotateRWLockReleased, uintptr_t)
ANNOTATE_ADDRESS_AND(AnnotateCondVarWait, const volatile void *)
ANNOTATE_ADDRESS_AND(AnnotateNewMemory, size_t)
ANNOTATE_ADDRESS_AND(AnnotatePublishMemoryRange, size_t)
ANNOTATE_ADDRESS_AND(AnnotateUnpublishMemoryRange, size_t)
ANNOTATE_ADDRESS_AND(AnnotateMemoryIsInitialized, size_t)
ANNOTATE_ADDRESS_AND(AnnotateMemoryIsUninitialized, size_t)

ANNOTATE_ADDRESS_SIZE_AND(AnnotateBenignRaceSized, const char *)
ANNOTATE_ADDRESS_SIZE_AND(WTFAnnotateBenignRaceSized, const char *)

TSAN_ENTRY(void, AnnotateEnableRaceDetection, WHERE, int enable)
{
	(void)file;
	(void)line;
	(void)enable;
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
