/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 200 executions of auto
 * A lost update among values of several types, each of which is to be told as it is written.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum state { IDLE, BUSY = 7 };

static struct account {
	enum state state;
	bool open;
	double rate;
	int64_t balance;
	struct account *next;
} account;
static atomic_int visits;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *deposit(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	account.state = BUSY;
	account.open = true;
	account.rate = 0.5;
	account.next = &account;
	account.balance -= 5;
	atomic_fetch_add(&visits, 2);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, deposit, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_lock(&lock);
	assert(account.balance == -10);
	pthread_mutex_unlock(&lock);
	return 0;
}
