/* SPDX-License-Identifier: Apache-2.0 */
/* Fatal signals: who failed, where, and whether the stack was overrun. */
#ifndef WEFT_RUNTIME_ENGINE_CRASH_H
#define WEFT_RUNTIME_ENGINE_CRASH_H

#include <stdbool.h>

/* Watches over SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP and the watchdog's signal. */
void crash_handlers_install(void);

/* Watches over the signal again, if it is one of these. */
void crash_handler_install(int signal_number);

/* Whether the signal's present action is ours and none of the program's. */
bool crash_handles(int signal_number);

#endif
