/* SPDX-License-Identifier: Apache-2.0 */
/* Streams by every name of libc's functions on them: what each writes, and what each reads. */
#include "../conformance/check.h"

#include <wchar.h>

extern void _IO_flockfile(FILE *);
extern int _IO_ftrylockfile(FILE *);
extern void _IO_funlockfile(FILE *);
extern int _IO_putc(int, FILE *);
extern int _IO_fputs(const char *, FILE *);
extern int _IO_puts(const char *);
extern size_t _IO_fwrite(const void *, size_t, size_t, FILE *);
extern int _IO_printf(const char *, ...);
extern int _IO_vfprintf(FILE *, const char *, va_list);
extern int __printf_chk(int, const char *, ...);
extern int __vprintf_chk(int, const char *, va_list);
extern int __fprintf_chk(FILE *, int, const char *, ...);
extern int __vfprintf_chk(FILE *, int, const char *, va_list);
extern int _IO_fflush(FILE *);
extern int _IO_getc(FILE *);
extern int __uflow(FILE *);
extern int __underflow(FILE *);
extern size_t _IO_fread(void *, size_t, size_t, FILE *);
extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
extern char *_IO_fgets(char *, int, FILE *);
extern char *__fgets_chk(char *, size_t, int, FILE *);
/* The headers turn each of them into the other of its pair. */
extern int weft_scanf(const char *, ...) __asm__("scanf");
extern int weft_fscanf(FILE *, const char *, ...) __asm__("fscanf");
extern int weft_vscanf(const char *, va_list) __asm__("vscanf");
extern int weft_vfscanf(FILE *, const char *, va_list) __asm__("vfscanf");

typedef int (*list_function)(FILE *stream, const char *format, va_list arguments);

static int with_list(list_function function, FILE *stream, const char *format, ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = function(stream, format, arguments);
	va_end(arguments);
	return result;
}

static int list_printf(FILE *stream, const char *format, va_list arguments)
{
	(void)stream;
	return vprintf(format, arguments);
}

static int list_printf_chk(FILE *stream, const char *format, va_list arguments)
{
	(void)stream;
	return __vprintf_chk(1, format, arguments);
}

static int list_fprintf_chk(FILE *stream, const char *format, va_list arguments)
{
	return __vfprintf_chk(stream, 1, format, arguments);
}

static int list_scanf(FILE *stream, const char *format, va_list arguments)
{
	(void)stream;
	return weft_vscanf(format, arguments);
}

static int list_scanf_99(FILE *stream, const char *format, va_list arguments)
{
	(void)stream;
	return vscanf(format, arguments);
}

static void check_locks(void)
{
	CASE("locks");
	_IO_flockfile(stdout);
	CHECK_VALUE(_IO_ftrylockfile(stdout), 0);
	_IO_funlockfile(stdout);
	_IO_funlockfile(stdout);
}

static void check_output(void)
{
	CASE("output");
	CHECK_TRUE(_IO_putc('a', stdout) == 'a');
	CHECK_TRUE(putc('a', stdout) == 'a');
	CHECK_TRUE(_IO_fputs("b\n", stdout) >= 0);
	CHECK_TRUE(_IO_puts("c") >= 0);
	CHECK_VALUE(_IO_fwrite("d\n", 1, 2, stdout), 2);
	CHECK_VALUE(_IO_printf("%d\n", 12), 3);
	CHECK_VALUE(__printf_chk(1, "%d\n", 34), 3);
	CHECK_VALUE(__fprintf_chk(stdout, 1, "%d\n", 34), 3);
	CHECK_VALUE(with_list(list_fprintf_chk, stdout, "%d\n", 34), 3);
	CHECK_VALUE(with_list(_IO_vfprintf, stdout, "%d\n", 56), 3);
	CHECK_VALUE(with_list(list_printf, stdout, "%d\n", 78), 3);
	CHECK_VALUE(with_list(list_printf_chk, stdout, "%d\n", 90), 3);
	CHECK_VALUE(_IO_fflush(stdout), 0);
}

