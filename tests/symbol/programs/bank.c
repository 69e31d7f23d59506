/* SPDX-License-Identifier: Apache-2.0 */
/* A stack of plain, inlined and library frames; the argument says how it ends. */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

volatile int balance;
static void (*volatile wild)(void);

static inline __attribute__((always_inline)) void deposit(int amount)
{
	balance += amount;
	capture_pc("deposit"); /* mark: deposit-pc */
	capture_here();	       /* mark: deposit */
	balance++;
}

static __attribute__((noinline)) void transfer(int amount)
{
	balance -= amount;
	deposit(amount); /* mark: transfer */
	balance++;
}

static __attribute__((noinline)) void fail(const char *how)
{
	if (!strcmp(how, "abort"))
		abort();		    /* mark: abort */
	assert(strcmp(how, "assert") != 0); /* mark: assert */
	if (!strcmp(how, "wild"))
		wild(); /* mark: wild */
	if (!strcmp(how, "fault"))
		*(volatile int *)8 = 1; /* mark: fault */
	balance++;
}

static void routine(void)
{
	balance++;
	capture_here(); /* mark: routine */
	balance++;
}

static int compare(const void *left, const void *right)
{
	if (balance >= 0)
		transfer(5); /* mark: compare */
	balance = -1000;
	return *(const int *)left - *(const int *)right;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "call";
	int numbers[2] = { 2, 1 };

	capture_in_handler(SIGABRT);
	capture_interrupted(SIGSEGV);
	if (!strcmp(how, "sort"))
		qsort(numbers, 2, sizeof(int), compare); /* mark: main-sort */
	else if (!strcmp(how, "once"))
		capture_call(routine); /* mark: main-once */
	else if (!strcmp(how, "thread"))
		capture_thread(routine);
	else if (!strcmp(how, "call"))
		transfer(5); /* mark: main */
	else
		fail(how); /* mark: main-fail */
	capture_write();
	return 0;
}
