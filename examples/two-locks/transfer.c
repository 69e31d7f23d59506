/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions of auto
 * Two transfers in opposite directions. Each locks the account it takes from and then the one
 * it gives to: when each has its first lock, both wait for ever.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct account {
	pthread_mutex_t lock;
	long balance;
};

static struct account alice = { PTHREAD_MUTEX_INITIALIZER, 100 };
static struct account bob = { PTHREAD_MUTEX_INITIALIZER, 100 };

static void transfer(struct account *from, struct account *to, long amount)
{
	pthread_mutex_lock(&from->lock);
	pthread_mutex_lock(&to->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&to->lock);
	pthread_mutex_unlock(&from->lock);
}

static void *pay_rent(void *unused)
{
	transfer(&alice, &bob, 30);
	return unused;
}

static void *pay_back(void *unused)
{
	transfer(&bob, &alice, 10);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, pay_rent, NULL);
	pthread_create(&threads[1], NULL, pay_back, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(alice.balance == 80 && bob.balance == 120);
	return 0;
}
