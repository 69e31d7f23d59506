/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: use-after-free. The session is freed while its worker still counts in it. */
#include <pthread.h>
#include <stdlib.h>

struct session {
	int requests;
	pthread_mutex_t lock;
};

static void *work(void *argument)
{
	struct session *session = argument;

	pthread_mutex_lock(&session->lock);
	session->requests++;
	pthread_mutex_unlock(&session->lock);
	return NULL;
}

int main(void)
{
	struct session *session = calloc(1, sizeof(*session));
	pthread_t thread;

	pthread_mutex_init(&session->lock, NULL);
	pthread_create(&thread, NULL, work, session);
#ifdef FIXED
	pthread_join(thread, NULL);
	free(session);
#else
	pthread_detach(thread);
	free(session);
#endif
	return 0;
}
