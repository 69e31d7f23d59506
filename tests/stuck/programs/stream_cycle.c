/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle of a stdio stream and a mutex. */
#include "hang.h"

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static void *print(void *unused)
{
	flockfile(stderr);
	meet();
	pthread_mutex_lock(&log_lock);
	return unused;
}

static void *log_line(void *unused)
{
	pthread_mutex_lock(&log_lock);
	meet();
	fputs("line\n", stderr);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	set_up(2);
	pthread_create(&a, NULL, print, NULL);
	pthread_create(&b, NULL, log_line, NULL);
	announce();
	pthread_join(a, NULL);
	return 0;
}
