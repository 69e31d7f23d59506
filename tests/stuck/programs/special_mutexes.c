/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle over a robust mutex, with priority inheritance if asked, and a recursive one.
 */
#include "hang.h"

static pthread_mutex_t robust, recursive;

static void *take_recursive(void *unused)
{
	pthread_mutex_lock(&robust);
	meet();
	pthread_mutex_lock(&recursive);
	return unused;
}

static void *take_robust(void *unused)
{
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&recursive);
	meet();
	pthread_mutex_lock(&robust);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_mutexattr_t attribute;
	pthread_t a, b;

	(void)argv;
	set_up(2);
	pthread_mutexattr_init(&attribute);
	pthread_mutexattr_setrobust(&attribute, PTHREAD_MUTEX_ROBUST);
	if (argc > 1)
		pthread_mutexattr_setprotocol(&attribute, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&robust, &attribute);
	pthread_mutexattr_init(&attribute);
	pthread_mutexattr_settype(&attribute, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attribute);
	pthread_create(&a, NULL, take_recursive, NULL);
	pthread_create(&b, NULL, take_robust, NULL);
	announce();
	pthread_join(a, NULL);
	return 0;
}
