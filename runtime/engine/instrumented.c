/* SPDX-License-Identifier: Apache-2.0 */
/* A short list of modules; see instrumented.h. */
#include "runtime/engine/instrumented.h"

/* With more of them than these every caller counts. */
#define MODULES_MAX 256u

static const char *const cxx_libraries[] = { "libstdc++.so", "libc++.so" };

#define CXX_LIBRARIES (sizeof(cxx_libraries) / sizeof(cxx_libraries[0]))

static struct module_bounds modules[MODULES_MAX];
static uint32_t count;
static struct module_bounds cxx[CXX_LIBRARIES];
static bool too_many;

bool instrumented_code(uint64_t pc)
{
	for (uint32_t i = 0; i < count; i++)
		if (module_holds(&modules[i], pc))
			return true;
	return too_many;
}

bool instrumented_caller(uint64_t pc)
{
	if (instrumented_code(pc))
		return true;
	for (uint32_t i = 0; i < CXX_LIBRARIES; i++)
		if (module_holds(&cxx[i], pc))
			return true;
	return false;
}

void instrumented_add(uint64_t pc)
{
	struct module_bounds module;

	if (instrumented_code(pc))
		return;
	for (uint32_t i = 0; i < CXX_LIBRARIES; i++)
		if (cxx[i].high == 0)
			module_named(cxx_libraries[i], &cxx[i]);
	if (!module_around(pc, &module))
		return;
	if (count < MODULES_MAX)
		modules[count++] = module;
	else
		too_many = true;
}
