/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls memory and string functions as early as a library can: from the resolver of an indirect
 * function, which the loader runs before it relocates a preloaded runtime, and from a
 * constructor.
 */
#include <stdlib.h>
#include <string.h>

int early_answer(void);
const char *early_copy(void);

static int right_answer(void)
{
	return 42;
}

static int wrong_answer(void)
{
	return 0;
}

/* What the functions give together if each does its work. */
static int (*resolve_answer(void))(void)
{
	char text[16];
	char other[16];

	memset(text, 'x', sizeof(text));
	strcpy(text, "abc");
	memcpy(other, text, sizeof(text));
	strcat(other, "def");
	memmove(other + 1, other, strlen(other) + 1);
	if (strlen(other) != 7 || strcmp(other, "aabcdef") != 0 || !strstr(other, "cde") ||
		memcmp(other + 7, "\0", 2) == 0 || strchr(other, 'f') != other + 6)
		return wrong_answer;
	return right_answer;
}

__attribute__((ifunc("resolve_answer"))) int early_answer(void);

static char *copy;

__attribute__((constructor)) static void make_copy(void)
{
	copy = strdup("copied");
}

const char *early_copy(void)
{
	return copy;
}
