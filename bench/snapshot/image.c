/* SPDX-License-Identifier: Apache-2.0 */
/* Taking the image: what is mapped, which pages are there, and their copies. See image.h. */
#include "bench/snapshot/image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "bench/snapshot/kernel_abi.h"
#include "common/bytes.h"
#include "runtime/engine/runtime.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

#define PAGE UINT64_C(4096)
#define COPIES_SIZE (UINT64_C(1) << 30)
/* Mappings as small as this are touched, so that they are one span and no gap. */
#define SMALL_PAGES 64u
#define PAGEMAP_THERE (UINT64_C(3) << 62) /* present or swapped */
#define PAGEMAP_CHUNK 512u
/* Above the descriptors of the tool and of the experiment. */
#define FDS_MAX 1200
#define KERNEL_SIGSET_SIZE 8

struct image *image_new(void)
{
	/* Shared, so that the kernel puts it together with nothing of the program's. */
	long result = raw_syscall(SYS_mmap, 0, sizeof(struct image) + COPIES_SIZE,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return raw_failed(result) ? NULL : (struct image *)(uintptr_t)result;
}

static int add(struct ranges *ranges, uint64_t start, uint64_t end)
{
	if (start == end)
		return 0;
	if (ranges->count == IMAGE_RANGES_MAX)
		return -E2BIG;
	ranges->list[ranges->count].start = start;
	ranges->list[ranges->count].end = end;
	ranges->count++;
	return 0;
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

/* Splits a mapping into what is there and what is not. */
static int add_by_presence(struct image *image, uint64_t start, uint64_t end)
{
	uint64_t entries[PAGEMAP_CHUNK / 8];
	uint64_t chunk = sizeof(entries) / sizeof(entries[0]);
	int r = 0;

	for (uint64_t at = start; r == 0 && at < end; at += chunk * PAGE) {
		uint64_t count = (end - at) / PAGE < chunk ? (end - at) / PAGE : chunk;
		uint64_t first = 0;

		if (raw_syscall(SYS_pread64, image->pagemap_fd, entries, count * 8,
			    at / PAGE * 8) != (long)(count * 8))
			return -EIO;
		for (uint64_t i = 1; r == 0 && i <= count; i++) {
			bool there = entries[first] & PAGEMAP_THERE;

			if (i < count && there == !!(entries[i] & PAGEMAP_THERE))
				continue;
			r = add(there ? &image->spans : &image->gaps, at + first * PAGE,
				at + i * PAGE);
			first = i;
		}
	}
	return r;
}

/* Adjacent gaps become one, so that one call drops them. */
static void merge(struct ranges *ranges)
{
	uint32_t kept = 0;

	for (uint32_t i = 1; i < ranges->count; i++) {
		if (ranges->list[i].start == ranges->list[kept].end)
			ranges->list[kept].end = ranges->list[i].end;
		else
			ranges->list[++kept] = ranges->list[i];
	}
	if (ranges->count)
		ranges->count = kept + 1;
}

static void touch(uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end; at += PAGE) {
		volatile char *byte = (volatile char *)(uintptr_t)at;

		*byte = *byte;
	}
}

static int add_mapping(struct image *image, uint64_t start, uint64_t end, bool is_kept)
{
	uint64_t arena = image->arena_start;
	uint64_t arena_used = (*image->arena_used + PAGE - 1) & ~(PAGE - 1);
	int r = add(&image->mappings, start, end);

	if (r || !is_kept)
		return r;
	/* The kernel may have put the arena's mapping together with others. */
	if (start <= arena && arena < end) {
		r = add_by_presence(image, start, arena);
		touch(arena, arena + arena_used);
		if (r == 0)
			r = add(&image->spans, arena, arena + arena_used);
		if (r == 0 && arena + runtime.arena.size < end)
			r = add_by_presence(image, arena + runtime.arena.size, end);
		return r;
	}
	if ((end - start) / PAGE <= SMALL_PAGES)
		touch(start, end);
	return add_by_presence(image, start, end);
}

/* Lines like "7ffff7fc3000-7ffff7fc5000 rw-p 00000000 00:00 0". */
static int find_mappings(struct image *image)
{
	size_t length = memory_read_file("/proc/self/maps", image->text, IMAGE_TEXT_SIZE);
	const char *text = image->text;
	int r = 0;

	if (length == 0 || length == IMAGE_TEXT_SIZE)
		return -E2BIG;
	while (r == 0 && text < image->text + length) {
		uint64_t start = parse_hex(&text), end;

		text++;
		end = parse_hex(&text);
		/* " rw-p": private and writable. */
		r = add_mapping(image, start, end, text[2] == 'w' && text[4] == 'p');
		while (*text++ != '\n')
			;
	}
	return r;
}

static void copy_spans(struct image *image)
{
	char *to = image->copies;

	to += (PAGE - (uint64_t)(uintptr_t)to % PAGE) % PAGE;
	for (uint32_t i = 0; i < image->spans.count; i++) {
		struct range *span = &image->spans.list[i];
		uint64_t size = span->end - span->start;

		bytes_copy(to, (const void *)(uintptr_t)span->start, size);
		span->copy = to;
		to += size;
		if (span->start < image->lowest)
			image->lowest = span->start;
		if (span->end > image->highest)
			image->highest = span->end;
	}
}

/* Has the kernel watch over the spans. */
static int protect(struct image *image)
{
	struct uffdio_api api = { .api = UFFD_API,
		.features = UFFD_WP_ASYNC | UFFD_WP_UNPOPULATED };
	long fd = raw_syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return (int)fd;
	image->fault_fd = (int)raw_syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FDS_MAX);
	raw_syscall(SYS_close, fd);
	if (raw_syscall(SYS_ioctl, image->fault_fd, UFFDIO_API, &api) < 0)
		return -ENOSYS;
	for (uint32_t i = 0; i < image->spans.count; i++) {
		const struct range *span = &image->spans.list[i];
		struct uffdio_register all = { .mode = UFFDIO_REGISTER_MODE_WP };
		struct uffdio_writeprotect on = { .mode = UFFDIO_WRITEPROTECT_MODE_WP };
		long r;

		all.range.start = on.range.start = span->start;
		all.range.len = on.range.len = span->end - span->start;
		r = raw_syscall(SYS_ioctl, image->fault_fd, UFFDIO_REGISTER, &all);
		if (r == 0)
			r = raw_syscall(SYS_ioctl, image->fault_fd, UFFDIO_WRITEPROTECT, &on);
		if (r < 0)
			return (int)r;
	}
	return 0;
}

