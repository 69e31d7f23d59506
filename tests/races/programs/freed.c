/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions of auto
 * A block is freed while another thread may still read it; here it has read it, or not yet.
 */
#include <pthread.h>
#include <stdlib.h>

struct pair {
	long first;
	long second;
};

static void *look(void *pair)
{
	return ((struct pair *)pair)->second ? pair : NULL;
}

int main(void)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	pthread_t looker;

	pthread_create(&looker, NULL, look, pair);
#ifdef FIXED
	pthread_join(looker, NULL);
	free(pair);
#else
	free(pair);
	pthread_join(looker, NULL);
#endif
	return 0;
}
