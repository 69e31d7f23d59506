/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the compilers and gdb who they are, and the loader which libc there is. */
#include "tool/launch/toolchain.h"

#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/capture.h"
#include "tool/launch/debug_file.h"
#include "tool/launch/elf_facts.h"

#define VERSION_SIZE 160

/* The first line of `name --version`, or false: it is not there. */
static bool read_version(const char *name, char *ret)
{
	const char *const argv[] = { name, "--version", NULL };
	struct capture capture;

	if (capture_run(argv, NULL, &capture) < 0)
		return false;
	snprintf(ret, VERSION_SIZE, "%.*s", (int)strcspn(capture.out, "\n"), capture.out);
	capture_release(&capture);
	return true;
}

/* gcc links a small object of its own into each such program; clang needs nothing. */
static bool gcc_has_tsan(const char *name)
{
	const char *const argv[] = { name, "-print-file-name=libtsan_preinit.o", NULL };
	struct capture capture;
	bool found;

	if (capture_run(argv, NULL, &capture) < 0)
		return false;
	found = capture.out[0] == '/';
	capture_release(&capture);
	return found;
}

static bool check_compiler(struct checks *checks, const char *name, bool is_gcc)
{
	char version[VERSION_SIZE];
	struct check *check;

	if (!read_version(name, version))
		return false;
	check = check_add(checks, name, CHECK_OK, "%s", version);
	if (!is_gcc || gcc_has_tsan(name))
		return true;
	check->status = CHECK_WARNING;
	check_advise(check,
		"'-fsanitize=thread' is not installed for it, so 'weft cc' can't use it");
	return true;
}

static void check_compilers(struct checks *checks)
{
	bool c = check_compiler(checks, "gcc", true);
	bool cxx = check_compiler(checks, "g++", true);

	c |= check_compiler(checks, "clang", false);
	cxx |= check_compiler(checks, "clang++", false);
	if (!c)
		check_advise(check_add(checks, "gcc", CHECK_WARNING, "no gcc and no clang"),
			"'weft cc' needs one of them: 'apt install gcc'");
	if (!cxx)
		check_advise(check_add(checks, "g++", CHECK_WARNING, "no g++ and no clang++"),
			"'weft c++' needs one of them: 'apt install g++'");
}

static void check_gdb(struct checks *checks)
{
	char version[VERSION_SIZE];

	if (read_version("gdb", version))
		check_add(checks, "gdb", CHECK_OK, "%s", version);
	else
		check_advise(check_add(checks, "gdb", CHECK_WARNING, "not installed"),
			"'weft replay --gdb' needs it: 'apt install gdb'");
}

static int find_libc(struct dl_phdr_info *info, size_t size, void *ret_path)
{
	const char *slash = strrchr(info->dlpi_name, '/');

	(void)size;
	if (!slash || strcmp(slash, "/libc.so.6") != 0)
		return 0;
	snprintf(ret_path, PATH_MAX, "%s", info->dlpi_name);
	return 1;
}

static void check_libc_debug(struct checks *checks)
{
	char path[PATH_MAX] = "";
	char debug[PATH_MAX];
	struct elf_facts facts;
	int fd;
	int r;

	dl_iterate_phdr(find_libc, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	r = elf_facts_read(fd, &facts);
	close(fd);
	if (r == 0 && (facts.has_debug_info || debug_file_find(path, &facts, debug)))
		check_add(checks, "libc debug", CHECK_OK, "%s",
			facts.has_debug_info ? path : debug);
	else
		check_advise(check_add(checks, "libc debug", CHECK_WARNING,
				     "no debug information for '%s'", path),
			"frames within libc show no lines: 'apt install libc6-dbg'");
}

void toolchain_check(struct checks *checks)
{
	check_compilers(checks);
	check_gdb(checks);
	check_libc_debug(checks);
}
