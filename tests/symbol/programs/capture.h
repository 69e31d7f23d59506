/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the test programs call to leave a snapshot of themselves behind: the runtime's part
 * played by a small library, which is called libweft.so as the runtime is. The snapshot is a
 * file, named by the environment variable SNAPSHOT, in the form that tests/symbol/snapshot.h
 * reads.
 */
#ifndef WEFT_TESTS_SYMBOL_CAPTURE_H
#define WEFT_TESTS_SYMBOL_CAPTURE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Takes the stack of the caller. */
void capture_here(void);

/* Remembers an address under a name; capture_pc the return address of the call itself. */
void capture_address(const char *name, const void *address);
void capture_pc(const char *name);

/* Calls the routine, as pthread_once does; or has a new thread do so, and waits for its end. */
void capture_call(void (*routine)(void));
void capture_thread(void (*routine)(void));

/* From now on, the signal's handler takes the stack and ends the program well. */
void capture_in_handler(int signal);
/* The same, but what is taken are the registers of the code that was interrupted. */
void capture_interrupted(int signal);

/* Writes the snapshot. */
void capture_write(void);

#ifdef __cplusplus
}
#endif

#endif
