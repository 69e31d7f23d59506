/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream that one thread has locked over waits and yields: what others write to it stands
 * before or after all that its holder wrote, whatever function they use.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define HOLDERS 3
#define LINES 4

static FILE *stream;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int tries_failed;

static void *write_block(void *name)
{
	flockfile(stream);
	flockfile(stream);
	for (int i = 0; i < LINES; i++) {
		pthread_mutex_lock(&mutex);
		fprintf(stream, "%s%d ", (const char *)name, i);
		pthread_mutex_unlock(&mutex);
		sched_yield();
	}
	funlockfile(stream);
	sched_yield();
	fputs("end\n", stream);
	funlockfile(stream);
	return NULL;
}

static void *write_line(void *unused)
{
	static const char bytes[] = "line\n";

	fputs("line\n", stream);
	fwrite(bytes, 1, sizeof(bytes) - 1, stream);
	fprintf(stream, "%s", bytes);
	fflush(stream);
	fflush(NULL);
	return unused;
}

static void *try_to_write(void *unused)
{
	if (ftrylockfile(stream)) {
		tries_failed++;
		return unused;
	}
	putc_unlocked('t', stream);
	sched_yield();
	putc_unlocked('\n', stream);
	funlockfile(stream);
	return unused;
}

/* The line's parts belong together and end with its newline. */
static int check_line(const char *line)
{
	char expected[64] = "";
	size_t len = 0;

	if (strcmp(line, "line") == 0 || strcmp(line, "t") == 0)
		return 1;
	for (int i = 0; i < LINES; i++)
		len += (size_t)snprintf(
			expected + len, sizeof(expected) - len, "%c%d ", line[0], i);
	snprintf(expected + len, sizeof(expected) - len, "end");
	return strcmp(line, expected) == 0;
}

int main(void)
{
	static char names[HOLDERS][2] = { "a", "b", "c" };
	pthread_t threads[HOLDERS + 2];
	char *text = NULL, *rest, *line;
	size_t size;
	int lines = 0;

	stream = open_memstream(&text, &size);
	for (int i = 0; i < HOLDERS; i++)
		pthread_create(&threads[i], NULL, write_block, names[i]);
	pthread_create(&threads[HOLDERS], NULL, write_line, NULL);
	pthread_create(&threads[HOLDERS + 1], NULL, try_to_write, NULL);
	for (int i = 0; i < HOLDERS + 2; i++)
		pthread_join(threads[i], NULL);
	fclose(stream);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		lines++;
		if (!check_line(line))
			printf("mixed: %s\n", line);
	}
	printf("%d lines\n", lines + tries_failed);
	free(text);
	return 0;
}
