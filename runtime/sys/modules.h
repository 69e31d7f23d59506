/* SPDX-License-Identifier: Apache-2.0 */
/* Where the executable and the loaded libraries lie in memory. */
#ifndef WEFT_RUNTIME_SYS_MODULES_H
#define WEFT_RUNTIME_SYS_MODULES_H

#include <stdbool.h>
#include <stdint.h>

struct module_bounds {
	uint64_t low;
	uint64_t high; /* one past the last byte */
};

static inline bool module_holds(const struct module_bounds *module, uint64_t address)
{
	return address - module->low < module->high - module->low;
}

/* The module that the address lies in, code or data. False: in none. */
bool module_around(uint64_t address, struct module_bounds *ret_module);

/* The module whose file's name starts like that. False: there is none. */
bool module_named(const char *name, struct module_bounds *ret_module);

/* How many modules are loaded. */
uint32_t module_count(void);

/* Calls `visit` for all but the first `skip` modules, in the order in which they were loaded.
 */
void module_each_from(uint32_t skip, void (*visit)(const struct module_bounds *module));

/* Calls `visit` for the calling thread's thread-local storage of each module that has some. */
void module_each_tls(void (*visit)(uint64_t start, uint64_t size));

#endif
