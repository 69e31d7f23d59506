/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding and judging the program under test; see program.h. Each check refuses one kind of
 * file and comes in the order in which a user would want to hear of it.
 */
#include "tool/launch/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tool/launch/debug_file.h"
#include "tool/launch/runtime_path.h"

#define DEFAULT_PATH "/bin:/usr/bin"
#define GLIBC_LOADER "ld-linux-x86-64.so.2"
#define SCRIPT_LINE_SIZE 256

static bool is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Returns 0 if the file can be executed, else what is against it. */
static int try_candidate(const char *path)
{
	if (!is_file(path))
		return -ENOENT;
	return access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* The folders of PATH in turn; an empty one is the current folder. */
static int find_in_path(const char *name, const char *search, char *ret_path)
{
	int error = -ENOENT;

	for (;;) {
		size_t length = strcspn(search, ":");
		char path[PATH_MAX];
		int written = snprintf(path, sizeof(path), "%.*s/%s", length ? (int)length : 1,
			length ? search : ".", name);
		int r = written < PATH_MAX ? try_candidate(path) : -ENOENT;

		if (r == 0) {
			strcpy(ret_path, path);
			return 0;
		}
		if (r == -EACCES)
			error = r;
		if (search[length] == '\0')
			return error;
		search += length + 1;
	}
}

int program_find(const char *name, char *ret_path)
{
	const char *search = getenv("PATH");

	if (strlen(name) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (!*name)
		return -ENOENT;
	if (!strchr(name, '/'))
		return find_in_path(name, search ? search : DEFAULT_PATH, ret_path);
	strcpy(ret_path, name);
	return access(name, F_OK) < 0 ? -errno : 0;
}

static int refuse_not_found(const char *name, int error, struct diag *diag)
{
	if (error == -ENOENT && *name && !strchr(name, '/')) {
		if (is_file(name))
			return diag_set(diag, error,
				"cannot find '%s' in PATH: did you mean './%s'?", name, name);
		return diag_set(
			diag, error, "cannot find '%s' in PATH: %s", name, strerror(-error));
	}
	return diag_set(diag, error, "cannot start '%s': %s", name, strerror(-error));
}

static int check_kind(const char *name, const struct stat *status, struct diag *diag)
{
	if (S_ISDIR(status->st_mode))
		return diag_set(diag, -EISDIR, "cannot start '%s': it is a directory", name);
	if (!S_ISREG(status->st_mode))
		return diag_set(
			diag, -EACCES, "cannot start '%s': it is not a regular file", name);
	return 0;
}

static int check_permission(
	const char *name, const char *path, const struct stat *status, struct diag *diag)
{
	const char *gains = NULL;

	if (!(status->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return diag_set(diag, -EACCES,
			"cannot start '%s': it is not executable; try 'chmod +x %s'", name,
			path);
	if (access(path, X_OK) < 0)
		return diag_set(diag, -EACCES,
			"cannot start '%s': %s, by its mode or because its file system is "
			"mounted "
			"noexec",
			name, strerror(errno));
	if (status->st_mode & S_ISUID)
		gains = "setuid";
	else if ((status->st_mode & S_ISGID) && (status->st_mode & S_IXGRP))
		gains = "setgid";
	else if (getxattr(path, "security.capability", NULL, 0) > 0)
		gains = "given file capabilities";
	if (!gains)
		return 0;
	return diag_set(diag, -EPERM,
		"'%s' is %s, and the loader keeps other libraries out of such programs; test a "
		"plain copy ('cp %s COPY' drops the privilege)",
		name, gains, path);
}

/* "#!/usr/bin/env -S python3 -u": the interpreter's path and its argument. */
static int refuse_script(const char *name, const char *path, char *line, struct diag *diag)
{
	char *interpreter = line + 2 + strspn(line + 2, " \t");
	size_t end = strcspn(interpreter, "\r\n");

	while (end > 0 && (interpreter[end - 1] == ' ' || interpreter[end - 1] == '\t'))
		end--;
	interpreter[end] = '\0';
	if (!*interpreter)
		return diag_set(diag, -ENOEXEC,
			"'%s' is a script that names no interpreter; give the program that is "
			"to "
			"be tested",
			name);
	return diag_set(diag, -ENOEXEC,
		"'%s' is a script for '%s'; give the program that is to be tested, or test the "
		"interpreter itself: 'weft test -- %s %s'",
		name, interpreter, interpreter, path);
}

static int refuse_foreign_file(const char *name, const char *path, int fd, struct diag *diag)
{
	char start[SCRIPT_LINE_SIZE + 1] = "";
	ssize_t length = pread(fd, start, SCRIPT_LINE_SIZE, 0);
	const char *kind = "it is not an ELF program";

	if (length == 0)
		kind = "the file is empty";
	else if (strncmp(start, "#!", 2) == 0)
		return refuse_script(name, path, start, diag);
	else if (memcmp(start, ELFMAG, SELFMAG) == 0)
		kind = "its ELF header is damaged or incomplete";
	else if (strncmp(start, "MZ", 2) == 0)
		kind = "it is a Windows program";
	else if (memcmp(start, "\xcf\xfa\xed\xfe", 4) == 0)
		kind = "it is a macOS program";
	return diag_set(diag, -ENOEXEC, "cannot test '%s': %s", name, kind);
}

static int check_machine(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	const char *machine = elf_machine_name(facts->machine);
	char number[32];

	if (facts->machine == EM_X86_64 && facts->class == ELFCLASS64)
		return 0;
	if (facts->machine == EM_X86_64)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is an x32 program (64-bit x86 with 32-bit "
			"pointers); "
			"build it without '-mx32'",
			name);
	if (facts->machine == EM_386)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is a 32-bit x86 program; build it without '-m32'",
			name);
	snprintf(number, sizeof(number), "machine number %u", facts->machine);
	return diag_set(diag, -ENOEXEC,
		"cannot test '%s': it is a program for %s, and weft tests those for x86-64; "
		"build "
		"it for this machine",
		name, machine ? machine : number);
}

static int check_type(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	const char *kind = NULL;

	if (facts->type == ET_REL)
		kind = "an object file: link it into a program first";
	else if (facts->type == ET_CORE)
		kind = "a core dump: give the program that made it";
	else if (facts->type == ET_DYN && !facts->has_interpreter && !facts->is_pie)
		kind = "a shared library: give a program that uses it";
	else if (facts->type != ET_EXEC && facts->type != ET_DYN)
		kind = "an ELF file of an unknown type";
	if (kind)
		return diag_set(diag, -ENOEXEC, "cannot test '%s': it is %s", name, kind);
	if (facts->os_abi != ELFOSABI_SYSV && facts->os_abi != ELFOSABI_LINUX)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is not a Linux program (ELF OS ABI %u)", name,
			facts->os_abi);
	return 0;
}

/* Go makes its threads by raw clone() and lets them wait by raw futexes, past all libraries. */
static int check_linkage(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	if (facts->is_go)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is a Go program, whose threads belong to the Go "
			"runtime and not to libc",
			name);
	if (facts->has_interpreter)
		return 0;
	return diag_set(diag, -ENOEXEC,
		"cannot test '%s': it is linked statically, so that no runtime can be loaded "
		"into "
		"it; link it without '%s'",
		name, facts->type == ET_DYN ? "-static-pie" : "-static");
}

static int check_interpreter(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	const char *slash = strrchr(facts->interpreter, '/');
	const char *base = slash ? slash + 1 : facts->interpreter;

	if (!*base)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': the name of its loader is damaged", name);
	if (strncmp(base, "ld-musl-", 8) == 0)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is built for musl libc, and weft tests programs "
			"for "
			"glibc; build it with a glibc compiler",
			name);
	if (strcmp(base, GLIBC_LOADER) != 0)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': its loader is '%s', not glibc's; build it with a "
			"glibc "
			"compiler",
			name, facts->interpreter);
	if (access(facts->interpreter, X_OK) < 0)
		return diag_set(diag, -ENOENT,
			"cannot start '%s': its loader '%s' can't be run: %s", name,
			facts->interpreter, strerror(errno));
	return 0;
}

