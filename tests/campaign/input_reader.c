/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: nothing, if every execution reads the same 6 bytes from stdin. */
#include <string.h>
#include <unistd.h>

int main(void)
{
	char text[16];
	ssize_t got = read(STDIN_FILENO, text, sizeof(text));

	return got == 6 && memcmp(text, "hello\n", 6) == 0 ? 0 : 1;
}
