/* SPDX-License-Identifier: Apache-2.0 */
/* The table of subcommands and nothing else. */
#include <stdio.h>
#include <string.h>

#include "tool/cmd/cmd.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ NULL, NULL, NULL },
};

static void print_usage(FILE *stream)
{
	fprintf(stream, "usage: weft COMMAND [options] [-- program arguments]\n\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(stream, "  %-8s %s\n", c->name, c->summary);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return EXIT_NOTHING_FOUND;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("weft %s\n", WEFT_VERSION);
		return EXIT_NOTHING_FOUND;
	}
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(argv[1], c->name) == 0)
			return c->run(argc - 1, argv + 1);
	fprintf(stderr, "weft: there is no command '%s'; see 'weft --help'\n", argv[1]);
	return EXIT_USAGE;
}
