/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What accesses read and wrote; see record.h. The memory is the program's and may not be there:
 * the kernel is asked to copy it, which fails where a load would end the process. Where the
 * kernel refuses such copies (a strict container), values are not known.
 */
#include <sys/uio.h>

#include "runtime/record/record.h"
#include "runtime/sys/raw.h"

/* The one plain write whose effect has not been looked at: only the running thread has one. */
static struct {
	struct wire_event *event; /* NULL: there is none */
	uint64_t address;
	uint32_t size;
} pending;

static bool read_memory(uint64_t address, uint32_t size, uint64_t *ret_value)
{
	uint64_t value = 0;
	struct iovec here = { .iov_base = &value, .iov_len = size };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = size };

	if (size == 0 || size > sizeof(value) ||
		raw_syscall(SYS_process_vm_readv, raw_syscall(SYS_getpid), &here, 1, &there, 1,
			0) != (long)size)
		return false;
	*ret_value = value;
	return true;
}

void record_settle(void)
{
	struct wire_event *event = pending.event;

	if (!event)
		return;
	pending.event = NULL;
	if (read_memory(pending.address, pending.size, &event->value))
		event->known |= WIRE_KNOWN_VALUE;
}

void record_values(struct wire_event *event, bool write)
{
	uint32_t size = (uint32_t)event->result;

	if (!read_memory(event->address, size, &event->before))
		return;
	event->known |= WIRE_KNOWN_BEFORE;
	if (write) {
		pending.event = event;
		pending.address = event->address;
		pending.size = size;
		return;
	}
	event->value = event->before;
	event->known |= WIRE_KNOWN_VALUE;
}

void record_access(
	struct wire_region *region, uint32_t index, uint64_t address, uint32_t size, bool write)
{
	struct wire_event *event;

	if (index == WIRE_NONE)
		return;
	event = (struct wire_event *)wire_area_at(region, WIRE_AREA_EVENTS) + index;
	event->address = address;
	event->result = (int32_t)size;
	record_values(event, write);
}

void record_atomic(struct wire_region *region, uint32_t index, uint64_t value)
{
	struct wire_event *event;

	if (index == WIRE_NONE)
		return;
	event = (struct wire_event *)wire_area_at(region, WIRE_AREA_EVENTS) + index;
	if (!(event->known & WIRE_KNOWN_BEFORE))
		return;
	event->value = value;
	event->known |= WIRE_KNOWN_VALUE;
}

void record_fault(uint64_t address)
{
	if (pending.event && address + sizeof(uint64_t) > pending.address &&
		address < pending.address + pending.size)
		pending.event = NULL;
}