static FILE *text_stream(void)
{
	FILE *file = tmpfile();

	CHECK_TRUE(file != NULL);
	for (int i = 0; i < 8; i++)
		fprintf(file, "%d line\n", i);
	rewind(file);
	return file;
}

static void check_characters(FILE *file)
{
	CASE("characters");
	/* With nothing read yet, it looks at the first, and that takes it. */
	CHECK_VALUE(__underflow(file), '0');
	CHECK_VALUE(__uflow(file), '0');
	CHECK_VALUE(_IO_getc(file), ' ');
	CHECK_VALUE(getc_unlocked(file), 'l');
	CHECK_VALUE(fgetc_unlocked(file), 'i');
	CHECK_VALUE(ungetc('i', file), 'i');
	CHECK_VALUE(getc(file), 'i');
}

static void check_blocks(FILE *file)
{
	char text[16] = "";
	char *line = NULL;
	size_t size = 0;

	CASE("blocks");
	CHECK_VALUE(_IO_fread(text, 1, 3, file), 3);
	CHECK_VALUE(__fread_chk(text, sizeof(text), 1, 2, file), 2);
	CHECK_VALUE(memcmp(text, "1 ", 2), 0);
	CHECK_TRUE(_IO_fgets(text, sizeof(text), file) == text);
	CHECK_VALUE(strcmp(text, "line\n"), 0);
	CHECK_TRUE(__fgets_chk(text, sizeof(text), sizeof(text), file) == text);
	CHECK_VALUE(strcmp(text, "2 line\n"), 0);
	CHECK_VALUE(getline(&line, &size, file), 7);
	CHECK_VALUE(strcmp(line, "3 line\n"), 0);
	free(line);
}

static void check_numbers(FILE *file)
{
	char word[8];
	int number = 0;

	CASE("numbers");
	CHECK_VALUE(weft_fscanf(file, "%d%4s", &number, word), 2);
	CHECK_VALUE(number, 4);
	CHECK_VALUE(fscanf(file, "%d%4s", &number, word), 2);
	CHECK_VALUE(number, 5);
	CHECK_VALUE(with_list(weft_vfscanf, file, "%d%4s", &number, word), 2);
	CHECK_VALUE(number, 6);
	CHECK_VALUE(with_list(vfscanf, file, "%d%4s", &number, word), 2);
	CHECK_VALUE(number, 7);
	fseek(file, 0, SEEK_END);
	CHECK_VALUE(putw(123456, file), 0);
	fseek(file, -(long)sizeof(int), SEEK_END);
	CHECK_VALUE(getw(file), 123456);
	CHECK_VALUE(getw(file), EOF);
}

static void check_input(const char *path)
{
	int number = 0;

	CASE("input");
	CHECK_TRUE(freopen(path, "r", stdin) == stdin);
	CHECK_VALUE(getchar(), '1');
	CHECK_VALUE(getchar_unlocked(), ' ');
	CHECK_VALUE(weft_scanf("%d", &number), 1);
	CHECK_VALUE(number, 2);
	CHECK_VALUE(scanf("%d", &number), 1);
	CHECK_VALUE(number, 3);
	CHECK_VALUE(with_list(list_scanf, stdin, "%d", &number), 1);
	CHECK_VALUE(number, 4);
	CHECK_VALUE(with_list(list_scanf_99, stdin, "%d", &number), 1);
	CHECK_VALUE(number, 5);
	CHECK_VALUE(scanf("%d", &number), EOF);
}

int main(void)
{
	char path[] = "/tmp/weft-probe-XXXXXX";
	int fd = mkstemp(path);
	FILE *file;

	CASE("streams");
	CHECK_VALUE(write(fd, "1 2 3 4 5", 9), 9);
	REQUIRE(close(fd));
	check_locks();
	check_output();
	file = text_stream();
	check_characters(file);
	check_blocks(file);
	check_numbers(file);
	REQUIRE(fclose(file));
	check_input(path);
	file = fopen(path, "r");
	CHECK_VALUE(fgetc(file), '1');
	REQUIRE(fclose(file));
	REQUIRE(unlink(path));
	return 0;
}
