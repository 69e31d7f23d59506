/* SPDX-License-Identifier: Apache-2.0 */
/* Putting an image back; see image.h. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "bench/snapshot/image.h"
#include "bench/snapshot/kernel_abi.h"
#include "common/bytes.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

#define PAGE UINT64_C(4096)
#define SCAN_REGIONS 256u
#define KERNEL_SIGSET_SIZE 8

typedef uint64_t words __attribute__((vector_size(16), may_alias));

static uint64_t now_ns(void)
{
	struct timespec now;

	raw_syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool page_differs(const char *a, const char *b)
{
	for (size_t i = 0; i < PAGE; i += 4 * sizeof(words)) {
		const words *x = (const words *)(const void *)(a + i);
		const words *y = (const words *)(const void *)(b + i);
		words d = (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]);

		if (d[0] | d[1])
			return true;
	}
	return false;
}

static void restore_by_comparison(struct image *image)
{
	for (uint32_t i = 0; i < image->spans.count; i++) {
		const struct range *span = &image->spans.list[i];

		for (uint64_t at = span->start; at < span->end; at += PAGE) {
			char *page = (char *)(uintptr_t)at;
			const char *copy = span->copy + (at - span->start);

			if (!page_differs(page, copy))
				continue;
			bytes_copy(page, copy, PAGE);
			image->counts.pages_copied++;
		}
	}
}

static const char *copy_of(const struct image *image, uint64_t at)
{
	uint32_t low = 0, high = image->spans.count;

	while (low + 1 < high) {
		uint32_t middle = (low + high) / 2;

		if (image->spans.list[middle].start <= at)
			low = middle;
		else
			high = middle;
	}
	return image->spans.list[low].copy + (at - image->spans.list[low].start);
}

/*
 * A page that was written once is written in most executions: it is not protected again, and is
 * found and copied back each time, which costs less than a fault.
 */
static bool find_written(struct image *image)
{
	struct page_region regions[SCAN_REGIONS / 8];
	struct pagemap_scan scan = {
		.size = sizeof(scan),
		.flags = 0,
		.start = image->lowest,
		.end = image->highest,
		.regions = (uint64_t)(uintptr_t)regions,
		.region_count = sizeof(regions) / sizeof(regions[0]),
		.category_mask = PAGE_WPALLOWED | PAGE_WRITTEN,
		.return_mask = PAGE_WRITTEN,
	};

	image->written_count = 0;
	while (scan.start < scan.end) {
		long found =
			raw_syscall(SYS_ioctl, image->pagemap_fd, PAGEMAP_SCAN_IOCTL, &scan);

		if (found < 0)
			return false;
		for (long i = 0; i < found; i++)
			for (uint64_t at = regions[i].start; at < regions[i].end; at += PAGE) {
				if (image->written_count == IMAGE_WRITTEN_MAX)
					return false;
				image->written[image->written_count++] = at;
			}
		scan.start = scan.walk_end;
	}
	return true;
}

static bool restore_written(struct image *image)
{
	if (!find_written(image))
		return false;
	for (uint32_t i = 0; i < image->written_count; i++)
		bytes_copy((void *)(uintptr_t)image->written[i],
			copy_of(image, image->written[i]), PAGE);
	image->counts.pages_copied += image->written_count;
	return true;
}

/* Whether all of [start, end) was mapped when the image was taken. */
static bool was_mapped(const struct image *image, uint64_t start, uint64_t end)
{
	for (uint32_t i = 0; start < end && i < image->mappings.count; i++)
		if (image->mappings.list[i].start <= start &&
			start < image->mappings.list[i].end)
			start = image->mappings.list[i].end;
	return start >= end;
}

static uint64_t mapped_pages(const struct image *image)
{
	char text[64] = "";
	uint64_t pages = 0;

	raw_syscall(SYS_pread64, image->statm_fd, text, sizeof(text) - 1, 0);
	for (const char *c = text; *c >= '0' && *c <= '9'; c++)
		pages = pages * 10 + (uint64_t)(*c - '0');
	return pages;
}

