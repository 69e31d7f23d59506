/* SPDX-License-Identifier: Apache-2.0 */
/* Limits on what the process may take: the program sees its own, never what weft needs. */
#include <assert.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define MANY ((rlim_t)1 << 40)

int main(void)
{
	struct rlimit limit, got;
	struct rlimit64 limit64, got64;

	assert(getrlimit(RLIMIT_AS, &limit) == 0);
	limit.rlim_cur = MANY;
	assert(setrlimit(RLIMIT_AS, &limit) == 0);
	assert(getrlimit(RLIMIT_AS, &got) == 0 && got.rlim_cur == MANY);

	limit64.rlim_cur = MANY / 2;
	limit64.rlim_max = limit.rlim_max;
	assert(setrlimit64(RLIMIT_AS, &limit64) == 0);
	assert(getrlimit64(RLIMIT_AS, &got64) == 0 && got64.rlim_cur == MANY / 2);

	assert(prlimit(0, RLIMIT_AS, &limit, &got) == 0 && got.rlim_cur == MANY / 2);
	assert(prlimit64(0, RLIMIT_AS, NULL, &got64) == 0 && got64.rlim_cur == MANY);

	/* Whether it may depends on the machine; weft's own memory is left out. */
	if (mlockall(MCL_CURRENT) == 0)
		munlockall();
	return 0;
}
