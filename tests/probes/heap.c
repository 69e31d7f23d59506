/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of the heap and mapped memory, by every function that gives or takes them. */
#undef NDEBUG
#include <assert.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

/* Old programs still call it; new ones can by its version only. */
void old_cfree(void *block);
__asm__(".symver old_cfree, cfree@GLIBC_2.2.5");

/* The block is of the alignment and as large as asked, which is told by writing to it. */
static void *checked(void *block, size_t alignment, size_t size)
{
	assert(block && (uintptr_t)block % alignment == 0);
	assert(malloc_usable_size(block) >= size);
	memset(block, 1, size);
	return block;
}

static void probe_blocks(void)
{
	char *block = checked(malloc(100), 16, 100);
	void *aligned;

	block = checked(realloc(block, 1000), 16, 1000);
	block = checked(reallocarray(block, 100, 20), 16, 2000);
	free(block);
	block = calloc(10, 10);
	assert(block && block[99] == 0);
	old_cfree(block);
	assert(posix_memalign(&aligned, 64, 100) == 0);
	free(checked(aligned, 64, 100));
	free(checked(memalign(256, 100), 256, 100));
	free(checked(aligned_alloc(128, 256), 128, 256));
	free(checked(valloc(100), PAGE, 100));
	free(checked(pvalloc(100), PAGE, PAGE));
}

static void probe_mappings(void)
{
	char *small =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *other =
		mmap64(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert(small != MAP_FAILED && other != MAP_FAILED && small != other);
	small[0] = 1;
	small = mremap(small, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	assert(small != MAP_FAILED && small[0] == 1 && small[PAGE] == 0);
	assert(munmap(small, 2 * PAGE) == 0 && munmap(other, PAGE) == 0);
}

int main(void)
{
	probe_blocks();
	probe_mappings();
	return 0;
}
