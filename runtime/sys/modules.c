/* SPDX-License-Identifier: Apache-2.0 */
/* What the loader knows of modules; see modules.h. */
#include "runtime/sys/modules.h"

#include <link.h>

static struct module_bounds bounds_of(const struct dl_phdr_info *info)
{
	struct module_bounds bounds = { .low = UINT64_MAX };

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uint64_t low = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (low < bounds.low)
			bounds.low = low;
		if (low + header->p_memsz > bounds.high)
			bounds.high = low + header->p_memsz;
	}
	return bounds;
}

struct lookup {
	uint64_t address;
	const char *name;
	struct module_bounds bounds;
};

static int look_at_address(struct dl_phdr_info *info, size_t size, void *argument)
{
	struct lookup *lookup = argument;

	(void)size;
	lookup->bounds = bounds_of(info);
	return module_holds(&lookup->bounds, lookup->address);
}

bool module_around(uint64_t address, struct module_bounds *ret_module)
{
	struct lookup lookup = { .address = address };

	if (!dl_iterate_phdr(look_at_address, &lookup))
		return false;
	*ret_module = lookup.bounds;
	return true;
}

static int look_at_name(struct dl_phdr_info *info, size_t size, void *argument)
{
	struct lookup *lookup = argument;
	const char *base = info->dlpi_name;
	size_t i = 0;

	(void)size;
	for (const char *p = base; *p; p++)
		if (*p == '/')
			base = p + 1;
	while (lookup->name[i] && base[i] == lookup->name[i])
		i++;
	if (lookup->name[i])
		return 0;
	lookup->bounds = bounds_of(info);
	return 1;
}

bool module_named(const char *name, struct module_bounds *ret_module)
{
	struct lookup lookup = { .name = name };

	if (!dl_iterate_phdr(look_at_name, &lookup))
		return false;
	*ret_module = lookup.bounds;
	return true;
}

static int count_one(struct dl_phdr_info *info, size_t size, void *argument)
{
	(void)info;
	(void)size;
	++*(uint32_t *)argument;
	return 0;
}

uint32_t module_count(void)
{
	uint32_t count = 0;

	dl_iterate_phdr(count_one, &count);
	return count;
}

struct walk {
	uint32_t skip;
	void (*visit)(const struct module_bounds *module);
};

static int walk_one(struct dl_phdr_info *info, size_t size, void *argument)
{
	struct walk *walk = argument;
	struct module_bounds bounds = bounds_of(info);

	(void)size;
	if (walk->skip)
		walk->skip--;
	else
		walk->visit(&bounds);
	return 0;
}

void module_each_from(uint32_t skip, void (*visit)(const struct module_bounds *module))
{
	struct walk walk = { skip, visit };

	dl_iterate_phdr(walk_one, &walk);
}

struct tls_walk {
	void (*visit)(uint64_t start, uint64_t size);
};

static int walk_tls(struct dl_phdr_info *info, size_t size, void *argument)
{
	const struct tls_walk *walk = argument;

	(void)size;
	for (int i = 0; info->dlpi_tls_data && i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_TLS)
			walk->visit((uint64_t)(uintptr_t)info->dlpi_tls_data,
				info->dlpi_phdr[i].p_memsz);
	return 0;
}

void module_each_tls(void (*visit)(uint64_t start, uint64_t size))
{
	struct tls_walk walk = { visit };

	dl_iterate_phdr(walk_tls, &walk);
}
