/* SPDX-License-Identifier: Apache-2.0 */
/* More serial orders than can be tried: 4 threads with 8 operations each, that lose updates. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <weft/weft.h>

static atomic_int count;

static void *work(void *unused)
{
	for (int i = 0; i < 8; i++) {
		weft_op_begin("increment");
		atomic_store(&count, atomic_load(&count) + 1);
		weft_op_end(0);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	weft_observe("count", atomic_load(&count));
	return 0;
}
