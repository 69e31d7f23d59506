/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program can tell weft, and ask of it.
 *
 * This header is all there is: nothing is to be linked. When the program runs under weft, the
 * calls reach it; otherwise each costs one load and one branch and does nothing (on other
 * platforms than x86-64 ELF, not even that), so that they may stay in the program. Arguments
 * are evaluated in both cases, and each once. C99 and later, C++11 and later; gcc and clang.
 *
 * Names and texts are strings that end with a zero byte. They are copied: the caller keeps
 * them. Equal strings are one name, wherever they stand. Up to 255 bytes of a name and 65535 of
 * a text count; when more is told than weft has room for, it says so.
 *
 * Each is a macro, so that weft shows the line it stands on; use it as the function that it is
 * described as. All may be called in any thread at any time.
 */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * void weft_observe(const char *name, long long value);
 * void weft_observe_text(const char *name, const char *text);
 *
 * The value is part of the execution's outcome: `weft outcomes` tells executions apart in which
 * a name's values, in the order of the calls, differ. Names are independent of one another.
 */
#define weft_observe(name, value)                                                        \
	__extension__({                                                                  \
		const char *weft_name_ = (name);                                         \
		long long weft_value_ = (long long)(value);                              \
		WEFT_CALL_(observe, (const char *, long long), weft_name_, weft_value_); \
	})

#define weft_observe_text(name, text)                                                        \
	__extension__({                                                                      \
		const char *weft_name_ = (name);                                             \
		const char *weft_text_ = (text);                                             \
		WEFT_CALL_(                                                                  \
			observe_text, (const char *, const char *), weft_name_, weft_text_); \
	})

/*
 * void weft_op_begin(const char *name);
 * void weft_op_end(long long result);
 *
 * Between the two this thread is in an operation that should take effect at once, as if no
 * other thread ran meanwhile: a withdrawal, a push, a lookup. `result` is what it returns to
 * its caller, 0 if nothing. weft then also runs the program so that operations never overlap,
 * in every order, and reports an execution whose results and observed values none of these
 * orders gives. Both are to be called in the same thread; one within another is a part of it.
 */
#define weft_op_begin(name)                                       \
	__extension__({                                           \
		const char *weft_name_ = (name);                  \
		WEFT_CALL_(op_begin, (const char *), weft_name_); \
	})

#define weft_op_end(result)                                    \
	__extension__({                                        \
		long long weft_result_ = (long long)(result);  \
		WEFT_CALL_(op_end, (long long), weft_result_); \
	})

/*
 * void weft_yield(void);
 *
 * Others may run here, whether or not anything happens that weft sees: for code that is not
 * compiled with -fsanitize=thread.
 */
#define weft_yield() __extension__({ WEFT_CALL_(yield, (void), ); })

/*
 * unsigned int weft_choose(unsigned int n);
 *
 * A value from 0 to n - 1 that weft chooses: what a dependency may answer, whether a call
 * fails. It is part of the schedule, so it is the same when that is replayed. The first
 * execution gets 0, and so does a program without weft; let 0 be the ordinary case.
 */
#define weft_choose(n)                                                                    \
	__extension__({                                                                   \
		unsigned int weft_count_ = (n);                                           \
		unsigned int (*weft_choose_)(unsigned int) = (unsigned int (*)(           \
			unsigned int))weft_api_entry_(offsetof(struct weft_api, choose)); \
		weft_choose_ ? weft_choose_(weft_count_) : 0u;                            \
	})

/*
 * void weft_check(void (*fn)(void *), void *arg);
 *
 * Calls fn(arg), for tests of any framework: a call is a test of its own. `weft test` explores
 * what is done in the calls, each of them in its turn, and carries out what stands between them
 * without preemption. fn is to wait for the threads that it starts. Calls are not
 * to be nested. What fails in fn fails as it does without weft, which just calls it.
 */
