/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of payment.c: looking the key up and noting it are one step.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define PAYMENTS_MAX 8

static pthread_mutex_t payments_lock = PTHREAD_MUTEX_INITIALIZER;
static const char *paid_keys[PAYMENTS_MAX];
static int paid_count;

/* With the lock held. */
static bool is_paid(const char *key)
{
	for (int i = 0; i < paid_count; i++)
		if (strcmp(paid_keys[i], key) == 0)
			return true;
	return false;
}

static void *handle_request(void *key)
{
	pthread_mutex_lock(&payments_lock);
	if (!is_paid(key))
		paid_keys[paid_count++] = key;
	pthread_mutex_unlock(&payments_lock);
	return NULL;
}

int main(void)
{
	static char key[] = "order-17";
	pthread_t requests[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&requests[i], NULL, handle_request, key);
	for (int i = 0; i < 2; i++)
		pthread_join(requests[i], NULL);
	printf("%s was paid %d times\n", key, paid_count);
	return paid_count == 1 ? 0 : 1;
}
