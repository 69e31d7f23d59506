/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A hand-over through a system call on an address that no tool can follow, told by annotations:
 * the parcel's address travels inside a file.
 */
#include <assert.h>
#include <unistd.h>
#include "../parallel.h"

void AnnotateHappensBefore(const char *file, int line, const volatile void *address);
void AnnotateHappensAfter(const char *file, int line, const volatile void *address);

static volatile int mailbox __attribute__((aligned(8)));
static int parcel;

/* As code does that was written before C11: no tool is told of these accesses. */
__attribute__((no_sanitize("thread"), noinline)) static int mailbox_get(void)
{
	return mailbox;
}

__attribute__((no_sanitize("thread"), noinline)) static void mailbox_put(int value)
{
	__asm__ volatile("" ::: "memory");
	mailbox = value;
}

static void *send(void *unused)
{
	parcel = 42;
	AnnotateHappensBefore(__FILE__, __LINE__, &mailbox);
	mailbox_put(1);
	return unused;
}

static void *receive(void *unused)
{
	while (!mailbox_get())
		usleep(10);
	AnnotateHappensAfter(__FILE__, __LINE__, &mailbox);
	assert(parcel == 42);
	return unused;
}

int main(void)
{
	pthread_t sender = start(send, NULL);
	pthread_t receiver = start(receive, NULL);

	finish(sender);
	finish(receiver);
	return 0;
}
