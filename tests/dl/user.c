/* SPDX-License-Identifier: Apache-2.0 */
/* A library that loads its plugin by name: the loader finds it by this library's own RUNPATH.
 */
#include <dlfcn.h>
#include <stddef.h>

int use_plugin(void);

int use_plugin(void)
{
	void *plugin = dlopen("libdl-test-plugin.so", RTLD_NOW);
	int (*answer)(void);
	int result;

	if (!plugin)
		return -1;
	answer = (int (*)(void))dlsym(plugin, "answer");
	result = answer ? answer() : -2;
	return dlclose(plugin) == 0 ? result : -3;
}
