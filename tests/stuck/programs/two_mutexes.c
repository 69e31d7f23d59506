/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle over account_lock and audit_log.lock. */
#include "hang.h"

static pthread_mutex_t account_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	int entries;
	pthread_mutex_t lock;
} audit_log = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *transfer(void *unused)
{
	pthread_mutex_lock(&account_lock);
	meet();
	pthread_mutex_lock(&audit_log.lock);
	return unused;
}

static void *audit(void *unused)
{
	pthread_mutex_lock(&audit_log.lock);
	meet();
	pthread_mutex_lock(&account_lock);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	set_up(2);
	pthread_create(&a, NULL, transfer, NULL);
	pthread_create(&b, NULL, audit, NULL);
	announce();
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
