/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weft cc and weft c++: gcc or clang with the flags that let weft schedule at every memory
 * access. Objects are compiled for ThreadSanitizer; programs and shared libraries are linked
 * with libweft.so in place of ThreadSanitizer's own runtime. Run without `weft test`,
 * libweft.so passes everything through, so that a build may run what it has built; it is found
 * by a RUNPATH.
 *
 * Our flags stand before the user's, so that the user's win.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/cmd/cc_scan.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/launch/capture.h"
#include "tool/launch/runtime_path.h"

#define CHOICE_FLAG "--weft-compiler="
#define MOST_COMPILER_WORDS 16
#define MOST_OWN_WORDS 28
#define BLANKS " \t\n"

struct language {
	const char *command;	   /* "cc" */
	const char *weft_variable; /* names the compiler, before all else */
	const char *variable;	   /* names it too, but may name weft itself */
	const char *usual;
};

static const struct language c_language = { "cc", "WEFT_CC", "CC", "gcc" };
static const struct language cxx_language = { "c++", "WEFT_CXX", "CXX", "g++" };

struct words {
	char **list; /* ends with NULL; as execvp wants it, none is written to */
	size_t count;
};

struct compiler {
	char *text;				    /* what `words` point into */
	const char *words[MOST_COMPILER_WORDS + 1]; /* "ccache", "gcc-12" */
	size_t count;
	bool is_clang;
};

static void add(struct words *words, const char *word)
{
	words->list[words->count++] = (char *)(uintptr_t)word;
	words->list[words->count] = NULL;
}

/* CC="weft cc" is how a build is told to use us, and then no answer to whom we are to call. */
static bool names_weft(const char *text)
{
	size_t length = strcspn(text + strspn(text, BLANKS), BLANKS);
	const char *start = text + strspn(text, BLANKS);
	const char *base = memrchr(start, '/', length);

	if (base) {
		length -= (size_t)(base + 1 - start);
		start = base + 1;
	}
	return (length == 4 && strncmp(start, "weft", 4) == 0) ||
	       (length > 5 && strncmp(start, "weft-", 5) == 0);
}

static const char *choose_compiler(const struct language *language, const char *asked_for)
{
	const char *from_weft_variable = getenv(language->weft_variable);
	const char *from_variable = getenv(language->variable);

	if (asked_for)
		return asked_for;
	if (from_weft_variable && *from_weft_variable)
		return from_weft_variable;
	if (from_variable && *from_variable && !names_weft(from_variable))
		return from_variable;
	return language->usual;
}

static int split_compiler(const char *text, struct compiler *ret, struct diag *diag)
{
	char *rest;
	char *word;

	ret->text = strdup(text);
	if (!ret->text)
		return diag_set(diag, -ENOMEM, "out of memory");
	for (word = strtok_r(ret->text, BLANKS, &rest); word;
		word = strtok_r(NULL, BLANKS, &rest)) {
		if (ret->count == MOST_COMPILER_WORDS)
			return diag_set(
				diag, -E2BIG, "the compiler '%s' has too many words", text);
		ret->words[ret->count++] = word;
	}
	if (ret->count == 0 || names_weft(text))
		return diag_set(diag, -EINVAL, "'%s' is no compiler: name gcc or clang", text);
	return 0;
}

/* Runs it with --version, since a name such as "cc" or "ccache" does not tell. */
static int ask_compiler(struct compiler *compiler, struct diag *diag)
{
	const char *argv[MOST_COMPILER_WORDS + 2] = { NULL };
	struct capture capture;
	int r;

	memcpy(argv, compiler->words, compiler->count * sizeof(*argv));
	argv[compiler->count] = "--version";
	r = capture_run(argv, NULL, &capture);
	if (r < 0)
		return diag_set(diag, r,
			"cannot run the compiler '%s': %s; install it, or choose another by "
			"'" CHOICE_FLAG "NAME'",
			compiler->words[0], strerror(-r));
	compiler->is_clang = strstr(capture.out, "clang version") != NULL;
	capture_release(&capture);
	return 0;
}

/* gcc looks for libtsan in the folder; clang is kept from linking its own and given ours. */
static void add_link_flags(const struct compiler *compiler, const struct runtime_path *runtime,
	struct words *words)
{
	if (compiler->is_clang) {
		add(words, "-Xlinker");
		add(words, runtime->library);
	} else {
		add(words, "-L");
		add(words, runtime->tsan_dir);
	}
	add(words, "-Xlinker");
	add(words, "--enable-new-dtags");
	add(words, "-Xlinker");
	add(words, "-rpath");
	add(words, "-Xlinker");
	add(words, runtime->folder);
}

