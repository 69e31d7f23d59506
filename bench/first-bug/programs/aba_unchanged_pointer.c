/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ABA: a reader believes that what it copied is consistent because the pointer is the same as
 * before; the buffer was taken out, changed and put back meanwhile. Needs 2 placed switches.
 */
#include "program.h"

struct config {
	atomic_int low, high; /* always the same */
};

static struct config buffers[2];
static struct config *_Atomic current = &buffers[0];
static atomic_uint version;

static void *read_config(void *argument)
{
	struct config *config;
	int low, high;
#ifdef FIXED
	unsigned int seen;
#endif

	do {
#ifdef FIXED
		seen = atomic_load(&version);
#endif
		config = atomic_load(&current);
		low = atomic_load(&config->low);
		high = atomic_load(&config->high);
#ifdef FIXED
	} while (seen != atomic_load(&version) || seen % 2);
#else
	} while (config != atomic_load(&current));
#endif
	assert(low == high);
	return argument;
}

static void *change_config(void *argument)
{
	for (int value = 1; value <= 2; value++) {
		struct config *other = &buffers[value % 2];

		atomic_fetch_add(&version, 1);
		atomic_store(&other->low, value);
		atomic_store(&other->high, value);
		atomic_store(&current, other);
		atomic_fetch_add(&version, 1);
	}
	return argument;
}

int main(void)
{
	run_two(read_config, change_config);
	return 0;
}
