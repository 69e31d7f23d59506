/* SPDX-License-Identifier: Apache-2.0 */
/* An operation that waits for a while for another one: its timer may fire early, which is no
 * matter of atomicity. Must stay silent. */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>
#include <weft/weft.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int is_ready;

static void *wait_for_it(void *unused)
{
	struct timespec deadline;
	int result = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec++;
	weft_op_begin("wait");
	pthread_mutex_lock(&lock);
	while (!is_ready && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&changed, &lock, &deadline);
	result = is_ready;
	pthread_mutex_unlock(&lock);
	weft_op_end(result);
	return unused;
}

static void *set(void *unused)
{
	weft_op_begin("set");
	pthread_mutex_lock(&lock);
	is_ready = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	weft_op_end(0);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, wait_for_it, NULL);
	pthread_create(&threads[1], NULL, set, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
