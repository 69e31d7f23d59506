/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls without libc: no errno, no cancellation, no interposition. Each returns what the
 * kernel returned, a negative errno on failure. x86-64 calling convention (System V ABI,
 * A.2.1).
 */
#ifndef WEFT_RUNTIME_SYS_RAW_H
#define WEFT_RUNTIME_SYS_RAW_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

static inline long raw_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

#define RAW_LONG(x) ((long)(x))
#define RAW_PICK(_0, _1, _2, _3, _4, _5, _6, NAME, ...) NAME
#define raw_syscall(...) \
	RAW_PICK(__VA_ARGS__, RAW6, RAW5, RAW4, RAW3, RAW2, RAW1, RAW0)(__VA_ARGS__)
#define RAW0(n) raw_syscall6(n, 0, 0, 0, 0, 0, 0)
#define RAW1(n, a) raw_syscall6(n, RAW_LONG(a), 0, 0, 0, 0, 0)
#define RAW2(n, a, b) raw_syscall6(n, RAW_LONG(a), RAW_LONG(b), 0, 0, 0, 0)
#define RAW3(n, a, b, c) raw_syscall6(n, RAW_LONG(a), RAW_LONG(b), RAW_LONG(c), 0, 0, 0)
#define RAW4(n, a, b, c, d) \
	raw_syscall6(n, RAW_LONG(a), RAW_LONG(b), RAW_LONG(c), RAW_LONG(d), 0, 0)
#define RAW5(n, a, b, c, d, e) \
	raw_syscall6(n, RAW_LONG(a), RAW_LONG(b), RAW_LONG(c), RAW_LONG(d), RAW_LONG(e), 0)
#define RAW6(n, a, b, c, d, e, f)                                                        \
	raw_syscall6(n, RAW_LONG(a), RAW_LONG(b), RAW_LONG(c), RAW_LONG(d), RAW_LONG(e), \
		RAW_LONG(f))

/* Whether a raw result is a failure: the kernel reserves -4095 to -1. */
static inline int raw_failed(long result)
{
	return (unsigned long)result > -4096ul;
}

#endif
