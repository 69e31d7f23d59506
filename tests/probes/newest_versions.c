/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that libc has in two versions: what the newer one does and the older one does not.
 * A program that is linked with libtsan, as this one is, names no version.
 */
#include "../conformance/check.h"

#include <fcntl.h>
#include <glob.h>
#include <regex.h>

static void check_links(void)
{
	char folder[] = "/tmp/weft-probe-XXXXXX";
	char *resolved;
	glob_t paths;
	glob64_t paths64;

	CASE("links");
	CHECK_TRUE(mkdtemp(folder) != NULL);
	REQUIRE(chdir(folder));
	CHECK_TRUE((resolved = realpath(".", NULL)) != NULL);
	CHECK_VALUE(strcmp(resolved, folder), 0);
	free(resolved);
	/* The older ones leave out links that lead nowhere. */
	REQUIRE(symlink("nowhere", "link"));
	CHECK_VALUE(glob("li*", 0, NULL, &paths), 0);
	CHECK_VALUE(paths.gl_pathc, 1);
	globfree(&paths);
	CHECK_VALUE(glob64("li*", 0, NULL, &paths64), 0);
	CHECK_VALUE(paths64.gl_pathc, 1);
	globfree64(&paths64);
	REQUIRE(unlink("link"));
	REQUIRE(rmdir(folder));
}

static void check_expressions(void)
{
	regmatch_t match = { .rm_so = 2, .rm_eo = 4 };
	regex_t expression;

	CASE("expressions");
	CHECK_VALUE(regcomp(&expression, "a", 0), 0);
	/* The older one looks at the whole text. */
	CHECK_VALUE(regexec(&expression, "aabb", 1, &match, REG_STARTEND), REG_NOMATCH);
	regfree(&expression);
}

static void check_memory_stream(void)
{
	char bytes[4];
	FILE *file;

	CASE("memory stream");
	/* The older one refuses it. */
	file = fmemopen(bytes, 0, "r");
	CHECK_TRUE(file != NULL);
	CHECK_VALUE(fgetc(file), EOF);
	REQUIRE(fclose(file));
}

int main(void)
{
	check_links();
	check_expressions();
	check_memory_stream();
	return 0;
}