/* A runtime inside the program itself defines what ours defines, and can't be replaced. */
static int check_contained(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	unsigned int inside = facts->sanitizers_defined;

	if (inside & 1u << SANITIZER_THREAD)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': ThreadSanitizer's runtime is linked into it "
			"statically; "
			"link with 'weft cc', with gcc without '-static-libtsan', or with "
			"clang's "
			"'-shared-libsan' (or '-fno-sanitize-link-runtime')",
			name);
	if (inside & 1u << SANITIZER_ADDRESS)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': AddressSanitizer's runtime is linked into it "
			"statically, where its own locks and threads get past weft; link with "
			"clang's '-shared-libasan', or with gcc without '-static-libasan'",
			name);
	if (inside & 1u << SANITIZER_LEAK)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': LeakSanitizer's runtime is linked into it "
			"statically, "
			"where its own locks and threads get past weft; build it without "
			"'-fsanitize=leak'",
			name);
	if (inside & 1u << SANITIZER_MEMORY)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': it is built with MemorySanitizer, which doesn't "
			"know what "
			"weft's runtime writes; build it without '-fsanitize=memory'",
			name);
	if (facts->contains_sanitizer_runtime && !inside)
		return diag_set(diag, -ENOEXEC,
			"cannot test '%s': a sanitizer's runtime is linked into it, and it is "
			"stripped, so that it can't be told which; build it without '-s'",
			name);
	return 0;
}

static int check_facts(const char *name, const struct elf_facts *facts, struct diag *diag)
{
	int r = check_machine(name, facts, diag);

	if (r == 0)
		r = check_type(name, facts, diag);
	if (r == 0)
		r = check_linkage(name, facts, diag);
	if (r == 0)
		r = check_interpreter(name, facts, diag);
	if (r == 0)
		r = check_contained(name, facts, diag);
	return r;
}

