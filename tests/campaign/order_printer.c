/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: output within 100 executions with --check-output: two threads print in either order.
 */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *print(void *text)
{
	pthread_mutex_lock(&mutex);
	if (write(STDOUT_FILENO, text, 2) != 2)
		_exit(1);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

int main(void)
{
	static char texts[2][3] = { "a\n", "b\n" };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, print, texts[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
