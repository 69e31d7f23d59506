/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 200 executions of auto
 * Who drops the last reference frees; a thread takes one of its own without asking whether
 * there is still one. FIXED: the reference is taken for it before it runs.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct session {
	atomic_int references;
	int requests;
};

static void drop(struct session *session)
{
	if (atomic_fetch_sub(&session->references, 1) == 1)
		free(session);
}

static void *serve(void *argument)
{
	struct session *session = argument;

#ifndef FIXED
	atomic_fetch_add(&session->references, 1);
#endif
	session->requests++;
	drop(session);
	return NULL;
}

int main(void)
{
	struct session *session = calloc(1, sizeof(*session));
	pthread_t thread;

	atomic_store(&session->references, 1);
#ifdef FIXED
	atomic_fetch_add(&session->references, 1);
#endif
	pthread_create(&thread, NULL, serve, session);
	drop(session);
	pthread_join(thread, NULL);
	return 0;
}
