/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: exit-status within 100 executions of auto
 * A client repeats a request that it got no answer to; the key is to make sure that it is paid
 * once. Looking the key up and noting it are two steps, each locked: both requests may find it
 * missing.
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

static bool is_paid(const char *key)
{
	bool found = false;

	pthread_mutex_lock(&payments_lock);
	for (int i = 0; i < paid_count; i++)
		found = found || strcmp(paid_keys[i], key) == 0;
	pthread_mutex_unlock(&payments_lock);
	return found;
}

static void pay(const char *key)
{
	pthread_mutex_lock(&payments_lock);
	paid_keys[paid_count++] = key;
	pthread_mutex_unlock(&payments_lock);
}

static void *handle_request(void *key)
{
	if (!is_paid(key))
		pay(key);
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
