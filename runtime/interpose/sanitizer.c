/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions that every sanitizer runtime offers to programs (common_interface_defs.h):
 * where reports go, which stack led here, accesses that are unaligned on purpose.
 *
 * Weft reports from outside of the process and symbolises there. What is asked to be written is
 * written, with addresses in place of names; what only configures reports changes nothing.
 *
 * Where the program has another sanitizer's runtime too, which is found first after this
 * library, that one is meant, and each call goes on to it.
 */
#include <dlfcn.h>

#include "common/bytes.h"
#include "runtime/interpose/tsan_abi.h"
#include "runtime/sys/raw.h"

#define STDERR 2
#define ADDRESS_TEXT_SIZE 19 /* "0x", 16 digits, terminator */

static void address_format(char *ret_text, uintptr_t address)
{
	ret_text[0] = '0';
	ret_text[1] = 'x';
	for (int digit = 0; digit < 16; digit++)
		ret_text[2 + digit] = "0123456789abcdef"[address >> (60 - 4 * digit) & 15];
	ret_text[18] = '\0';
}

/* A diagnostic of the program's own; that it can't be written is no reason to fail. */
static void print(const char *text)
{
	raw_syscall(SYS_write, STDERR, text, string_len(text));
}

/* The same function of another sanitizer's runtime, or NULL. */
#define OTHER(name)                                                                     \
	({                                                                              \
		static __typeof__(name) *other;                                         \
		static bool known;                                                      \
                                                                                        \
		if (!known)                                                             \
			other = (__typeof__(name) *)(uintptr_t)dlsym(RTLD_NEXT, #name); \
		known = true;                                                           \
		other;                                                                  \
	})

/* Goes on to it if there is one. */
#define PASS_ON(name, ...)                                     \
	do {                                                   \
		__typeof__(name) *other_runtime = OTHER(name); \
                                                               \
		if (other_runtime)                             \
			return other_runtime(__VA_ARGS__);     \
	} while (0)

/* Only the caller: the tool unwinds stacks, the runtime does not. */
TSAN_ENTRY(void, __sanitizer_print_stack_trace, void)
{
	char text[ADDRESS_TEXT_SIZE];

	PASS_ON(__sanitizer_print_stack_trace);
	address_format(text, CALLER_PC());
	print("    #0 ");
	print(text);
	print("\n\n");
}

/* Gives the address, whatever the format asks for. */
TSAN_ENTRY(void, __sanitizer_symbolize_pc, uintptr_t pc, const char *format, char *ret_text,
	size_t size)
{
	char text[ADDRESS_TEXT_SIZE];

	PASS_ON(__sanitizer_symbolize_pc, pc, format, ret_text, size);
	address_format(text, pc);
	for (size_t i = 0; i < size; i++)
		ret_text[i] = i < sizeof(text) && i + 1 < size ? text[i] : '\0';
}

/* Gives no text: nothing is known about the object. */
TSAN_ENTRY(void, __sanitizer_symbolize_global, uintptr_t address, const char *format,
	char *ret_text, size_t size)
{
	PASS_ON(__sanitizer_symbolize_global, address, format, ret_text, size);
	if (size)
		ret_text[0] = '\0';
}

/* Returns 0: not found. */
TSAN_ENTRY(int, __sanitizer_get_module_and_offset_for_pc, uintptr_t pc, char *ret_path,
	size_t size, uintptr_t *ret_offset)
{
	PASS_ON(__sanitizer_get_module_and_offset_for_pc, pc, ret_path, size, ret_offset);
	return 0;
}

TSAN_WEAK_ENTRY(void, __sanitizer_report_error_summary, const char *summary)
{
	PASS_ON(__sanitizer_report_error_summary, summary);
	print(summary);
	print("\n");
}

/* Returns 1 to the first caller, who is to report the crash, and 0 to all others. */
TSAN_ENTRY(int, __sanitizer_acquire_crash_state, void)
{
	static int taken;

	PASS_ON(__sanitizer_acquire_crash_state);
	return !__atomic_exchange_n(&taken, 1, __ATOMIC_RELAXED);
}

/* Called when a sanitizer ends the program for an error, which weft never does. */
TSAN_ENTRY(void, __sanitizer_set_death_callback, void (*callback)(void))
{
	PASS_ON(__sanitizer_set_death_callback, callback);
}

TSAN_ENTRY(void, __sanitizer_set_report_path, const char *path)
{
	PASS_ON(__sanitizer_set_report_path, path);
}

TSAN_ENTRY(void, __sanitizer_set_report_fd, void *fd)
{
	PASS_ON(__sanitizer_set_report_fd, fd);
}

TSAN_ENTRY(const char *, __sanitizer_get_report_path, void)
{
	PASS_ON(__sanitizer_get_report_path);
	return "stderr";
}

TSAN_WEAK_ENTRY(void, __sanitizer_sandbox_on_notify, void *arguments)
{
	PASS_ON(__sanitizer_sandbox_on_notify, arguments);
}

#define UNALIGNED(bits)                                                                      \
	typedef uint##bits##_t unaligned##bits __attribute__((aligned(1), may_alias));       \
	TSAN_ENTRY(uint##bits##_t, __sanitizer_unaligned_load##bits, const void *address)    \
	{                                                                                    \
		access_read((uintptr_t)address, bits / 8, CALLER_PC());                      \
		return *(const unaligned##bits *)address;                                    \
	}                                                                                    \
	TSAN_ENTRY(void, __sanitizer_unaligned_store##bits, void *address, uint##bits##_t v) \
	{                                                                                    \
		access_write((uintptr_t)address, bits / 8, CALLER_PC());                     \
		*(unaligned##bits *)address = v;                                             \
	}

UNALIGNED(16)
UNALIGNED(32)
UNALIGNED(64)
