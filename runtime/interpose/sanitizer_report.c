/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The errors that a program's own AddressSanitizer finds: its runtime calls __asan_on_error()
 * before it prints a report and ends the program, which makes the execution a finding.
 *
 * It is called with the sanitizer's locks held, so that nothing here may allocate or free. A
 * program's own __asan_on_error() takes the place of this one; then its exit status tells.
 */
#include <dlfcn.h>

#include "runtime/engine/ending.h"
#include "runtime/interpose/tsan_abi.h"

/* What the runtime tells of the error it is about to print (asan_interface.h). */
struct asan_error {
	const char *(*description)(void);
	void *(*pc)(void);
	void *(*address)(void);
};

static struct asan_error asan_error_get(void)
{
	void *description = dlsym(RTLD_DEFAULT, "__asan_get_report_description");
	void *pc = dlsym(RTLD_DEFAULT, "__asan_get_report_pc");
	void *address = dlsym(RTLD_DEFAULT, "__asan_get_report_address");

	return (struct asan_error){
		.description = (const char *(*)(void))(uintptr_t)description,
		.pc = (void *(*)(void))(uintptr_t)pc,
		.address = (void *(*)(void))(uintptr_t)address,
	};
}

static void report(struct thread *self)
{
	struct asan_error error = asan_error_get();
	struct wire_result *result = runtime.core.result;

	if (!error.description || !error.pc || !error.address)
		return;
	core_fail(&runtime.core, WIRE_VERDICT_REPORT, self);
	result->pc = (uint64_t)(uintptr_t)error.pc();
	result->fault_address = (uint64_t)(uintptr_t)error.address();
	execution_message(error.description());
	execution_describe(self, NULL);
	if (runtime.region->config.debugger)
		weft_stop_here();
}

TSAN_ENTRY(void, __asan_on_error, void)
{
	struct thread *self = runtime.region ? runtime.core.current : NULL;

	/* The first one counts: a program may be told to go on after a report. */
	if (self && !runtime.forked && runtime.core.result->verdict == WIRE_VERDICT_NONE)
		report(self);
}
