/* SPDX-License-Identifier: Apache-2.0 */
/* Writing to stdio streams; see stream.h. What the arguments are is no concern of weft. */
#include <stdarg.h>

#include "common/bytes.h"
#include "runtime/interpose/stream.h"

/* As much as a pipe that poll(2) calls writable takes at once. */
#define WRITE_AT_ONCE 4096u

#define OUTPUT(type, name, stream, parameters, arguments)  \
	WEFT_HOOK type name parameters                     \
	{                                                  \
		struct stream_call call;                   \
		type result;                               \
                                                           \
		stream_begin(&call, stream, STREAM_WRITE); \
		result = REAL(name) arguments;             \
		stream_end(&call);                         \
		return result;                             \
	}

OUTPUT(int, fputc, stream, (int c, FILE *stream), (c, stream))
OUTPUT(int, putc, stream, (int c, FILE *stream), (c, stream))
OUTPUT(int, _IO_putc, stream, (int c, FILE *stream), (c, stream))
OUTPUT(int, putchar, stdout, (int c), (c))
OUTPUT(int, putw, stream, (int word, FILE *stream), (word, stream))
OUTPUT(int, vfprintf, stream, (FILE * stream, const char *format, va_list arguments),
	(stream, format, arguments))
OUTPUT(int, vprintf, stdout, (const char *format, va_list arguments), (format, arguments))
OUTPUT(int, __vfprintf_chk, stream,
	(FILE * stream, int flag, const char *format, va_list arguments),
	(stream, flag, format, arguments))
OUTPUT(int, __vprintf_chk, stdout, (int flag, const char *format, va_list arguments),
	(flag, format, arguments))
OUTPUT(wint_t, fputwc, stream, (wchar_t c, FILE *stream), (c, stream))
OUTPUT(wint_t, putwc, stream, (wchar_t c, FILE *stream), (c, stream))
OUTPUT(wint_t, putwchar, stdout, (wchar_t c), (c))
OUTPUT(int, fputws, stream, (const wchar_t *string, FILE *stream), (string, stream))
OUTPUT(int, vfwprintf, stream, (FILE * stream, const wchar_t *format, va_list arguments),
	(stream, format, arguments))
OUTPUT(int, vwprintf, stdout, (const wchar_t *format, va_list arguments), (format, arguments))
OUTPUT(int, __vfwprintf_chk, stream,
	(FILE * stream, int flag, const wchar_t *format, va_list arguments),
	(stream, flag, format, arguments))
OUTPUT(int, __vwprintf_chk, stdout, (int flag, const wchar_t *format, va_list arguments),
	(flag, format, arguments))
OUTPUT(int, fflush, stream, (FILE * stream), (stream))
OUTPUT(int, __overflow, stream, (FILE * stream, int c), (stream, c))

WEFT_HOOK int _IO_fflush(FILE *stream) HOOK_ALIAS(fflush);
WEFT_HOOK int _IO_vfprintf(FILE *stream, const char *format, va_list arguments)
	HOOK_ALIAS(vfprintf);

#define FORMATTED(name, stream, real, parameters, arguments) \
	WEFT_HOOK int name parameters                        \
	{                                                    \
		struct stream_call call;                     \
		va_list list;                                \
		int result;                                  \
                                                             \
		stream_begin(&call, stream, STREAM_WRITE);   \
		va_start(list, format);                      \
		result = REAL(real) arguments;               \
		va_end(list);                                \
		stream_end(&call);                           \
		return result;                               \
	}

FORMATTED(printf, stdout, vprintf, (const char *format, ...), (format, list))
FORMATTED(_IO_printf, stdout, vprintf, (const char *format, ...), (format, list))
FORMATTED(fprintf, stream, vfprintf, (FILE * stream, const char *format, ...),
	(stream, format, list))
FORMATTED(__printf_chk, stdout, __vprintf_chk, (int flag, const char *format, ...),
	(flag, format, list))
FORMATTED(__fprintf_chk, stream, __vfprintf_chk,
	(FILE * stream, int flag, const char *format, ...), (stream, flag, format, list))
FORMATTED(wprintf, stdout, vwprintf, (const wchar_t *format, ...), (format, list))
FORMATTED(fwprintf, stream, vfwprintf, (FILE * stream, const wchar_t *format, ...),
	(stream, format, list))
FORMATTED(__wprintf_chk, stdout, __vwprintf_chk, (int flag, const wchar_t *format, ...),
	(flag, format, list))
FORMATTED(__fwprintf_chk, stream, __vfwprintf_chk,
	(FILE * stream, int flag, const wchar_t *format, ...), (stream, flag, format, list))

/* Writes in pieces that a pipe takes at once, with a wait before each. Returns bytes written.
 */
static size_t write_pieces(
	struct stream_call *call, const char *bytes, size_t size, FILE *stream)
{
	size_t done = 0;

	while (done < size) {
		size_t piece = size - done < WRITE_AT_ONCE ? size - done : WRITE_AT_ONCE;
		size_t written;

		if (done)
			stream_wait(call->self, stream, STREAM_WRITE);
		written = REAL(fwrite)(bytes + done, 1, piece, stream);
		done += written;
		if (written < piece)
			break;
	}
	return done;
}

static bool in_pieces(const struct stream_call *call, size_t size)
{
	return call->self && size > WRITE_AT_ONCE && stream_is_internal(call->stream);
}

WEFT_HOOK size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
	struct stream_call call;
	size_t total, result;

	stream_begin(&call, stream, STREAM_WRITE);
	if (!__builtin_mul_overflow(size, count, &total) && in_pieces(&call, total))
		result = write_pieces(&call, bytes, total, stream) / size;
	else
		result = REAL(fwrite)(bytes, size, count, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK size_t _IO_fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
	HOOK_ALIAS(fwrite);

WEFT_HOOK int fputs(const char *string, FILE *stream)
{
	struct stream_call call;
	size_t len = string_len(string);
	int result;

	stream_begin(&call, stream, STREAM_WRITE);
	if (in_pieces(&call, len))
		result = write_pieces(&call, string, len, stream) == len ? 1 : EOF;
	else
		result = REAL(fputs)(string, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK int _IO_fputs(const char *string, FILE *stream) HOOK_ALIAS(fputs);

WEFT_HOOK int puts(const char *string)
{
	struct stream_call call;
	size_t len = string_len(string);
	int result;

	stream_begin(&call, stdout, STREAM_WRITE);
	if (!in_pieces(&call, len))
		result = REAL(puts)(string);
	else if (write_pieces(&call, string, len, stdout) < len || REAL(putchar)('\n') == EOF)
		result = EOF;
	else
		result = (int)(len + 1 < INT_MAX ? len + 1 : INT_MAX);
	stream_end(&call);
	return result;
}

WEFT_HOOK int _IO_puts(const char *string) HOOK_ALIAS(puts);

WEFT_HOOK void perror(const char *text)
{
	struct stream_call call;

	stream_begin(&call, stderr, STREAM_WRITE);
	REAL(perror)(text);
	stream_end(&call);
}
