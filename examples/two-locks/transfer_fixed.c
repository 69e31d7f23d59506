/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of transfer.c: all take the locks in the order of the account numbers.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct account {
	pthread_mutex_t lock;
	int number;
	long balance;
};

static struct account alice = { PTHREAD_MUTEX_INITIALIZER, 1, 100 };
static struct account bob = { PTHREAD_MUTEX_INITIALIZER, 2, 100 };

static void transfer(struct account *from, struct account *to, long amount)
{
	struct account *first = from->number < to->number ? from : to;
	struct account *second = first == from ? to : from;

	pthread_mutex_lock(&first->lock);
	pthread_mutex_lock(&second->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&second->lock);
	pthread_mutex_unlock(&first->lock);
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
