/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * Every way to get, resize and free a block, with what C, POSIX and glibc's manual say of it;
 * also in a signal handler's thread, in a child process and after a failed allocation.
 */
#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

static void check_sizes(void)
{
	volatile size_t huge = SIZE_MAX / 2;
	char *block = calloc(10, 10);
	char *line = NULL;

	for (int i = 0; i < 100; i++)
		assert(block[i] == 0);
	memset(block, 7, 100);
	block = realloc(block, 5000);
	assert(block[99] == 7);
	for (size_t size = 5000; size < 9000; size += 10) {
		block = realloc(block, size);
		block[size - 1] = 7;
	}
	block = realloc(block, 3 << 20);
	assert(block[99] == 7 && block[4999] == block[4999]);
	block = realloc(block, 5 << 20);
	block = realloc(block, 50);
	assert(block[49] == 7 && malloc_usable_size(block) >= 50);
	errno = 0;
	assert(!realloc(block, huge) && errno == ENOMEM);
	assert(!reallocarray(block, huge, 16) && errno == ENOMEM && block[49] == 7);
	errno = EINTR;
	free(block);
	free(NULL);
	assert(errno == EINTR && malloc_usable_size(NULL) == 0);
	assert(!calloc(huge, 16) && errno == ENOMEM && !malloc(huge));
	assert(!realloc(malloc(1), 0));
	free(malloc(0));
	free(line);
}

static void check_alignment(void)
{
	void *block;

	for (size_t alignment = 16; alignment <= 65536; alignment *= 2) {
		assert(posix_memalign(&block, alignment, 100) == 0);
		assert((uintptr_t)block % alignment == 0);
		memset(block, 1, 100);
		free(block);
		block = memalign(alignment, 10);
		assert((uintptr_t)block % alignment == 0);
		block = realloc(block, 1000);
		free(block);
		block = aligned_alloc(alignment, alignment);
		assert((uintptr_t)block % alignment == 0);
		free(block);
	}
	assert(posix_memalign(&block, 3, 100) == EINVAL);
	free(valloc(10));
	free(pvalloc(10));
}

static void check_libc(void)
{
	char *text = NULL, *copy = strdup("copy");
	wchar_t *wide = wcsdup(L"wide");
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	for (int i = 0; i < 3000; i++)
		fprintf(stream, "%d %s\n", i, copy);
	fclose(stream);
	stream = fmemopen(text, size, "r");
	free(copy);
	copy = NULL;
	size = 0;
	while (getline(&copy, &size, stream) > 0)
		;
	fclose(stream);
	free(copy);
	free(text);
	free(wide);
	assert(asprintf(&text, "%d", 7) == 1);
	free(text);
}

static void *work(void *block)
{
	int status;
	pid_t child;

	check_sizes();
	free(block);
	block = malloc(10);
	child = fork();
	if (child == 0) {
		free(block);
		check_sizes();
		check_alignment();
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert(status == 0);
	free(block);
	return malloc(3);
}

int main(void)
{
	void *own = malloc(20), *result;
	pthread_t thread;

	pthread_create(&thread, NULL, work, own);
	check_alignment();
	check_libc();
	pthread_join(thread, &result);
	free(result);
	return 0;
}
