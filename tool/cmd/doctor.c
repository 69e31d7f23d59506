/* SPDX-License-Identifier: Apache-2.0 */
/* weft doctor: what works on this machine and for one program, and what to do about the rest.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <stdbool.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/launch/machine.h"
#include "tool/launch/program.h"
#include "tool/launch/toolchain.h"

static void check_instrumentation(struct checks *checks, const struct program *program)
{
	const struct libraries *libraries = &program->libraries;
	struct check *check;

	if (program->facts.sanitizers_used & 1u << SANITIZER_THREAD) {
		check_add(checks, "points", CHECK_OK,
			"auto, sync or all: memory accesses are instrumented");
		return;
	}
	for (size_t i = 0; i < libraries->count; i++) {
		if (!libraries->list[i].is_instrumented)
			continue;
		check_add(checks, "points", CHECK_OK,
			"auto, sync or all: memory accesses are instrumented in '%s'",
			libraries->list[i].name);
		return;
	}
	check = check_add(checks, "points", CHECK_WARNING,
		"synchronisation and I/O only: memory accesses are not instrumented");
	check_advise(check, "to schedule there too, build with 'weft cc', 'weft c++' or gcc's "
			    "'-fsanitize=thread'");
}

static void check_debug_info(struct checks *checks, const struct program *program)
{
	if (program->facts.has_debug_info)
		check_add(checks, "debug info", CHECK_OK, "in the program");
	else if (*program->debug_file)
		check_add(checks, "debug info", CHECK_OK, "%s", program->debug_file);
	else
		check_advise(check_add(checks, "debug info", CHECK_WARNING, "none%s",
				     program->facts.has_symbols ? "" : ", and no symbols"),
			"findings name %s instead of source lines: build with '-g'",
			program->facts.has_symbols ? "functions" : "addresses");
}

static void check_carrier(struct checks *checks, const struct program *program)
{
	const char *sanitizer = program_needs_threads(program);

	if (!sanitizer)
		check_add(checks, "carrier", CHECK_OK, "fiber or thread");
	else
		check_advise(check_add(checks, "carrier", CHECK_WARNING,
				     "thread only: it is built with %s", sanitizer),
			"add '--carrier thread'");
}

static void check_program(struct checks *checks, const char *name)
{
	struct program program;
	struct diag diag;

	if (program_inspect(name, &program, &diag) < 0) {
		check_add(checks, "program", CHECK_MISSING, "%s", diag.text);
		return;
	}
	check_add(checks, "program", CHECK_OK, "%s: %s, %zu shared libraries", program.path,
		program.facts.is_pie ? "position-independent" : "at fixed addresses",
		program.libraries.count);
	check_instrumentation(checks, &program);
	check_debug_info(checks, &program);
	check_carrier(checks, &program);
	if (program.facts.imports_syscall)
		check_add(checks, "system calls", CHECK_OK,
			"calls syscall() itself: futexes made this way are scheduled");
	program_release(&program);
}

static void print_text(const struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		const struct check *check = &checks->list[i];

		printf("%-8s %-14s %s%s%s\n", check_status_name(check->status), check->name,
			check->detail, *check->advice ? "; " : "", check->advice);
	}
	printf("%s\n", checks_passed(checks) ? "weft works here"
					     : "weft does not work here: see 'missing'");
}

/* Paths may hold any bytes, JSON only UTF-8: what is not ASCII then becomes '?'. */
static json_t *make_string(const char *text)
{
	json_t *string = json_string(text);
	char plain[CHECK_TEXT_SIZE];
	size_t length = strnlen(text, sizeof(plain) - 1);

	if (string)
		return string;
	for (size_t i = 0; i < length; i++)
		plain[i] = text[i] & 0x80 ? '?' : text[i];
	plain[length] = '\0';
	return json_string(plain);
}

static json_t *make_json(const struct checks *checks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < checks->count; i++) {
		const struct check *check = &checks->list[i];
		json_t *entry = json_pack("{s:s, s:s, s:o}", "name", check->name, "status",
			check_status_name(check->status), "detail", make_string(check->detail));

		if (entry && *check->advice)
			json_object_set_new(entry, "advice", make_string(check->advice));
		json_array_append_new(list, entry);
	}
	return json_pack("{s:i, s:s, s:b, s:o}", "version", 1, "weft", WEFT_VERSION, "works",
		checks_passed(checks), "checks", list);
}

static int print_json(const struct checks *checks)
{
	json_t *root = make_json(checks);
	int r = root ? json_dumpf(root, stdout, JSON_INDENT(2)) : -1;

	json_decref(root);
	putchar('\n');
	return r;
}

int cmd_doctor(int argc, char **argv)
{
	static struct checks checks;
	bool json = false;
	const struct option_spec options[] = {
		{ .name = "json", .kind = OPTION_FLAG, .help = "print JSON", .target = &json },
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "doctor",
		.usage = "[--json] [PROGRAM]",
		.summary = "Says what works on this machine, and for PROGRAM, and what to do "
			   "about "
			   "the rest.",
		.options = options,
		.takes_program = true,
	};
	struct command_line line;
	struct diag diag;
	int status;

	if (!options_read(&syntax, argc, argv, &line, &status))
		return status;
	if (line.program_count > 1) {
		diag_set(&diag, -EINVAL, "name only the program: '%s' is too much",
			line.program[1]);
		return command_fail(syntax.name, &diag);
	}
	machine_check(&checks);
	machine_check_runtime(&checks);
	toolchain_check(&checks);
	if (line.program_count > 0)
		check_program(&checks, line.program[0]);
	if (json && print_json(&checks) < 0)
		return EXIT_DEFECT;
	if (!json)
		print_text(&checks);
	return checks_passed(&checks) ? EXIT_NOTHING_FOUND : EXIT_USAGE;
}
