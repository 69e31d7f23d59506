/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking at programs, on the level of functions: the search in PATH, the loader's answers,
 * where the runtime lies, and damaged ELF files, which must be refused or read but never crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/random.h"
#include "tool/launch/elf_facts.h"
#include "tool/launch/program.h"
#include "tool/launch/runtime_path.h"

#define MUTATIONS 10000
#define MOST_BYTES_CHANGED 16

static char *old_path; /* the tests set another one */
static char folder[] = "/tmp/weft-test-XXXXXX";

/* Fills `ret` (PATH_MAX bytes) with a path in the test's own folder. */
static void path_of(const char *name, char *ret)
{
	assert_true(snprintf(ret, PATH_MAX, "%s/%s", folder, name) < PATH_MAX);
}

static void make_file(const char *name, mode_t mode)
{
	char path[PATH_MAX];
	int fd;

	path_of(name, path);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void make_folder(const char *name)
{
	char path[PATH_MAX];

	path_of(name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
	(void)state;
	old_path = strdup(getenv("PATH"));
	if (!old_path || !mkdtemp(folder))
		return -1;
	make_folder("first");
	make_folder("second");
	make_folder("first/directory");
	make_file("first/plain", 0600);
	make_file("second/plain", 0700);
	make_file("first/only-plain", 0600);
	make_file("second/tool", 0700);
	return 0;
}

static int tear_down(void **state)
{
	char command[PATH_MAX];

	(void)state;
	setenv("PATH", old_path, 1);
	free(old_path);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void search(const char *name, int r, const char *below)
{
	char value[2 * PATH_MAX];
	char expected[PATH_MAX];
	char path[PATH_MAX] = "";

	snprintf(value, sizeof(value), "/nonexistent:%s/first:%s/second", folder, folder);
	setenv("PATH", value, 1);
	path_of(below, expected);
	assert_int_equal(program_find(name, path), r);
	if (r == 0)
		assert_string_equal(path, expected);
}

static void the_search_skips_what_may_not_be_executed(void **state)
{
	(void)state;
	search("tool", 0, "second/tool");
	search("plain", 0, "second/plain");
	search("only-plain", -EACCES, "");
	search("directory", -ENOENT, "");
	search("nothing", -ENOENT, "");
	search("", -ENOENT, "");
}

static void an_empty_part_of_the_path_is_the_current_folder(void **state)
{
	char here[PATH_MAX];
	char path[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	path_of("second", path);
	assert_int_equal(chdir(path), 0);
	setenv("PATH", "/nonexistent:", 1);
	assert_int_equal(program_find("tool", path), 0);
	assert_string_equal(path, "./tool");
	assert_int_equal(chdir(here), 0);
}

static void names_too_long_are_refused(void **state)
{
	static char name[PATH_MAX + 1];
	char path[PATH_MAX];

	(void)state;
	memset(name, 'x', PATH_MAX);
	assert_int_equal(program_find(name, path), -ENAMETOOLONG);
}

static void the_loader_s_lines_are_read(void **state)
{
	struct libraries libraries;

	(void)state;
	assert_int_equal(
		libraries_parse("\tlinux-vdso.so.1 (0x00007f06)\n"
				"\tlibz.so.1 => /lib/libz.so.1 (0x00007f07)\n"
				"\tlibgone.so => not found\n"
				"\tlibodd.so => /opt/a => b (c)/libodd.so (0x00007f08)\n"
				"\tlibnear.so => ./libnear.so (0x00007f08)\n"
				"\t/lib64/ld-linux-x86-64.so.2 (0x00007f09)\n"
				"noise => /x (0x1)\n\n\t => \n\tlibcut.so => /lib/lib",
			&libraries),
		0);
	assert_int_equal(libraries.count, 4);
	assert_string_equal(libraries.list[0].name, "libz.so.1");
	assert_string_equal(libraries.list[0].path, "/lib/libz.so.1");
	assert_string_equal(libraries.list[1].name, "libgone.so");
	assert_null(libraries.list[1].path);
	assert_string_equal(libraries.list[2].path, "/opt/a => b (c)/libodd.so");
	assert_string_equal(libraries.list[3].path, "./libnear.so");
	libraries_release(&libraries);
}

/* An installed tree or a build folder, as far as runtime_path looks. */
static void make_runtime(const char *below)
{
	static const char *const names[] = { "libtsan.so", "libtsan.so.0", "libtsan.so.2",
		"libclang_rt.tsan-x86_64.so", "libclang_rt.tsan.so" };
	char name[NAME_MAX];

	make_folder(below);
	snprintf(name, sizeof(name), "%s/libweft.so", below);
	make_file(name, 0600);
	snprintf(name, sizeof(name), "%s/tsan", below);
	make_folder(name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(name, sizeof(name), "%s/tsan/%s", below, names[i]);
		make_file(name, 0600);
	}
}

static int find_runtime(const char *weft, struct runtime_path *ret, struct diag *diag)
{
	char path[PATH_MAX];

	path_of(weft, path);
	return runtime_path_find_beside(path, ret, diag);
}

static void the_runtime_is_found_in_place_and_installed(void **state)
{
	struct runtime_path found;
	struct diag diag;
	char expected[PATH_MAX];

	(void)state;
	make_runtime("build");
	make_folder("lib");
	make_runtime("lib/weft");
	assert_int_equal(find_runtime("build/weft", &found, &diag), 0);
	path_of("build/libweft.so", expected);
	assert_string_equal(found.library, expected);
	make_folder("bin");
	assert_int_equal(find_runtime("bin/weft", &found, &diag), 0);
	path_of("lib/weft/tsan", expected);
	assert_string_equal(found.tsan_dir, expected);
}

static void a_runtime_that_is_missing_or_incomplete_is_told(void **state)
{
	struct runtime_path found;
	struct diag diag;
	char path[PATH_MAX];

	(void)state;
	make_folder("elsewhere");
	assert_int_equal(find_runtime("elsewhere/bin/weft", &found, &diag), -ENOENT);
	assert_non_null(strstr(diag.text, "build or install weft again"));
	make_runtime("partial");
	snprintf(path, sizeof(path), "%s/partial/tsan/libtsan.so.2", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(find_runtime("partial/weft", &found, &diag), -ENOENT);
	assert_non_null(strstr(diag.text, "libtsan.so.2' is missing"));
	make_runtime("with blank");
	assert_int_equal(find_runtime("with blank/weft", &found, &diag), -EINVAL);
}

struct image {
	uint8_t *bytes;
	size_t size;
};

static struct image read_self(void)
{
	struct image image;
	struct stat status;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	image.size = (size_t)status.st_size;
	image.bytes = malloc(image.size);
	assert_non_null(image.bytes);
	assert_int_equal(read(fd, image.bytes, image.size), image.size);
	close(fd);
	return image;
}

static int read_facts(const void *bytes, size_t size, struct elf_facts *ret)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	int r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	r = elf_facts_read(fd, ret);
	close(fd);
	return r;
}

/* Parts that lead to others: the header, the program headers, and the section headers. */
static size_t pick_place(struct random *random, const struct image *image)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)image->bytes;
	size_t sections = (size_t)header->e_shnum * sizeof(Elf64_Shdr);

	switch (random_below(random, 4)) {
	case 0:
		return random_below(random, sizeof(Elf64_Ehdr));
	case 1:
		return header->e_phoff +
		       random_below(random, header->e_phnum * (uint32_t)sizeof(Elf64_Phdr));
	case 2:
		return header->e_shoff + random_below(random, (uint32_t)sections);
	default:
		return random_below(random, (uint32_t)image->size);
	}
}

static void damaged_files_are_read_or_refused(void **state)
{
	struct image image = read_self();
	uint8_t *copy = malloc(image.size);
	struct elf_facts facts;
	struct random random;

	(void)state;
	assert_non_null(copy);
	random_init(&random, 1);
	for (int i = 0; i < MUTATIONS; i++) {
		uint32_t changes = 1 + random_below(&random, MOST_BYTES_CHANGED);

		memcpy(copy, image.bytes, image.size);
		for (uint32_t j = 0; j < changes; j++)
			copy[pick_place(&random, &image)] = (uint8_t)random_below(&random, 256);
		int r = read_facts(copy, image.size, &facts);

		assert_true(r == 0 || r == -ENOEXEC || r == -EIO);
	}
	free(copy);
	free(image.bytes);
}

static void truncated_files_are_read_or_refused(void **state)
{
	struct image image = read_self();
	struct elf_facts facts;

	(void)state;
	for (size_t size = 0; size < sizeof(Elf64_Ehdr); size++)
		assert_int_equal(read_facts(image.bytes, size, &facts), -ENOEXEC);
	for (size_t size = sizeof(Elf64_Ehdr); size < image.size; size += 1 + size / 64) {
		int r = read_facts(image.bytes, size, &facts);

		assert_true(r == 0 || r == -ENOEXEC);
	}
	free(image.bytes);
}

static void a_whole_file_tells_all_of_its_facts(void **state)
{
	struct image image = read_self();
	struct elf_facts facts;

	(void)state;
	assert_int_equal(read_facts(image.bytes, image.size, &facts), 0);
	assert_int_equal(facts.machine, EM_X86_64);
	assert_int_equal(facts.class, ELFCLASS64);
	assert_string_equal(facts.interpreter, "/lib64/ld-linux-x86-64.so.2");
	assert_true(facts.has_symbols);
	assert_true(facts.is_pie);
	assert_int_equal(facts.sanitizers_defined, 0);
	free(image.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_search_skips_what_may_not_be_executed),
		cmocka_unit_test(an_empty_part_of_the_path_is_the_current_folder),
		cmocka_unit_test(names_too_long_are_refused),
		cmocka_unit_test(the_loader_s_lines_are_read),
		cmocka_unit_test(the_runtime_is_found_in_place_and_installed),
		cmocka_unit_test(a_runtime_that_is_missing_or_incomplete_is_told),
		cmocka_unit_test(damaged_files_are_read_or_refused),
		cmocka_unit_test(truncated_files_are_read_or_refused),
		cmocka_unit_test(a_whole_file_tells_all_of_its_facts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