#define weft_check(fn, arg)                                                                 \
	__extension__({                                                                     \
		void (*weft_fn_)(void *) = (fn);                                            \
		void *weft_arg_ = (arg);                                                    \
		void (*weft_check_)(void (*)(void *), void *) = (void (*)(void (*)(void *), \
			void *))weft_api_entry_(offsetof(struct weft_api, check));          \
		if (weft_check_)                                                            \
			weft_check_(weft_fn_, weft_arg_);                                   \
		else                                                                        \
			weft_fn_(weft_arg_);                                                \
	})

/*
 * void weft_assert_always(int condition, const char *text);
 *
 * Must be true whenever it is come by. If not, the execution ends there, as by assert(), and is
 * a finding that `text` describes. Without weft a false condition does nothing.
 */
#define weft_assert_always(condition, text)                                    \
	__extension__({                                                        \
		const char *weft_text_ = (text);                               \
		if (!(condition))                                              \
			WEFT_CALL_(assert_failed, (const char *), weft_text_); \
	})

/*
 * void weft_assert_sometimes(int condition, const char *text);
 *
 * Must be true in at least one execution of a campaign that comes by: shows that a test reaches
 * what it is meant to test. At the end of `weft test`, one that was never true is a finding.
 */
#define weft_assert_sometimes(condition, text)                                              \
	__extension__({                                                                     \
		const char *weft_text_ = (text);                                            \
		int weft_holds_ = (condition) ? 1 : 0;                                      \
		WEFT_CALL_(assert_sometimes, (int, const char *), weft_holds_, weft_text_); \
	})

/*
 * void weft_assert_eventually(int condition, const char *text);
 *
 * In each execution that comes by, must have been true with this text, here or elsewhere, when
 * the process ends; else that execution is a finding.
 */
#define weft_assert_eventually(condition, text)                                              \
	__extension__({                                                                      \
		const char *weft_text_ = (text);                                             \
		int weft_holds_ = (condition) ? 1 : 0;                                       \
		WEFT_CALL_(assert_eventually, (int, const char *), weft_holds_, weft_text_); \
	})

/*
 * ---- what follows is for the macros above ----
 *
 * weft's functions. Members are only ever added at the end; `size` is in bytes and says which
 * of them a weft has.
 */
struct weft_api {
	size_t size;
	void (*observe)(const char *name, long long value);
	void (*observe_text)(const char *name, const char *text);
	void (*op_begin)(const char *name);
	void (*op_end)(long long result);
	void (*yield)(void);
	unsigned int (*choose)(unsigned int n);
	void (*assert_failed)(const char *text);
	void (*assert_sometimes)(int holds, const char *text);
	void (*assert_eventually)(int holds, const char *text);
	void (*check)(void (*function)(void *), void *argument);
};

typedef void (*weft_function_)(void);

/*
 * The function at that offset in the table, or NULL. In assembler: the address of a weak symbol
 * is right in executables and libraries of every kind only if it comes from the global offset
 * table, and the loads are nothing that a sanitizer is to look at.
 */
static inline weft_function_ weft_api_entry_(size_t offset)
{
#if defined(__x86_64__) && defined(__ELF__)
	const char *table;
	size_t size;
	weft_function_ function;

	__asm__(".weak weft_api_table\n\tmovq weft_api_table@GOTPCREL(%%rip), %0"
		: "=r"(table));
	if (__builtin_expect(table == NULL, 1))
		return NULL;
	__asm__("movq (%1), %0" : "=r"(size) : "r"(table));
	if (offset >= size)
		return NULL;
	__asm__("movq (%1), %0" : "=r"(function) : "r"(table + offset));
	return function;
#else
	(void)offset;
	return NULL;
#endif
}

#define WEFT_CALL_(member, parameters, ...)                                         \
	do {                                                                        \
		void(*weft_call_) parameters = (void(*) parameters)weft_api_entry_( \
			offsetof(struct weft_api, member));                         \
		if (weft_call_)                                                     \
			weft_call_(__VA_ARGS__);                                    \
	} while (0)

#ifdef __cplusplus
}
#endif

#endif
