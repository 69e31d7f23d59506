/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads of one process talk over pipes by stdio: a reader by every function that reads
 * waits for a writer that is slow, and a writer of much waits for the reader.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MUCH 300000

static FILE *from, *to;

static void slowly(const char *text)
{
	for (; *text; text++) {
		fputc(*text, to);
		fflush(to);
		usleep(10);
	}
}

static void *writer(void *unused)
{
	char *much = malloc(MUCH + 1);

	slowly("c");
	slowly("first line\nsecond, ");
	slowly("and more\n");
	slowly("third;fourth\n");
	slowly("12345678");
	slowly("word\n");
	memset(much, 'x', MUCH);
	much[MUCH] = '\0';
	fwrite(much, 1, MUCH, to);
	fputs(much, to);
	fprintf(to, "\n");
	slowly("no newline at the end");
	fclose(to);
	free(much);
	return unused;
}

static void read_lines(void)
{
	char *line = NULL;
	char text[64];
	size_t size = 0;
	ssize_t len;

	printf("fgets: %s", fgets(text, sizeof(text), from));
	printf("short fgets: %s|", fgets(text, 8, from));
	printf("%s", fgets(text, sizeof(text), from));
	len = getdelim(&line, &size, ';', from);
	printf("getdelim: %zd %s\n", len, line);
	len = getline(&line, &size, from);
	printf("getline: %zd %s", len, line);
	free(line);
}

static size_t count(int wanted)
{
	size_t found = 0;
	int c;

	while ((c = getc(from)) == wanted)
		found++;
	ungetc(c, from);
	return found;
}

int main(void)
{
	pthread_t thread;
	char text[64] = "";
	char *line = NULL;
	size_t size = 0, got;
	int ends[2];

	if (pipe(ends))
		return 1;
	from = fdopen(ends[0], "r");
	to = fdopen(ends[1], "w");
	pthread_create(&thread, NULL, writer, NULL);
	printf("fgetc: %c\n", fgetc(from));
	read_lines();
	got = fread(text, 3, 2, from);
	printf("fread: %zu %.6s\n", got, text);
	got = fread(text, 1, 2, from);
	printf("fread: %zu %.2s\n", got, text);
	printf("fgets: %s", fgets(text, sizeof(text), from));
	printf("much: %zu\n", count('x'));
	printf("newline: %d\n", getc(from) == '\n');
	printf("getline: %zd %s\n", getline(&line, &size, from), line);
	printf("then: %zd, at the end: %d, error: %d\n", getline(&line, &size, from),
		feof(from), ferror(from));
	printf("fgets: %s\n", fgets(text, sizeof(text), from) ? "more" : "nothing");
	free(line);
	pthread_join(thread, NULL);
	fclose(from);
	return 0;
}
