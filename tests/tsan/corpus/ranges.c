/* SPDX-License-Identifier: Apache-2.0 */
/* Structure copies and block operations, of sizes that compilers inline and that they call for.
 */
#include <string.h>

#define SIZE(n)                                                               \
	struct block##n {                                                     \
		char bytes[n];                                                \
	};                                                                    \
	struct block##n get_block##n(const struct block##n *p);               \
	void copy_block##n(struct block##n *to, const struct block##n *from); \
	void clear_block##n(struct block##n *p);                              \
	void copy_bytes##n(char *to, const char *from);                       \
	void move_bytes##n(char *to, const char *from);                       \
	int compare_bytes##n(const char *a, const char *b);                   \
	struct block##n get_block##n(const struct block##n *p)                \
	{                                                                     \
		return *p;                                                    \
	}                                                                     \
	void copy_block##n(struct block##n *to, const struct block##n *from)  \
	{                                                                     \
		*to = *from;                                                  \
	}                                                                     \
	void clear_block##n(struct block##n *p)                               \
	{                                                                     \
		*p = (struct block##n){ { 0 } };                              \
	}                                                                     \
	void copy_bytes##n(char *to, const char *from)                        \
	{                                                                     \
		memcpy(to, from, n);                                          \
	}                                                                     \
	void move_bytes##n(char *to, const char *from)                        \
	{                                                                     \
		memmove(to, from, n);                                         \
	}                                                                     \
	int compare_bytes##n(const char *a, const char *b)                    \
	{                                                                     \
		return memcmp(a, b, n);                                       \
	}

SIZE(1)
SIZE(3)
SIZE(7)
SIZE(8)
SIZE(12)
SIZE(16)
SIZE(31)
SIZE(64)
SIZE(256)
SIZE(5000)

void copy_some(char *to, const char *from, size_t n);
void clear_some(char *to, size_t n);
size_t text_length(const char *s);
void text_copy(char *to, const char *from);

void copy_some(char *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	__builtin_memmove(to + 1, to, n - 1);
}

void clear_some(char *to, size_t n)
{
	memset(to, 0, n);
}

size_t text_length(const char *s)
{
	return strlen(s) + strnlen(s, 10);
}

void text_copy(char *to, const char *from)
{
	strcpy(to, from);
	strncat(to, from, 8);
	if (strchr(to, 'x') && !strcmp(to, "x") && strncmp(from, "abc", 3))
		strcpy(to, "yes");
}
