/* SPDX-License-Identifier: Apache-2.0 */
/* What host.c loads: a sum under a spin lock, with thread-local and constructed state. */
#include <stdbool.h>
#include <string.h>

int plugin_add(int amount);

static int sum;
static bool lock;
static __thread int calls;
static char name[16];

__attribute__((constructor)) static void set_up(void)
{
	strcpy(name, "plugin");
}

int plugin_add(int amount)
{
	int result;

	calls++;
	while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
		;
	sum += amount + (int)strlen(name);
	result = sum;
	__atomic_clear(&lock, __ATOMIC_RELEASE);
	return result;
}
