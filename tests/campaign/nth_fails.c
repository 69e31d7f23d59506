/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: nothing. Fails if it is the execution number N, counted in the file FILE: N FILE. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc > 2 ? open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

	if (fd < 0 || write(fd, "x", 1) != 1)
		return 2;
	return lseek(fd, 0, SEEK_CUR) == strtol(argv[1], NULL, 10);
}
