/* SPDX-License-Identifier: Apache-2.0 */
/* Reading captured output; see output.h. */
#include "tool/launch/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hash.h"

#define BLOCK_SIZE 32768

uint64_t output_size(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

void output_trim(int fd, uint64_t kept)
{
	uint64_t size = output_size(fd);

	if (size > kept)
		(void)!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			(off_t)(size - kept));
}

size_t output_read(int fd, uint64_t offset, void *buffer, size_t size)
{
	size_t done = 0;

	while (fd >= 0 && done < size) {
		ssize_t got =
			pread(fd, (char *)buffer + done, size - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static uint64_t fold_block(uint64_t hash, const unsigned char *block, size_t size)
{
	uint64_t word;
	size_t i = 0;

	for (; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, block + i, sizeof(word));
		hash = hash_fold(hash, word);
	}
	for (; i < size; i++)
		hash = hash_fold(hash, block[i]);
	return hash;
}

uint64_t output_hash(int fd, uint64_t size)
{
	unsigned char block[BLOCK_SIZE];
	uint64_t hash = hash_mix(size);
	uint64_t offset = 0;

	while (offset < size) {
		uint64_t left = size - offset;
		size_t got = output_read(
			fd, offset, block, left < sizeof(block) ? (size_t)left : sizeof(block));

		if (got == 0)
			break;
		hash = fold_block(hash, block, got);
		offset += got;
	}
	return hash;
}

uint64_t output_hash_of(const void *bytes, size_t size)
{
	return fold_block(hash_mix(size), bytes, size);
}

void output_last_line(int fd, char *line, size_t line_size)
{
	char tail[1024];
	uint64_t size = output_size(fd);
	uint64_t offset = size > sizeof(tail) ? size - sizeof(tail) : 0;
	size_t end = output_read(fd, offset, tail, sizeof(tail));

	while (end > 0 && (tail[end - 1] == '\n' || tail[end - 1] == ' '))
		end--;

	size_t start = end;

	while (start > 0 && tail[start - 1] != '\n')
		start--;

	size_t line_len = end - start < line_size - 1 ? end - start : line_size - 1;

	for (size_t i = 0; i < line_len; i++) {
		unsigned char c = (unsigned char)tail[start + i];

		line[i] = c < ' ' || c == 0x7f ? ' ' : (char)c;
	}
	line[line_len] = '\0';
}
