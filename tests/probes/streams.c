/* SPDX-License-Identifier: Apache-2.0 */
/* Streams by every name of libc's functions on them: what each writes, and what each reads. */
#include "../conformance/check.h"

#include <gnu/libc-version.h>

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
/* The headers turn all of them into those of one standard. */
#define SCANNERS(weak, suffix, prefix)                                                      \
	extern int scanf##suffix(const char *, ...) __asm__(prefix "scanf") weak;           \
	extern int fscanf##suffix(FILE *, const char *, ...) __asm__(prefix "fscanf") weak; \
	extern int vscanf##suffix(const char *, va_list) __asm__(prefix "vscanf") weak;     \
	extern int vfscanf##suffix(FILE *, const char *, va_list) __asm__(prefix "vfscanf") \
		weak;
#define ALWAYS
SCANNERS(ALWAYS, _89, "")
SCANNERS(ALWAYS, _99, "__isoc99_")
/* From glibc 2.38 on. */
SCANNERS(__attribute__((weak)), _23, "__isoc23_")

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

struct scanners {
	int (*scan)(const char *, ...);
	int (*scan_list)(const char *, va_list);
	int (*scan_file)(FILE *, const char *, ...);
	int (*scan_file_list)(FILE *, const char *, va_list);
};

static int scan_list(const struct scanners *scanners, const char *format, ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = scanners->scan_list(format, arguments);
	va_end(arguments);
	return result;
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

static void check_words(FILE *file)
{
	CASE("words");
	fseek(file, 0, SEEK_END);
	CHECK_VALUE(putw(123456, file), 0);
	fseek(file, -(long)sizeof(int), SEEK_END);
	CHECK_VALUE(getw(file), 123456);
	CHECK_VALUE(getw(file), EOF);
}

static void check_scanners(const char *path, const struct scanners *scanners)
{
	int number = 0, next = 0;
	FILE *file;

	CHECK_TRUE(freopen(path, "r", stdin) == stdin);
	CHECK_VALUE(scanners->scan("%d", &number), 1);
	CHECK_VALUE(number, 1);
	CHECK_VALUE(scan_list(scanners, "%d%d%d%d", &number, &number, &number, &next), 4);
	CHECK_VALUE(number, 4);
	CHECK_VALUE(next, 5);
	CHECK_VALUE(scanners->scan("%d", &number), EOF);
	file = fopen(path, "r");
	CHECK_VALUE(scanners->scan_file(file, "%d%d", &number, &next), 2);
	CHECK_VALUE(next, 2);
	CHECK_VALUE(with_list(scanners->scan_file_list, file, "%d", &number), 1);
	CHECK_VALUE(number, 3);
	REQUIRE(fclose(file));
}

static void check_numbers(const char *path)
{
	static const struct scanners of_89 = { scanf_89, vscanf_89, fscanf_89, vfscanf_89 };
	static const struct scanners of_99 = { scanf_99, vscanf_99, fscanf_99, vfscanf_99 };
	const struct scanners of_23 = { scanf_23, vscanf_23, fscanf_23, vfscanf_23 };

	CASE("numbers");
	check_scanners(path, &of_89);
	check_scanners(path, &of_99);
	if (strverscmp(gnu_get_libc_version(), "2.38") >= 0)
		check_scanners(path, &of_23);
}

static void check_input(const char *path)
{
	CASE("input");
	CHECK_TRUE(freopen(path, "r", stdin) == stdin);
	CHECK_VALUE(getchar(), '1');
	CHECK_VALUE(getchar_unlocked(), ' ');
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
	check_words(file);
	REQUIRE(fclose(file));
	check_numbers(path);
	check_input(path);
	file = fopen(path, "r");
	CHECK_VALUE(fgetc(file), '1');
	REQUIRE(fclose(file));
	REQUIRE(unlink(path));
	return 0;
}
