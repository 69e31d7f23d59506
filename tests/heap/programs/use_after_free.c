/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 1 executions of auto
 * One thread alone reads what it has freed. FIXED: before it frees it.
 */
#include <stdio.h>
#include <stdlib.h>

struct account {
	long number;
	int balance;
};

static int last_balance(struct account *account)
{
	return account->balance;
}

int main(void)
{
	struct account *account = malloc(sizeof(*account));
	int balance;

	account->balance = 7;
#ifdef FIXED
	balance = last_balance(account);
	free(account);
#else
	free(account);
	balance = last_balance(account);
#endif
	printf("%d\n", balance);
	return 0;
}
