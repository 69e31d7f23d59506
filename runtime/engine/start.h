/* SPDX-License-Identifier: Apache-2.0 */
/* From the loading of libweft.so to the first instruction of main under the core. */
#ifndef WEFT_RUNTIME_ENGINE_START_H
#define WEFT_RUNTIME_ENGINE_START_H

/*
 * Before main and the program's own constructors: becomes the execution server when the tool
 * asks for one, and returns in each process that is to run an execution. `stack_end` is main's.
 */
void runtime_start(void *stack_end);

#endif
