/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of subcommands and nothing else. `weft-cc` and the like, links to `weft`, are the
 * same as `weft cc`: for builds that take only one word as a compiler.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/nearest.h"

#define LINK_PREFIX "weft-"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "test", cmd_test, "run a program under many schedules and report the bugs seen" },
	{ "replay", cmd_replay, "run the execution of a schedule file again" },
	{ "outcomes", cmd_outcomes,
		"list every distinct outcome of a program, with a schedule" },
	{ "explain", cmd_explain, "say what happened in it, with a column for each thread" },
	{ "cc", cmd_cc, "compile and link C so that weft can schedule at every memory access" },
	{ "c++", cmd_cxx, "the same for C++" },
	{ "stuck", cmd_stuck, "say why a running process hangs, or one that left a core file" },
	{ "sql", cmd_sql,
		"run every interleaving of database transactions on a real database" },
	{ "doctor", cmd_doctor, "say what works on this machine and for a program" },
	{ NULL, NULL, NULL },
};

static void print_usage(FILE *stream)
{
	fprintf(stream, "usage: weft COMMAND [options] [-- program arguments]\n\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(stream, "  %-8s %s\n", c->name, c->summary);
	fprintf(stream, "\n'weft help COMMAND' shows a command's options, 'weft --version' the "
			"version\n");
}

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(name, c->name) == 0)
			return c;
	return NULL;
}

static int refuse_command(const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct command *c = commands; c->name; c++)
		nearest_offer(&nearest, c->name);
	if (nearest.best)
		fprintf(stderr, "weft: there is no command '%s'; did you mean '%s'?\n", name,
			nearest.best);
	else
		fprintf(stderr, "weft: there is no command '%s'; see 'weft --help'\n", name);
	return EXIT_USAGE;
}

static int run_command(const char *name, int argc, char **argv)
{
	const struct command *command = find_command(name);

	return command ? command->run(argc, argv) : refuse_command(name);
}

static int run_help(char *name)
{
	static char help[] = "--help";
	char *argv[] = { name, help, NULL };

	if (name && name[0] != '-')
		return run_command(name, 2, argv);
	print_usage(stdout);
	return EXIT_NOTHING_FOUND;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/*
 * A standard descriptor that was closed would become the number of the next file opened, which
 * then is taken for it. Writing to such a one still fails, as it should.
 */
static void occupy_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", O_RDONLY);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *self = slash ? slash + 1 : argc > 0 ? argv[0] : "weft";

	occupy_standard_descriptors();
	if (strncmp(self, LINK_PREFIX, strlen(LINK_PREFIX)) == 0)
		return run_command(self + strlen(LINK_PREFIX), argc, argv);
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || is_one_of(argv[1], "--help", "-h"))
		return run_help(argv[2]);
	if (is_one_of(argv[1], "--version", "version")) {
		printf("weft %s\n", WEFT_VERSION);
		return EXIT_NOTHING_FOUND;
	}
	return run_command(argv[1], argc - 1, argv + 1);
}
