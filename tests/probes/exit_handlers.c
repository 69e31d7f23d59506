/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of exit, by each function that registers them, run last to first and each with what
 * it was registered with. Instrumented: atexit() is imported then.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern int __cxa_atexit(void (*function)(void *), void *argument, void *module);

#ifndef IMPORTED
static void with_argument(void *argument)
{
	printf("argument: %s\n", (const char *)argument);
}

static void with_status(int status, void *argument)
{
	printf("status %d, argument: %s\n", status, (const char *)argument);
}
#else
#define on_exit(function, argument) 0
#define __cxa_atexit(function, argument, module) 0
#endif

static void plain(void)
{
	puts("plain");
}

static void registered_late(void)
{
	puts("registered by a handler");
}

static void registers(void)
{
	atexit(registered_late);
}

static void quick(void)
{
	puts("quick");
	fflush(stdout);
}

/* A child of its own, for no other handler runs then. */
static int leave_quickly(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		at_quick_exit(quick);
		quick_exit(0);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
	if (!leave_quickly() || atexit(plain) || on_exit(with_status, "on exit") ||
		__cxa_atexit(with_argument, "of C++", NULL) || atexit(registers))
		return 1;
	exit(0);
}
