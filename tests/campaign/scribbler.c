/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program whose wild writes hit the memory that the runtime shares with the tool: it is
 * filled with the byte that is the argument. EXPECT: to be told so, and no finding.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Touching all of it would cost memory; the first part holds every header. */
#define MOST ((size_t)24 << 20)

static void *wait_a_little(void *unused)
{
	return unused;
}

int main(int argc, char **argv)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[4096];
	pthread_t thread;
	void *region = NULL;
	size_t size = 0;

	if (!maps || argc < 2)
		return 2;
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "weft-region") && sscanf(line, "%lx-%lx", &start, &end) == 2) {
			region = (void *)start;
			size = end - start;
		}
	fclose(maps);
	pthread_create(&thread, NULL, wait_a_little, NULL);
	if (region)
		memset(region, atoi(argv[1]), size < MOST ? size : MOST);
	pthread_join(thread, NULL);
	return 0;
}
