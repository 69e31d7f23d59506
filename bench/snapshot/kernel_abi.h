/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Linux 6.7 offers to find written pages: write-protection that the kernel itself lifts at
 * the first write (userfaultfd, WP_ASYNC) and a scan for the pages where it did (PAGEMAP_SCAN).
 * Copied from the kernel's <linux/userfaultfd.h> and <linux/fs.h>, as older headers lack it.
 */
#ifndef WEFT_BENCH_SNAPSHOT_KERNEL_ABI_H
#define WEFT_BENCH_SNAPSHOT_KERNEL_ABI_H

#include <linux/userfaultfd.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define UFFD_WP_UNPOPULATED (UINT64_C(1) << 13)
#define UFFD_WP_ASYNC (UINT64_C(1) << 15)

struct page_region {
	uint64_t start;
	uint64_t end;
	uint64_t categories;
};

struct pagemap_scan {
	uint64_t size;
	uint64_t flags;
	uint64_t start;
	uint64_t end;
	uint64_t walk_end;
	uint64_t regions;
	uint64_t region_count;
	uint64_t pages_max;
	uint64_t category_inverted;
	uint64_t category_mask;
	uint64_t category_any_mask;
	uint64_t return_mask;
};

#define PAGEMAP_SCAN_IOCTL _IOWR('f', 16, struct pagemap_scan)
#define PAGE_WPALLOWED (UINT64_C(1) << 0)
#define PAGE_WRITTEN (UINT64_C(1) << 1)

#endif
