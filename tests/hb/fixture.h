/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A race detector with its order and its shadow, and a log of what it finds. One fixture is
 * alive at a time, for the detector's callbacks carry no context.
 */
#ifndef WEFT_TESTS_HB_FIXTURE_H
#define WEFT_TESTS_HB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/hb/race.h"

#define FIXTURE_THREADS 64
#define FIXTURE_RACES 4096

struct found_race {
	struct present_access later;
	struct earlier_access earlier;
	uint32_t thread; /* of the later access */
};

struct hb_fixture {
	struct arena arena;
	struct order order;
	struct shadow shadow;
	struct race_detector detector;
	struct order_thread threads[FIXTURE_THREADS];
	struct sync ends[FIXTURE_THREADS];
	struct found_race races[FIXTURE_RACES];
	size_t race_count;
	bool tells_once;      /* the detector remembers what it told */
	bool wants_again;     /* what was told is to be told again */
	uint32_t freed_block; /* of the last access to freed memory */
	size_t freed_count;
};

extern struct hb_fixture hb;

/* With thread 0 started. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

void start(uint32_t thread, uint32_t parent);
void end(uint32_t thread);
void join(uint32_t thread, uint32_t ended);

void access_as(uint32_t thread, uint64_t address, size_t size, enum cell_kind kind);
void read_by(uint32_t thread, uint64_t address, size_t size);
void write_by(uint32_t thread, uint64_t address, size_t size);

/* Atomic operations of 4 bytes, as the engine carries them out. */
void load_by(uint32_t thread, uint64_t address, int memory_order);
void store_by(uint32_t thread, uint64_t address, int memory_order);
void update_by(uint32_t thread, uint64_t address, int memory_order);
void fence_by(uint32_t thread, int memory_order);

void acquire_by(uint32_t thread, struct sync *sync);
void release_by(uint32_t thread, struct sync *sync);

#endif
