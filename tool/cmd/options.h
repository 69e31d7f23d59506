/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of a subcommand: a table of options, read by getopt_long, and what is shown
 *by
 * --help. Options may be abbreviated as far as they are unique; -h and --help are in every
 *table.
 *
 *	static int cmd_example(int argc, char **argv)
 *	{
 *		uint64_t count = 1000;
 *		const struct option_spec options[] = {
 *			{ .name = "schedules", .kind = OPTION_COUNT, .value_name = "N",
 *			  .help = "run N schedules (default 1000)", .target = &count },
 *			{ .name = NULL },
 *		};
 *		const struct command_syntax syntax = { .name = "test", .options = options,
 *			.usage = "[options] -- PROGRAM [ARGUMENT...]", .takes_program = true };
 *		struct command_line line;
 *		int status;
 *
 *		if (!options_read(&syntax, argc, argv, &line, &status))
 *			return status;
 *		...
 *	}
 */
#ifndef WEFT_TOOL_CMD_OPTIONS_H
#define WEFT_TOOL_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"

/* What an option takes, and through which type its target points. */
enum option_kind {
	OPTION_FLAG,	 /* nothing; bool, set to true */
	OPTION_TEXT,	 /* any text that is not empty; const char *, borrowed from argv */
	OPTION_TEXTS,	 /* the same, and may be given again; struct option_texts */
	OPTION_COUNT,	 /* "250", "10k", "2M"; uint64_t */
	OPTION_DURATION, /* "500ms", "30s", "2m", "1h"; uint64_t, nanoseconds */
	OPTION_CHOICE,	 /* one of `choices`; int, the value of the chosen one */
};

/* What an option was given, in order; borrowed from argv. */
#define OPTION_TEXTS_MAX 64

struct option_texts {
	const char *items[OPTION_TEXTS_MAX];
	size_t count;
};

struct option_choice {
	const char *name; /* NULL ends a list */
	int value;
};

struct option_spec {
	const char *name; /* without the dashes; NULL ends a table */
	char letter;	  /* the one-letter form, or 0 */
	enum option_kind kind;
	const char
		*value_name; /* in the help: "N", "FILE"; NULL: none, or the list of choices */
	const char *help;    /* one line */
	void *target;	     /* holds the default before and keeps it when not given */
	const struct option_choice *choices; /* OPTION_CHOICE only */
	uint64_t min;			     /* OPTION_COUNT and OPTION_DURATION */
	uint64_t max;			     /* the same; 0: no limit */
};

struct command_syntax {
	const char *name;     /* "test" */
	const char *usage;    /* what follows the name, in one line */
	const char *summary;  /* one sentence for the help, or NULL */
	const char *examples; /* whole lines for the end of the help, or NULL */
	const struct option_spec *options;
	bool takes_program; /* the first word that is no option starts the program's command */
};

/*
 * What stands on the command line besides options. Both lists lie in argv and end with NULL
 * when they are the last; use the counts. `operands` stand before "--", among the options (none
 * when the command takes a program); `program` is the program's command, what follows "--".
 */
struct command_line {
	char **operands;
	int operand_count;
	char **program;
	int program_count;
};

/*
 * Reads argv (argv[0] is the subcommand) into the options' targets and `ret`. Returns true when
 * the command is to go on. Otherwise it has printed the help (*ret_status: 0) or one line about
 * what is wrong (*ret_status: 2). The order of argv may change.
 */
bool options_read(const struct command_syntax *syntax, int argc, char **argv,
	struct command_line *ret, int *ret_status);

/* The same without printing: 1: go on, 0: help is asked for, -EINVAL: `diag` says why. */
int options_parse(const struct command_syntax *syntax, int argc, char **argv,
	struct command_line *ret, struct diag *diag);

/* Prints "weft NAME: TEXT" to stderr and returns EXIT_USAGE. */
int command_fail(const char *name, const struct diag *diag);

/*
 * The values alone. Each returns 0 and fills `ret`, or -EINVAL for a text that is no such value
 * or -ERANGE for one that does not fit; `ret` is then untouched. Numbers may have a fraction
 * ("1.5k"); counts know k, M and G (powers of 1000), durations ns, us, ms, s, m, h (a number
 * without a unit is in seconds). The value must come out whole, in nanoseconds for durations.
 */
int option_parse_count(const char *text, uint64_t *ret);
int option_parse_duration(const char *text, uint64_t *ret_ns);

#endif
