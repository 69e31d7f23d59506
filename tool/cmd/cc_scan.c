/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a compiler's command line without understanding all of it: only which words are input
 * files matters, and for this, which options swallow the next word.
 */
#include "tool/cmd/cc_scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NESTED_FILES 16
#define LONGEST_RESPONSE_FILE (16 * 1024 * 1024)

/* Options whose value is the next word; those with the value joined on start otherwise. */
static const char *const takes_next[] = { "-o", "-I", "-L", "-D", "-U", "-B", "-F", "-T", "-u",
	"-z", "-e", "-A", "-G", "-x", "-include", "-imacros", "-isystem", "-iquote",
	"-idirafter", "-iprefix", "-iwithprefix", "-iwithprefixbefore", "-isysroot",
	"-imultilib", "-cxx-isystem", "-MF", "-MT", "-MQ", "-MJ", "-Xlinker", "-Xpreprocessor",
	"-Xassembler", "-Xclang", "-Xarch_host", "-mllvm", "-target", "-arch", "-gcc-toolchain",
	"--sysroot", "--param", "-aux-info", "-dumpbase", "-dumpbase-ext", "-dumpdir",
	"-wrapper", "-specs", "-include-pch", "-working-directory", "-serialize-diagnostics",
	"-rpath", "--include-directory", "--output", "--language", "--define-macro", NULL };

static const char *const stops[] = { "-c", "-S", "-E", "-M", "-MM", "-r", "-fsyntax-only",
	"--compile", "--assemble", "--preprocess", "--precompile", "--analyze", "-emit-ast",
	NULL };

static const char *const unlinkable[] = { "-static", "--static", "-static-pie",
	"-static-libtsan", NULL };

static const char *const header_ends[] = { ".h", ".hh", ".H", ".hp", ".hxx", ".hpp", ".HPP",
	".h++", ".tcc", NULL };

/* The scan of one list of words, or of a response file within it. */
struct scanner {
	struct cc_scan *scan;
	bool skip_next;	      /* the last word takes this one as its value */
	bool language_next;   /* which is a language */
	bool language_header; /* -x c-header, or another kind of header */
	int depth;	      /* of response files */
};

static const char *find(const char *const *list, const char *word)
{
	for (; *list; list++)
		if (strcmp(*list, word) == 0)
			return *list;
	return NULL;
}

static bool is_header(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && find(header_ends, dot);
}

static int scan_words(struct scanner *scanner, int count, char *const *words);

/*
 * Takes the next word out of a response file's text, in place: blanks separate, quotes of both
 * kinds and backslashes protect. Returns NULL at the end.
 */
static char *next_word(char **text)
{
	char *in = *text + strspn(*text, " \t\r\n\f\v");
	char *word = in;
	char *out = in;
	char quote = '\0';

	if (!*in)
		return NULL;
	for (; *in && (quote || !isspace((unsigned char)*in)); in++) {
		if (*in == quote)
			quote = '\0';
		else if (!quote && (*in == '\'' || *in == '"'))
			quote = *in;
		else if (*in == '\\' && in[1])
			*out++ = *++in;
		else
			*out++ = *in;
	}
	*text = *in ? in + 1 : in;
	*out = '\0';
	return word;
}

/* Returns the file's text, or NULL if it can't be read: then the word is an ordinary one. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	if (!file)
		return NULL;
	length = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (length >= 0 && length < LONGEST_RESPONSE_FILE)
		return text;
	free(text);
	return NULL;
}

static int scan_response_file(struct scanner *scanner, const char *path)
{
	char *text = read_text(path);
	char *rest = text;
	char *word;
	int r = 0;

	scanner->depth++;
	while (text && r == 0 && (word = next_word(&rest)))
		r = scan_words(scanner, 1, &word);
	scanner->depth--;
	free(text);
	return r;
}

static void scan_input(struct scanner *scanner, const char *word)
{
	struct cc_scan *scan = scanner->scan;
	bool header = scanner->language_header || is_header(word);

	scan->only_headers = header && (!scan->has_input || scan->only_headers);
	scan->has_input = true;
}

static void scan_option(struct scanner *scanner, const char *word)
{
	struct cc_scan *scan = scanner->scan;
	const char *flag = find(unlinkable, word);

	scanner->skip_next = find(takes_next, word) != NULL;
	scanner->language_next = strcmp(word, "-x") == 0;
	if (find(stops, word))
		scan->stops_early = true;
	if (flag)
		scan->unlinkable = flag;
	/* A library alone can be linked, into a shared one. */
	if (word[1] == 'l' && word[2])
		scan_input(scanner, word);
	if (strncmp(word, "-x", 2) == 0 && word[2])
		scanner->language_header = strstr(word, "-header") != NULL;
}

static int scan_words(struct scanner *scanner, int count, char *const *words)
{
	for (int i = 0; i < count; i++) {
		const char *word = words[i];

		if (scanner->skip_next) {
			scanner->skip_next = false;
			if (scanner->language_next)
				scanner->language_header = strstr(word, "-header") != NULL;
			continue;
		}
		if (word[0] == '@' && scanner->depth < MOST_NESTED_FILES) {
			int r = scan_response_file(scanner, word + 1);

			if (r < 0)
				return r;
		} else if (word[0] == '-' && word[1]) {
			scan_option(scanner, word);
		} else if (word[0]) {
			scan_input(scanner, word);
		}
	}
	return 0;
}

int cc_scan(int argc, char *const *argv, struct cc_scan *ret)
{
	struct scanner scanner = { .scan = ret };

	memset(ret, 0, sizeof(*ret));
	return scan_words(&scanner, argc, argv);
}

bool cc_scan_links(const struct cc_scan *scan)
{
	return scan->has_input && !scan->stops_early && !scan->only_headers;
}
