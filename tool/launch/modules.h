/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file is mapped where in a process: for carrying code addresses from one process image
 * to another, when address randomisation could not be switched off.
 */
#ifndef WEFT_TOOL_LAUNCH_MODULES_H
#define WEFT_TOOL_LAUNCH_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct module {
	uint64_t start;
	uint64_t end;
	uint64_t file_offset; /* of `start` in the file */
	char *path;
};

/* The executable mappings of files, in order of address. */
struct modules {
	struct module *list;
	size_t count;
};

/* Reads /proc/PID/maps. Returns 0 or a negative errno. */
int modules_read(pid_t pid, struct modules *ret_modules);

/* Parses text in the form of /proc/PID/maps; lines that are not understood are left out. */
int modules_parse(const char *text, struct modules *ret_modules);

/* A deep copy. Returns 0 or -ENOMEM. */
int modules_copy(const struct modules *modules, struct modules *ret_copy);

void modules_release(struct modules *modules);

/* True if every file is mapped at the same addresses in both. */
bool modules_same(const struct modules *a, const struct modules *b);

/*
 * Carries `address` from the image `from` to the image `to`. Returns 0 for an address that lies
 * in no file of `from`, or in one that `to` does not map.
 */
uint64_t modules_translate(
	const struct modules *from, const struct modules *to, uint64_t address);

/* The one that the address lies in, or NULL. */
const struct module *modules_find(const struct modules *modules, uint64_t address);

/*
 * A number for a place in the code that depends on the module and the place in it only, not on
 * where they lie. 0: in no module.
 */
uint32_t modules_code(const struct modules *modules, uint64_t address);

#endif