/* The program may close it: some close their stdout to learn whether all was written. */
static void keep_fd(struct image *image, int number, int flags)
{
	struct image_fd *kept = &image->open_fds[image->open_fd_count];

	if (image->open_fd_count == IMAGE_FDS_MAX)
		return;
	kept->number = number;
	kept->flags = flags;
	kept->duplicate = (int)raw_syscall(SYS_fcntl, number, F_DUPFD_CLOEXEC, FDS_MAX);
	image->open_fd_count += kept->duplicate >= 0;
}

static void find_fds(struct image *image)
{
	int first = 0;

	for (int fd = 0; fd < FDS_MAX; fd++) {
		long flags = raw_syscall(SYS_fcntl, fd, F_GETFD);

		if (flags < 0)
			continue;
		keep_fd(image, fd, (int)flags);
		if (fd > first)
			add(&image->free_fds, (uint64_t)first, (uint64_t)fd - 1);
		first = fd + 1;
	}
	add(&image->free_fds, (uint64_t)first, FDS_MAX - 1);
}

static int open_high(const char *path)
{
	long fd = raw_syscall(SYS_open, path, O_RDONLY | O_CLOEXEC);
	long high = fd < 0 ? fd : raw_syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FDS_MAX);

	if (fd >= 0)
		raw_syscall(SYS_close, fd);
	return (int)high;
}

static uint64_t read_mapped_pages(const struct image *image)
{
	char text[64] = "";
	uint64_t pages = 0;

	raw_syscall(SYS_pread64, image->statm_fd, text, sizeof(text) - 1, 0);
	for (const char *c = text; *c >= '0' && *c <= '9'; c++)
		pages = pages * 10 + (uint64_t)(*c - '0');
	return pages;
}

int image_take(struct image *image)
{
	int r;

	image->mappings.count = image->spans.count = image->gaps.count = 0;
	image->free_fds.count = image->open_fd_count = 0;
	image->lowest = UINT64_MAX;
	image->highest = 0;
	image->arena_start = (uint64_t)(uintptr_t)runtime.arena.start;
	image->arena_used = &runtime.arena.used;
	image->pagemap_fd = open_high("/proc/self/pagemap");
	image->statm_fd = open_high("/proc/self/statm");
	if (image->pagemap_fd < 0 || image->statm_fd < 0)
		return -ENOENT;
	image->program_break = (uint64_t)raw_syscall(SYS_brk, 0);
	raw_syscall(
		SYS_rt_sigprocmask, SIG_SETMASK, 0, &image->signal_mask, KERNEL_SIGSET_SIZE);
	for (int i = 1; i <= IMAGE_SIGNALS; i++)
		raw_syscall(SYS_rt_sigaction, i, 0, &image->actions[i], KERNEL_SIGSET_SIZE);
	find_fds(image);
	r = find_mappings(image);
	if (r < 0)
		return r;
	merge(&image->spans);
	merge(&image->gaps);
	copy_spans(image);
	image->mapped_pages = read_mapped_pages(image);
	return image->method == IMAGE_WRITE_PROTECT ? protect(image) : 0;
}
