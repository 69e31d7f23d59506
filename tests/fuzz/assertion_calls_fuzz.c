/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer target: whatever a file holds, looking for its assertions ends, with a list or not.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tool/symbol/assertion_calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	uint64_t *calls = NULL;
	size_t count = 0;
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (assertion_calls_find(path, &calls, &count) < 0 || count > ASSERTION_CALLS_MAX ||
		(count && !calls))
		abort();
	free(calls);
	close(fd);
	return 0;
}
