/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: nothing. Appends what it gets from getrandom(2) to the file that is its argument. */
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char bytes[8];
	int fd = argc > 1 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

	if (fd < 0 || getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return 1;
	return write(fd, bytes, sizeof(bytes)) != sizeof(bytes);
}