static uint64_t parse_hex(const char **text)
{
	uint64_t value = 0;

	for (;; (*text)++) {
		char c = **text;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* The part of [start, end) that is new goes; parts are whole pages. */
static void unmap_new(const struct image *image, uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end;) {
		uint64_t next = at;

		while (next < end && !was_mapped(image, next, next + PAGE))
			next += PAGE;
		if (next > at)
			raw_syscall(SYS_munmap, at, next - at);
		while (next < end && was_mapped(image, next, next + PAGE))
			next += PAGE;
		at = next;
	}
}

static void unmap_all_new(struct image *image)
{
	size_t length = memory_read_file("/proc/self/maps", image->text, IMAGE_TEXT_SIZE);
	const char *text = image->text;

	while (text < image->text + length) {
		uint64_t start = parse_hex(&text), end;

		text++;
		end = parse_hex(&text);
		/* The main stack grows by itself and can't be cut off. */
		if (!was_mapped(image, start, end))
			unmap_new(image, start, end);
		while (*text++ != '\n')
			;
	}
}

static bool restore_mappings(struct image *image)
{
	stack_t stack = { 0 };

	/* The runtime gives each execution a stack for signals. */
	raw_syscall(SYS_sigaltstack, 0, &stack);
	if (stack.ss_size) {
		stack_t none = { .ss_flags = SS_DISABLE };

		raw_syscall(SYS_sigaltstack, &none, 0);
		raw_syscall(SYS_munmap, stack.ss_sp, stack.ss_size);
	}
	if ((uint64_t)raw_syscall(SYS_brk, 0) != image->program_break)
		raw_syscall(SYS_brk, image->program_break);
	if (mapped_pages(image) == image->mapped_pages)
		return true;
	unmap_all_new(image);
	return mapped_pages(image) == image->mapped_pages;
}

static void drop_gaps(const struct image *image, uint64_t arena_used)
{
	uint64_t start = image->arena_start + ((*image->arena_used + PAGE - 1) & ~(PAGE - 1));
	uint64_t end = image->arena_start + arena_used;

	for (uint32_t i = 0; !image->is_memory_only && i < image->gaps.count; i++)
		raw_syscall(SYS_madvise, image->gaps.list[i].start,
			image->gaps.list[i].end - image->gaps.list[i].start, MADV_DONTNEED);
	if (end > start)
		raw_syscall(SYS_madvise, start, (end - start + PAGE - 1) & ~(PAGE - 1),
			MADV_DONTNEED);
}

static void restore_rest(const struct image *image)
{
	for (uint32_t i = 0; i < image->free_fds.count; i++)
		raw_syscall(SYS_close_range, image->free_fds.list[i].start,
			image->free_fds.list[i].end, 0);
	for (uint32_t i = 0; i < image->open_fd_count; i++)
		raw_syscall(SYS_dup3, image->open_fds[i].duplicate, image->open_fds[i].number,
			image->open_fds[i].flags ? O_CLOEXEC : 0);
	raw_syscall(SYS_lseek, 0, 0, 0);
	for (int i = 1; i <= IMAGE_SIGNALS; i++)
		raw_syscall(SYS_rt_sigaction, i, &image->actions[i], 0, KERNEL_SIGSET_SIZE);
	raw_syscall(
		SYS_rt_sigprocmask, SIG_SETMASK, &image->signal_mask, 0, KERNEL_SIGSET_SIZE);
}

bool image_restore(struct image *image)
{
	uint64_t arena_used = *image->arena_used;
	uint64_t start_ns = now_ns(), memory_ns, mappings_ns;

	if (image->method == IMAGE_COMPARE)
		restore_by_comparison(image);
	else if (!restore_written(image))
		return false;
	drop_gaps(image, arena_used);
	memory_ns = now_ns();
	if (!restore_mappings(image))
		return false;
	mappings_ns = now_ns();
	if (!image->is_memory_only)
		restore_rest(image);
	image->counts.executions++;
	image->counts.memory_ns += memory_ns - start_ns;
	image->counts.mappings_ns += mappings_ns - memory_ns;
	image->counts.rest_ns += now_ns() - mappings_ns;
	return true;
}
