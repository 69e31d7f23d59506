/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing. A thread waits on a futex until main wakes it: through the C library, or
 * with the argument "raw" by system calls of the program's own, as libgomp does.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t word;
static bool raw;

static long futex(int operation, uint32_t value)
{
	register long timeout __asm__("r10") = 0;
	long result;

	if (!raw)
		return syscall(SYS_futex, &word, operation, value, NULL, NULL, 0);
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"((long)SYS_futex), "D"(&word), "S"((long)operation),
			 "d"((long)value), "r"(timeout)
			 : "rcx", "r11", "memory");
	return result;
}

static void *wait(void *arg)
{
	while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == 0)
		futex(FUTEX_WAIT_PRIVATE, 0);
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	raw = argc > 1 && argv[1][0] == 'r';
	pthread_create(&thread, NULL, wait, NULL);
	/* So that the other one surely waits: under weft, main does when nothing else can run.
	 */
	usleep(1000);
	__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	futex(FUTEX_WAKE_PRIVATE, 1);
	return pthread_join(thread, NULL);
}
