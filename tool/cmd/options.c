/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a subcommand's options from a table; see options.h. The table is turned into
 * getopt_long's, whose `val` is the index of the option plus one, so that one-letter and long
 * forms meet; getopt's own messages are off, since ours name the subcommand.
 */
#include "tool/cmd/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/nearest.h"

#define MOST_OPTIONS 62
#define FIRST_VALUE 256 /* of the long options: out of the way of letters */
#define HELP_VALUE 'h'
#define HELP_COLUMN 26
#define HELP_TEXT_SIZE 128

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit count_units[] = {
	{ "", 1 },
	{ "k", 1000 },
	{ "K", 1000 },
	{ "M", 1000000 },
	{ "G", 1000000000 },
	{ NULL, 0 },
};

static const struct unit duration_units[] = {
	{ "", 1000000000 },
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60000000000 },
	{ "min", 60000000000 },
	{ "h", 3600000000000 },
	{ NULL, 0 },
};

static const struct unit *find_unit(const struct unit *units, const char *name)
{
	for (; units->name; units++)
		if (strcmp(units->name, name) == 0)
			return units;
	return NULL;
}

/* The digits after the point, as a part of `factor`. Leaves *text behind them. */
static int parse_fraction(const char **text, uint64_t factor, uint64_t *ret)
{
	uint64_t sum = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++) {
		uint64_t digit = (uint64_t)(**text - '0');

		if (digit && factor % 10)
			return -EINVAL;
		factor /= 10;
		sum += digit * factor;
	}
	*ret = sum;
	return 0;
}

static int parse_whole(const char **text, uint64_t *ret)
{
	uint64_t sum = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++)
		if (__builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_add_overflow(sum, **text - '0', &sum))
			return -ERANGE;
	*ret = sum;
	return 0;
}

static int parse_with_unit(const char *text, const struct unit *units, uint64_t *ret)
{
	const struct unit *unit = find_unit(units, text + strspn(text, "0123456789."));
	uint64_t fraction = 0;
	uint64_t sum;
	int r = parse_whole(&text, &sum);

	if (r < 0)
		return r;
	if (!unit)
		return -EINVAL;
	if (*text == '.') {
		text++;
		r = parse_fraction(&text, unit->factor, &fraction);
		if (r < 0)
			return r;
	}
	/* A second point is left over. */
	if (*text == '.')
		return -EINVAL;
	if (__builtin_mul_overflow(sum, unit->factor, &sum) ||
		__builtin_add_overflow(sum, fraction, &sum))
		return -ERANGE;
	*ret = sum;
	return 0;
}

int option_parse_count(const char *text, uint64_t *ret)
{
	return parse_with_unit(text, count_units, ret);
}

int option_parse_duration(const char *text, uint64_t *ret_ns)
{
	return parse_with_unit(text, duration_units, ret_ns);
}

static size_t count_options(const struct option_spec *options)
{
	size_t count = 0;

	while (count < MOST_OPTIONS && options[count].name)
		count++;
	return count;
}

static int set_number(const struct option_spec *option, const char *text, struct diag *diag)
{
	bool is_count = option->kind == OPTION_COUNT;
	uint64_t value;
	int r = is_count ? option_parse_count(text, &value)
			 : option_parse_duration(text, &value);

	if (r == -EINVAL)
		return diag_set(diag, -EINVAL, "'--%s' takes %s, not '%s'", option->name,
			is_count ? "a number such as 250, 10k or 2M"
				 : "a duration such as 500ms, 30s, 2m or 1h",
			text);
	if (r < 0 || (option->max && value > option->max))
		return diag_set(diag, -EINVAL, "'--%s %s' is too large", option->name, text);
	if (value < option->min)
		return diag_set(diag, -EINVAL, "'--%s %s' is too small", option->name, text);
	*(uint64_t *)option->target = value;
	return 0;
}

static int set_choice(const struct option_spec *option, const char *text, struct diag *diag)
{
	char list[256];
	size_t length = 0;

	for (const struct option_choice *c = option->choices; c->name; c++) {
		if (strcmp(c->name, text) == 0) {
			*(int *)option->target = c->value;
			return 0;
		}
		if (length < sizeof(list))
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
				length ? ", " : "", c->name);
	}
	return diag_set(
		diag, -EINVAL, "'--%s' takes one of %s, not '%s'", option->name, list, text);
}

