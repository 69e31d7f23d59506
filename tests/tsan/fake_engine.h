/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording stand-in for the engine: keeps what runtime/engine/access.h is told, so that
 * tests can compare it with what they did.
 */
#ifndef WEFT_TESTS_TSAN_FAKE_ENGINE_H
#define WEFT_TESTS_TSAN_FAKE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

enum fake_kind {
	FAKE_READ,
	FAKE_WRITE,
	FAKE_ATOMIC,
	FAKE_ATOMIC_DONE,
	FAKE_ENTER,
	FAKE_EXIT,
};

struct fake_call {
	enum fake_kind kind;
	int op; /* enum op_kind */
	uintptr_t address;
	size_t size;
	uintptr_t pc;
	uint64_t value;
	int changed;
};

#define FAKE_CAPACITY 64

/* Forgets what was recorded, and records from now on. */
void fake_start(void);

/* Stops recording. Returns the number of calls since fake_start(), at most FAKE_CAPACITY. */
size_t fake_stop(void);

const struct fake_call *fake_call(size_t index);

#endif
