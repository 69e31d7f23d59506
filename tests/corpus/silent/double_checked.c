/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Double-checked initialisation done right: the pointer is stored with release after the object
 * was made, and the look without the lock is an acquire load. The second look, under the lock,
 * may be relaxed.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

struct config {
	int port;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct config *) instance;

static struct config *config_get(void)
{
	struct config *config = atomic_load_explicit(&instance, memory_order_acquire);

	if (config)
		return config;
	pthread_mutex_lock(&lock);
	config = atomic_load_explicit(&instance, memory_order_relaxed);
	if (!config) {
		config = malloc(sizeof(*config));
		assert(config);
		config->port = 80;
		atomic_store_explicit(&instance, config, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return config;
}

static void *work(void *unused)
{
	assert(config_get()->port == 80);
	return unused;
}

int main(void)
{
	parallel(3, work);
	free(instance);
	return 0;
}