static int inspect_file(const char *name, struct program *program, struct diag *diag)
{
	int fd = open(program->path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return diag_set(diag, -errno,
			"cannot read '%s': %s; weft must read a program to test it", name,
			strerror(errno));
	r = elf_facts_read(fd, &program->facts);
	if (r == -ENOEXEC)
		r = refuse_foreign_file(name, program->path, fd, diag);
	else if (r < 0)
		diag_set(diag, r, "cannot read '%s': %s", name, strerror(-r));
	else
		r = check_facts(name, &program->facts, diag);
	close(fd);
	return r;
}

/* Sanitizer runtimes among the needed libraries: gcc's libasan.so.8, clang's
 * libclang_rt.asan... */
static unsigned int runtime_of_library(const char *name)
{
	static const struct {
		const char *text;
		enum sanitizer sanitizer;
	} marks[] = {
		{ "libasan.", SANITIZER_ADDRESS },
		{ "libclang_rt.asan", SANITIZER_ADDRESS },
		{ "liblsan.", SANITIZER_LEAK },
		{ "libubsan.", SANITIZER_UNDEFINED },
		{ "libclang_rt.ubsan", SANITIZER_UNDEFINED },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strncmp(name, marks[i].text, strlen(marks[i].text)) == 0)
			return 1u << marks[i].sanitizer;
	return 0;
}

static int inspect_libraries(const char *name, struct program *program, struct diag *diag)
{
	const struct elf_facts *facts = &program->facts;
	int r = libraries_read(facts->interpreter, program->path, &program->libraries, diag);

	if (r < 0)
		return r;
	program->is_instrumented = facts->sanitizers_used & 1u << SANITIZER_THREAD;
	program->sanitizers = facts->sanitizers_defined;
	for (size_t i = 0; i < program->libraries.count; i++) {
		const struct library *library = &program->libraries.list[i];

		if (!library->path && !runtime_path_provides(library->name))
			return diag_set(diag, -ENOENT,
				"cannot start '%s': the loader does not find '%s'; install it "
				"or set "
				"LD_LIBRARY_PATH",
				name, library->name);
		program->is_instrumented |= library->is_instrumented;
		program->sanitizers |= runtime_of_library(library->name);
	}
	return 0;
}

int program_inspect(const char *name, struct program *ret, struct diag *diag)
{
	struct stat status;
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->name = name;
	r = program_find(name, ret->path);
	if (r < 0)
		return refuse_not_found(name, r, diag);
	if (stat(ret->path, &status) < 0)
		return refuse_not_found(name, -errno, diag);
	r = check_kind(name, &status, diag);
	if (r == 0)
		r = check_permission(name, ret->path, &status, diag);
	if (r == 0)
		r = inspect_file(name, ret, diag);
	if (r == 0)
		r = inspect_libraries(name, ret, diag);
	if (r < 0) {
		program_release(ret);
		return r;
	}
	debug_file_find(ret->path, &ret->facts, ret->debug_file);
	return 0;
}

void program_release(struct program *program)
{
	libraries_release(&program->libraries);
}

const char *program_needs_threads(const struct program *program)
{
	if (program->sanitizers & 1u << SANITIZER_ADDRESS)
		return sanitizer_name(SANITIZER_ADDRESS);
	if (program->sanitizers & 1u << SANITIZER_LEAK)
		return sanitizer_name(SANITIZER_LEAK);
	return NULL;
}

int program_check_carrier(
	const struct program *program, enum wire_carrier carrier, struct diag *diag)
{
	const char *sanitizer = program_needs_threads(program);

	if (!sanitizer || carrier == WIRE_CARRIER_THREAD)
		return 0;
	return diag_set(diag, -EINVAL,
		"'%s' is built with %s, which keeps books about kernel threads: add '--carrier "
		"thread'",
		program->name, sanitizer);
}

/* Puts the setting before the user's own, which win over it. */
static int add_option(const char *variable, const char *setting, struct diag *diag)
{
	const char *old = getenv(variable);
	char *value;
	int r;

	if (asprintf(&value, "%s%s%s", setting, old ? ":" : "", old ? old : "") < 0)
		return diag_set(diag, -ENOMEM, "out of memory");
	r = setenv(variable, value, 1);
	free(value);
	return r < 0 ? diag_set(diag, -ENOMEM, "out of memory") : 0;
}

int program_set_environment(const struct program *program, struct diag *diag)
{
	int r = 0;

	if (program->sanitizers & 1u << SANITIZER_ADDRESS)
		r = add_option("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", diag);
	if (r == 0 && (program->sanitizers & 1u << SANITIZER_LEAK))
		r = add_option("LSAN_OPTIONS", "detect_leaks=0", diag);
	return r;
}
