/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program says itself of its synchronisation and its races, by annotations. Callable at
 * any time, as access.h is; nothing here is a scheduling point.
 */
#ifndef WEFT_RUNTIME_ENGINE_ANNOTATION_H
#define WEFT_RUNTIME_ENGINE_ANNOTATION_H

#include <stdbool.h>
#include <stddef.h>

/* What was released to the address happens before what the caller does from now on. */
void annotation_acquire(const volatile void *address);
void annotation_release(const volatile void *address);

/* Added to how often the caller's plain reads, and writes, are to be ignored. */
void annotation_ignore(int reads, int writes);

/* Races on these bytes are meant. */
void annotation_expect_race(const volatile void *address, size_t size);

/* Until it is enabled again, no race is worth telling. */
void annotation_enable(bool enabled);

/* The bytes are another object's from now on. */
void annotation_new_memory(const volatile void *address, size_t size);

#endif
