/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle of two, and as many threads as the argument says that wait for one of them.
 */
#include "hang.h"

#include <stdlib.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void *cross(void *unused)
{
	pthread_mutex_lock(&second);
	meet();
	pthread_mutex_lock(&first);
	return unused;
}

static void *queue_up(void *unused)
{
	pthread_mutex_lock(&first);
	return unused;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0;
	pthread_attr_t small;
	pthread_t thread;

	set_up(2);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	pthread_mutex_lock(&first);
	pthread_create(&thread, &small, cross, NULL);
	meet();
	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, &small, queue_up, NULL) != 0)
			return 1;
	announce();
	pthread_mutex_lock(&second);
	return 0;
}
