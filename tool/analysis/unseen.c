/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for libraries that are not instrumented; see unseen.h. */
#include "tool/analysis/unseen.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/elf_facts.h"

/* Up to the version: "libc" is libc.so.6, and not libcurl.so.4. */
static const char *const known[] = { "ld-linux-x86-64", "libasan", "libatomic", "libc",
	"libc++", "libc++abi", "libdl", "libgcc_s", "libm", "libpthread", "libresolv", "librt",
	"libstdc++", "libtsan", "libubsan", "libunwind", "libutil", "libweft" };

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_known(const char *name)
{
	const char *version = strstr(name, ".so");

	for (size_t i = 0; version && i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == (size_t)(version - name) &&
			memcmp(name, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

static bool is_plain_library(const char *path)
{
	struct elf_facts facts;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return false;
	r = elf_facts_read(fd, &facts);
	close(fd);
	return r == 0 && !(facts.sanitizers_used & 1u << SANITIZER_THREAD);
}

const char *unseen_library(const struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++) {
		const char *path = modules->list[i].path;

		if (path[0] == '/' && strstr(base_name(path), ".so") &&
			!is_known(base_name(path)) && is_plain_library(path))
			return base_name(path);
	}
	return NULL;
}