/* The folder of <weft/weft.h> for this weft: beside its build folder, or PREFIX/include. */
static bool find_headers(char ret_folder[PATH_MAX])
{
	char path[PATH_MAX], header[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (length < 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash || snprintf(slash, sizeof(path) - (size_t)(slash - path), "/../include") >=
			      (int)(sizeof(path) - (size_t)(slash - path)))
		return false;
	return realpath(path, ret_folder) &&
	       snprintf(header, sizeof(header), "%s/weft/weft.h", ret_folder) <
		       (int)sizeof(header) &&
	       access(header, R_OK) == 0;
}

/* `headers` is empty if they are in no folder of their own. */
static void add_instrumentation_flags(const struct compiler *compiler,
	const struct cc_scan *scan, const char *headers, struct words *words)
{
	/* clang warns of flags that a file, such as one of assembly code, has no use for. */
	if (compiler->is_clang)
		add(words, "--start-no-unused-arguments");
	add(words, "-fsanitize=thread");
	add(words, "-g");
	/* After those of the system and of the user, who may have another copy. */
	if (*headers) {
		add(words, "-idirafter");
		add(words, headers);
	}
	/* gcc warns of fences, which ThreadSanitizer does not understand, but weft does. */
	if (!compiler->is_clang)
		add(words, "-Wno-tsan");
	/* Else clang tells only of the write in `x++`, and nothing could come between the two.
	 */
	if (compiler->is_clang) {
		add(words, "-mllvm");
		add(words, "-tsan-instrument-read-before-write");
	}
	if (compiler->is_clang && cc_scan_links(scan))
		add(words, "-fno-sanitize-link-runtime");
	if (compiler->is_clang)
		add(words, "--end-no-unused-arguments");
}

static int check_scan(const struct cc_scan *scan, struct diag *diag)
{
	if (!cc_scan_links(scan) || !scan->unlinkable)
		return 0;
	return diag_set(diag, -EINVAL,
		"'%s' makes a program that weft can't enter: link dynamically",
		scan->unlinkable);
}

/* Replaces this process by the compiler; returns only when that fails. */
static int run_compiler(const struct compiler *compiler, const struct cc_scan *scan,
	const struct words *user, struct diag *diag)
{
	size_t most = compiler->count + user->count + MOST_OWN_WORDS;
	struct words words = { .list = calloc(most + 1, sizeof(*words.list)) };
	struct runtime_path runtime;
	char headers[PATH_MAX];
	int r = cc_scan_links(scan) ? runtime_path_find(&runtime, diag) : 0;

	if (!words.list)
		return diag_set(diag, -ENOMEM, "out of memory");
	for (size_t i = 0; i < compiler->count; i++)
		add(&words, compiler->words[i]);
	if (!find_headers(headers))
		headers[0] = '\0';
	if (scan->has_input)
		add_instrumentation_flags(compiler, scan, headers, &words);
	for (size_t i = 0; i < user->count; i++)
		add(&words, user->list[i]);
	if (r == 0 && cc_scan_links(scan))
		add_link_flags(compiler, &runtime, &words);
	if (r == 0) {
		execvp(compiler->words[0], words.list);
		r = diag_set(diag, -errno, "cannot run '%s': %s", compiler->words[0],
			strerror(errno));
	}
	free(words.list);
	return r;
}

static void print_help(const struct language *language)
{
	printf("usage: weft %s [" CHOICE_FLAG "NAME] [compiler's own arguments]\n\n"
	       "Compiles and links as %s does, with what lets weft schedule at every memory "
	       "access.\n"
	       "The compiler is that of " CHOICE_FLAG
	       ", %s or %s, else %s; gcc and clang will do.\n",
		language->command, language->usual, language->weft_variable, language->variable,
		language->usual);
}

static int compile(const struct language *language, struct words *user, const char *asked_for,
	struct diag *diag)
{
	struct compiler compiler = { 0 };
	struct cc_scan scan;
	int r = cc_scan((int)user->count, user->list, &scan);

	if (r < 0)
		return diag_set(diag, r, "out of memory");
	r = check_scan(&scan, diag);
	if (r == 0)
		r = split_compiler(choose_compiler(language, asked_for), &compiler, diag);
	if (r == 0)
		r = ask_compiler(&compiler, diag);
	if (r == 0)
		r = run_compiler(&compiler, &scan, user, diag);
	free(compiler.text);
	return r;
}

static int run_language(const struct language *language, int argc, char **argv)
{
	struct words user = { .list = calloc((size_t)argc + 1, sizeof(*user.list)) };
	const char *asked_for = NULL;
	struct diag diag;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		free(user.list);
		print_help(language);
		return EXIT_NOTHING_FOUND;
	}
	for (int i = 1; user.list && i < argc; i++) {
		if (strncmp(argv[i], CHOICE_FLAG, strlen(CHOICE_FLAG)) == 0)
			asked_for = argv[i] + strlen(CHOICE_FLAG);
		else
			add(&user, argv[i]);
	}
	if (!user.list)
		diag_set(&diag, -ENOMEM, "out of memory");
	else
		compile(language, &user, asked_for, &diag);
	free(user.list);
	return command_fail(language->command, &diag);
}

int cmd_cc(int argc, char **argv)
{
	return run_language(&c_language, argc, argv);
}

int cmd_cxx(int argc, char **argv)
{
	return run_language(&cxx_language, argc, argv);
}
