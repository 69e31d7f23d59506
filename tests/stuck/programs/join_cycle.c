/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle of joins: main and its thread wait for each other's end. */
#include "hang.h"

static pthread_t main_thread;

static void *join_main(void *unused)
{
	meet();
	pthread_join(main_thread, NULL);
	return unused;
}

int main(void)
{
	pthread_t thread;

	main_thread = pthread_self();
	set_up(2);
	pthread_create(&thread, NULL, join_main, NULL);
	announce();
	meet();
	pthread_join(thread, NULL);
	return 0;
}