static int add_text(const struct option_spec *option, const char *text, struct diag *diag)
{
	struct option_texts *texts = option->target;

	if (texts->count == OPTION_TEXTS_MAX)
		return diag_set(diag, -EINVAL, "'--%s' is given more than %d times",
			option->name, OPTION_TEXTS_MAX);
	texts->items[texts->count++] = text;
	return 0;
}

static int set_option(const struct option_spec *option, const char *text, struct diag *diag)
{
	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *)option->target = true;
		return 0;
	case OPTION_TEXT:
	case OPTION_TEXTS:
		if (!*text)
			return diag_set(
				diag, -EINVAL, "the value of '--%s' is empty", option->name);
		if (option->kind == OPTION_TEXTS)
			return add_text(option, text, diag);
		*(const char **)option->target = text;
		return 0;
	case OPTION_COUNT:
	case OPTION_DURATION:
		return set_number(option, text, diag);
	case OPTION_CHOICE:
		return set_choice(option, text, diag);
	}
	return diag_set(diag, -EINVAL, "'--%s' has no kind", option->name);
}

/* getopt's two tables, made from ours. */
struct getopt_tables {
	char letters[3 + 2 * MOST_OPTIONS + 2];
	struct option longs[MOST_OPTIONS + 2];
};

static void make_tables(const struct command_syntax *syntax, struct getopt_tables *tables)
{
	size_t count = count_options(syntax->options);
	char *letter = tables->letters;

	memset(tables, 0, sizeof(*tables));
	if (syntax->takes_program)
		*letter++ = '+';
	*letter++ = ':';
	*letter++ = HELP_VALUE;
	for (size_t i = 0; i < count; i++) {
		const struct option_spec *option = &syntax->options[i];

		tables->longs[i].name = option->name;
		tables->longs[i].has_arg =
			option->kind == OPTION_FLAG ? no_argument : required_argument;
		tables->longs[i].val = FIRST_VALUE + (int)i;
		if (!option->letter)
			continue;
		*letter++ = option->letter;
		if (option->kind != OPTION_FLAG)
			*letter++ = ':';
	}
	tables->longs[count].name = "help";
	tables->longs[count].val = HELP_VALUE;
}

static const struct option_spec *option_of(const struct command_syntax *syntax, int value)
{
	if (value >= FIRST_VALUE)
		return &syntax->options[value - FIRST_VALUE];
	for (const struct option_spec *o = syntax->options; o->name; o++)
		if (o->letter == value)
			return o;
	return NULL;
}

/* Does `word` ("--sch" or "--sch=3") abbreviate more than one option? */
static bool is_ambiguous(const struct command_syntax *syntax, const char *word)
{
	size_t length = strcspn(word, "=");
	int matches = 0;

	for (const struct option_spec *o = syntax->options; o->name; o++)
		matches += length > 2 && strncmp(o->name, word + 2, length - 2) == 0;
	return matches > 1;
}

static int refuse_unknown(
	const struct command_syntax *syntax, const char *word, struct diag *diag)
{
	char name[64];
	struct nearest nearest;

	if (optopt > 0 && optopt < FIRST_VALUE && strncmp(word, "--", 2) != 0)
		return diag_set(diag, -EINVAL, "unknown option '-%c'; see 'weft %s --help'",
			optopt, syntax->name);
	/* A known option that was given a value it does not take: getopt tells by optopt. */
	if (optopt >= FIRST_VALUE || optopt == HELP_VALUE)
		return diag_set(
			diag, -EINVAL, "'%.*s' takes no value", (int)strcspn(word, "="), word);
	if (is_ambiguous(syntax, word))
		return diag_set(diag, -EINVAL,
			"'%s' could be more than one option; see 'weft %s --help'", word,
			syntax->name);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	nearest_init(&nearest, name);
	for (const struct option_spec *o = syntax->options; o->name; o++)
		nearest_offer(&nearest, o->name);
	if (nearest.best)
		return diag_set(diag, -EINVAL,
			"unknown option '--%s'; did you mean '--%s'? see 'weft %s --help'",
			name, nearest.best, syntax->name);
	return diag_set(diag, -EINVAL, "unknown option '--%s'; see 'weft %s --help'", name,
		syntax->name);
}

