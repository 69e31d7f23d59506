/* SPDX-License-Identifier: Apache-2.0 */
/* The end of thread_local objects and thread-specific data; see thread_data.h. */
#include "runtime/interpose/thread_data.h"

#include <limits.h>

/* As the program gave them; written also before weft is in charge. */
static void (*destructors[PTHREAD_KEYS_MAX])(void *);
static unsigned int key_limit; /* one above the highest key ever made */

static void key_made(unsigned int key, void (*destructor)(void *))
{
	if (key >= PTHREAD_KEYS_MAX)
		return;
	destructors[key] = destructor;
	if (key >= key_limit)
		key_limit = key + 1;
}

static void key_gone(unsigned int key)
{
	if (key < PTHREAD_KEYS_MAX)
		destructors[key] = NULL;
}

/* One round over all keys. Returns whether any destructor ran. */
static bool destroy_round(void)
{
	bool any = false;

	for (unsigned int key = 0; key < key_limit; key++) {
		void *value = pthread_getspecific(key);
		void (*destructor)(void *) = destructors[key];

		if (!value)
			continue;
		pthread_setspecific(key, NULL);
		if (!destructor)
			continue;
		destructor(value);
		any = true;
	}
	return any;
}

/* The block may serve another thread, which has to find nothing. */
static void forget_rest(void)
{
	for (unsigned int key = 0; key < key_limit; key++)
		if (pthread_getspecific(key))
			pthread_setspecific(key, NULL);
}

void thread_data_destroy(void)
{
	if (real_call_tls_dtors)
		real_call_tls_dtors();
	for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; round++)
		if (!destroy_round())
			return;
	forget_rest();
}

WEFT_HOOK int pthread_key_create(pthread_key_t *ret_key, void (*destructor)(void *))
{
	int result = REAL(pthread_key_create)(ret_key, destructor);

	if (result == 0)
		key_made(*ret_key, destructor);
	return result;
}

WEFT_HOOK int __pthread_key_create(pthread_key_t *ret_key, void (*destructor)(void *))
	HOOK_ALIAS(pthread_key_create);

WEFT_HOOK int pthread_key_delete(pthread_key_t key)
{
	int result = REAL(pthread_key_delete)(key);

	if (result == 0)
		key_gone(key);
	return result;
}

WEFT_HOOK int tss_create(tss_t *ret_key, tss_dtor_t destructor)
{
	int result = REAL(tss_create)(ret_key, destructor);

	if (result == thrd_success)
		key_made(*ret_key, destructor);
	return result;
}

WEFT_HOOK void tss_delete(tss_t key)
{
	REAL(tss_delete)(key);
	key_gone(key);
}
