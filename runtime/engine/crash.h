/* SPDX-License-Identifier: Apache-2.0 */
/* Fatal signals: who failed, where, and whether the stack was overrun. */
#ifndef WEFT_RUNTIME_ENGINE_CRASH_H
#define WEFT_RUNTIME_ENGINE_CRASH_H

#include <signal.h>
#include <stdbool.h>

/* Watches over SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP and the watchdog's signal. */
void crash_handlers_install(void);

/* Makes `handler` the action of a signal, without libc. */
void crash_handler_set(
	int signal_number, void (*handler)(int number, siginfo_t *info, void *user));

/* Watches over the signal again, if it is one of these. */
void crash_handler_install(int signal_number);

/* Whether the signal's present action is ours and none of the program's. */
bool crash_handles(int signal_number);

#endif