/* Reads the options of argv[0..argc) and leaves optind at the first operand. */
static int read_words(
	const struct command_syntax *syntax, int argc, char **argv, struct diag *diag)
{
	struct getopt_tables tables;
	int value;

	make_tables(syntax, &tables);
	opterr = 0;
	optind = 0;
	while ((value = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		const struct option_spec *option;
		int r;

		if (value == HELP_VALUE)
			return 0;
		if (value == '?')
			return refuse_unknown(syntax, argv[optind - 1], diag);
		if (value == ':')
			return diag_set(diag, -EINVAL,
				"'%s' needs a value; see 'weft %s --help'", argv[optind - 1],
				syntax->name);
		option = option_of(syntax, value);
		r = set_option(option, optarg ? optarg : "", diag);
		if (r < 0)
			return r;
	}
	return 1;
}

/* Where "--" stands, or argc. */
static int find_separator(int argc, char **argv)
{
	int i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i;
}

int options_parse(const struct command_syntax *syntax, int argc, char **argv,
	struct command_line *ret, struct diag *diag)
{
	int end = syntax->takes_program ? argc : find_separator(argc, argv);
	int r = read_words(syntax, end, argv, diag);

	if (r <= 0)
		return r;
	if (syntax->takes_program) {
		/* getopt has skipped a "--"; without one the first operand begins the command.
		 */
		ret->program = argv + optind;
		ret->program_count = argc - optind;
		ret->operands = argv + argc;
		ret->operand_count = 0;
		return 1;
	}
	ret->operands = argv + optind;
	ret->operand_count = end - optind;
	ret->program = argv + (end < argc ? end + 1 : argc);
	ret->program_count = end < argc ? argc - end - 1 : 0;
	return 1;
}

/* The value as the help shows it: its name, or the choices in the form "sc|c11". */
static const char *value_name(const struct option_spec *option, char *buffer, size_t size)
{
	size_t length = 0;

	if (option->value_name || option->kind != OPTION_CHOICE)
		return option->value_name;
	for (const struct option_choice *c = option->choices; c->name && length < size; c++)
		length += (size_t)snprintf(
			buffer + length, size - length, "%s%s", length ? "|" : "", c->name);
	return buffer;
}

static void print_option(const struct option_spec *option)
{
	char choices[HELP_TEXT_SIZE];
	char left[2 * HELP_TEXT_SIZE];
	const char *value = value_name(option, choices, sizeof(choices));
	char letter[] = "-x, ";

	letter[1] = option->letter;
	snprintf(left, sizeof(left), "%s--%s%s%s", option->letter ? letter : "", option->name,
		value ? " " : "", value ? value : "");
	if (strlen(left) > HELP_COLUMN)
		printf("  %s\n  %-*s %s\n", left, HELP_COLUMN, "", option->help);
	else
		printf("  %-*s %s\n", HELP_COLUMN, left, option->help);
}

static void print_help(const struct command_syntax *syntax)
{
	printf("usage: weft %s %s\n", syntax->name, syntax->usage);
	if (syntax->summary)
		printf("\n%s\n", syntax->summary);
	printf("\noptions:\n");
	for (const struct option_spec *o = syntax->options; o->name; o++)
		print_option(o);
	printf("  %-*s %s\n", HELP_COLUMN, "-h, --help", "show this help");
	if (syntax->examples)
		printf("\nexamples:\n%s", syntax->examples);
}

int command_fail(const char *name, const struct diag *diag)
{
	fprintf(stderr, "weft %s: %s\n", name, diag->text);
	return EXIT_USAGE;
}

bool options_read(const struct command_syntax *syntax, int argc, char **argv,
	struct command_line *ret, int *ret_status)
{
	struct diag diag;
	int r = options_parse(syntax, argc, argv, ret, &diag);

	if (r == 0) {
		print_help(syntax);
		*ret_status = EXIT_NOTHING_FOUND;
	}
	if (r < 0)
		*ret_status = command_fail(syntax->name, &diag);
	return r > 0;
}
