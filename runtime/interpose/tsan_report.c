/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of TSan's interface by which a program looks into its race reports, tags its own
 * objects for them, or sets options. Weft reports from outside of the process, so that inside
 * no report ever exists: every question about one is answered as TSan answers when there is
 * none.
 */
#include "runtime/interpose/tsan_abi.h"

/*
 * Called by TSan and often defined by the program, whose own definition then wins. They are
 * here for code that refers to them without defining them.
 */
TSAN_WEAK_ENTRY(const char *, __tsan_default_options, void)
{
	return "";
}

TSAN_WEAK_ENTRY(const char *, __tsan_default_suppressions, void)
{
	return "";
}

TSAN_WEAK_ENTRY(void, __tsan_on_report, void *report)
{
	(void)report;
}

TSAN_WEAK_ENTRY(void, __tsan_on_initialize, void)
{
}

/* From gcc 13 on: a hint that caches may be given back, and a hook of TSan's own tests. */
TSAN_ENTRY(void, __tsan_on_thread_idle, void)
{
}

TSAN_WEAK_ENTRY(void, __tsan_test_only_on_fork, void)
{
}

TSAN_WEAK_ENTRY(int, __tsan_on_finalize, int failed)
{
	return failed;
}

TSAN_ENTRY(void *, __tsan_get_current_report, void)
{
	return NULL;
}

/* Parts of a report, by its pointer and an index. 0 says that there is no such part. */
#define REPORT_PART(name)                   \
	TSAN_ENTRY(int, name, void *report) \
	{                                   \
		(void)report;               \
		return 0;                   \
	}

/* These take more arguments, all of them results, which stay as they are. */
REPORT_PART(__tsan_get_report_data)
REPORT_PART(__tsan_get_report_tag)
REPORT_PART(__tsan_get_report_stack)
REPORT_PART(__tsan_get_report_mop)
REPORT_PART(__tsan_get_report_loc)
REPORT_PART(__tsan_get_report_loc_object_type)
REPORT_PART(__tsan_get_report_mutex)
REPORT_PART(__tsan_get_report_thread)
REPORT_PART(__tsan_get_report_unique_tid)

/* Where a heap block was allocated, as far as the race detector kept it: returns 0, unknown. */
REPORT_PART(__tsan_get_alloc_stack)

TSAN_ENTRY(const char *, __tsan_locate_address, uintptr_t address, char *name, size_t name_size,
	uintptr_t *ret_region, size_t *ret_region_size)
{
	(void)address;
	if (name && name_size)
		*name = 0;
	if (ret_region)
		*ret_region = 0;
	if (ret_region_size)
		*ret_region_size = 0;
	return "unknown";
}

/* Accesses to objects of libraries that are not instrumented, told by hand. */
TSAN_ENTRY(void *, __tsan_external_register_tag, const char *object_type)
{
	(void)object_type;
	return NULL;
}

TSAN_ENTRY(void, __tsan_external_register_header, void *tag, const char *header)
{
	(void)tag;
	(void)header;
}

TSAN_ENTRY(void, __tsan_external_assign_tag, void *address, void *tag)
{
	(void)address;
	(void)tag;
}

TSAN_ENTRY(void, __tsan_external_read, void *address, void *caller_pc, void *tag)
{
	(void)tag;
	access_read((uintptr_t)address, 1, (uintptr_t)caller_pc);
}

TSAN_ENTRY(void, __tsan_external_write, void *address, void *caller_pc, void *tag)
{
	(void)tag;
	access_write((uintptr_t)address, 1, (uintptr_t)caller_pc);
}

/* Gives back the detector's own memory, of which there is none. */
TSAN_ENTRY(void, __tsan_flush_memory, void)
{
}
