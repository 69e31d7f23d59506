/* SPDX-License-Identifier: Apache-2.0 */
/* How the tests of this folder run the test double (fake_runtime.c). */
#ifndef WEFT_TESTS_CAMPAIGN_DOUBLE_H
#define WEFT_TESTS_CAMPAIGN_DOUBLE_H

#include "tool/launch/server.h"

#define DOUBLE_RULES_MAX 8

struct double_setup {
	struct server_setup setup;
	char *argv[DOUBLE_RULES_MAX + 2];
};

/* Fills the setup for a program with these rules; the list ends with NULL. */
static inline void double_init(struct double_setup *d, const char *const *rules)
{
	int count = 0;

	server_setup_init(&d->setup);
	d->argv[count++] = (char *)(uintptr_t)DOUBLE_PROGRAM;
	while (*rules)
		d->argv[count++] = (char *)(uintptr_t)*rules++;
	d->argv[count] = NULL;
	d->setup.program = DOUBLE_PROGRAM;
	d->setup.argv = d->argv;
	d->setup.runtime_path = DOUBLE_RUNTIME;
	d->setup.hash_output = true;
}

#define DOUBLE(name, ...)         \
	struct double_setup name; \
	double_init(&name, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

#endif
