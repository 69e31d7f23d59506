/* SPDX-License-Identifier: Apache-2.0 */
/* dlopen and dlsym; see library.h. */
#include "tool/sql/engine/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int library_load(const char *const *files, const char *package,
	const struct library_symbol *symbols, void *ret_functions, struct diag *diag)
{
	void *library = NULL;

	for (size_t i = 0; files[i] && !library; i++)
		library = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return diag_set(diag, -ENOENT,
			"the library '%s' is missing; install it: apt-get install %s", files[0],
			package);
	for (; symbols->name; symbols++) {
		void *address = dlsym(library, symbols->name);

		if (!address)
			return diag_set(diag, -ENOENT,
				"the library '%s' has no function '%s': it is too old, or of "
				"another kind",
				files[0], symbols->name);
		memcpy((char *)ret_functions + symbols->offset, &address, sizeof(address));
	}
	return 0;
}
