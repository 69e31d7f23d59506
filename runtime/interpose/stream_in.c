/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading from stdio streams; see stream.h. From a pipe or socket of the process itself, only
 * what stands in the buffer is read by libc: it is filled by one read at a time, and waited for
 * before. The scanf family reads further than its first character, and waits for that in the
 * kernel.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "common/bytes.h"
#include "runtime/interpose/stream.h"

#define LINE_SIZE_FIRST 120u

/*
 * The functions of C23 came with glibc 2.38. A program that would also run without them may
 * refer to them weakly, and find those of this library only.
 */
#define REAL_23(name) (REAL(__isoc23_##name) ? REAL(__isoc23_##name) : REAL(__isoc99_##name))

/* A hook called `name` that calls the real function that is `real`. */
#define INPUT_BY(type, name, real, stream, parameters, arguments) \
	WEFT_HOOK type name parameters                            \
	{                                                         \
		struct stream_call call;                          \
		type result;                                      \
                                                                  \
		stream_begin(&call, stream, STREAM_READ);         \
		result = (real)arguments;                         \
		stream_end(&call);                                \
		return result;                                    \
	}
#define INPUT(type, name, stream, parameters, arguments) \
	INPUT_BY(type, name, REAL(name), stream, parameters, arguments)

INPUT(int, fgetc, stream, (FILE * stream), (stream))
INPUT(int, getc, stream, (FILE * stream), (stream))
INPUT(int, _IO_getc, stream, (FILE * stream), (stream))
INPUT(int, getchar, stdin, (void), ())
INPUT(int, getw, stream, (FILE * stream), (stream))
INPUT(int, getc_unlocked, stream, (FILE * stream), (stream))
INPUT(int, fgetc_unlocked, stream, (FILE * stream), (stream))
INPUT(int, getchar_unlocked, stdin, (void), ())
INPUT(int, __uflow, stream, (FILE * stream), (stream))
INPUT(int, __underflow, stream, (FILE * stream), (stream))
INPUT(wint_t, fgetwc, stream, (FILE * stream), (stream))
INPUT(wint_t, getwc, stream, (FILE * stream), (stream))
INPUT(wint_t, getwchar, stdin, (void), ())
INPUT(wchar_t *, fgetws, stream, (wchar_t * string, int size, FILE *stream),
	(string, size, stream))
INPUT(int, __isoc99_vfscanf, stream, (FILE * stream, const char *format, va_list arguments),
	(stream, format, arguments))
INPUT(int, __isoc99_vscanf, stdin, (const char *format, va_list arguments), (format, arguments))
INPUT_BY(int, __isoc23_vfscanf, REAL_23(vfscanf), stream,
	(FILE * stream, const char *format, va_list arguments), (stream, format, arguments))
INPUT_BY(int, __isoc23_vscanf, REAL_23(vscanf), stdin, (const char *format, va_list arguments),
	(format, arguments))

#define SCANNED(name, stream, real, parameters, arguments) \
	WEFT_HOOK int name parameters                      \
	{                                                  \
		struct stream_call call;                   \
		va_list list;                              \
		int result;                                \
                                                           \
		stream_begin(&call, stream, STREAM_READ);  \
		va_start(list, format);                    \
		result = (real)arguments;                  \
		va_end(list);                              \
		stream_end(&call);                         \
		return result;                             \
	}

SCANNED(__isoc99_scanf, stdin, REAL(__isoc99_vscanf), (const char *format, ...), (format, list))
SCANNED(__isoc99_fscanf, stream, REAL(__isoc99_vfscanf),
	(FILE * stream, const char *format, ...), (stream, format, list))
SCANNED(__isoc23_scanf, stdin, REAL_23(vscanf), (const char *format, ...), (format, list))
SCANNED(__isoc23_fscanf, stream, REAL_23(vfscanf), (FILE * stream, const char *format, ...),
	(stream, format, list))

/* Headers turn these names into those above; programs built for the older standard use them. */
int older_vfscanf(FILE *stream, const char *format, va_list arguments) __asm__("vfscanf");
int older_vscanf(const char *format, va_list arguments) __asm__("vscanf");
int older_fscanf(FILE *stream, const char *format, ...) __asm__("fscanf");
int older_scanf(const char *format, ...) __asm__("scanf");

INPUT_BY(int, older_vfscanf, REAL(vfscanf), stream,
	(FILE * stream, const char *format, va_list arguments), (stream, format, arguments))
INPUT_BY(int, older_vscanf, REAL(vscanf), stdin, (const char *format, va_list arguments),
	(format, arguments))
SCANNED(older_scanf, stdin, REAL(vscanf), (const char *format, ...), (format, list))
SCANNED(older_fscanf, stream, REAL(vfscanf), (FILE * stream, const char *format, ...),
	(stream, format, list))

static bool in_pieces(const struct stream_call *call)
{
	return call->self && stream_is_internal(call->stream) && call->stream->_mode <= 0;
}

static size_t in_buffer(const FILE *stream)
{
	return (size_t)(stream->_IO_read_end - stream->_IO_read_ptr);
}

static size_t read_pieces(struct stream_call *call, char *bytes, size_t size)
{
	FILE *stream = call->stream;
	size_t done = 0;

	while (done < size && stream_fill(call, stream)) {
		size_t piece = in_buffer(stream);

		if (piece > size - done)
			piece = size - done;
		done += REAL(fread)(bytes + done, 1, piece, stream);
	}
	return done;
}

WEFT_HOOK size_t fread(void *bytes, size_t size, size_t count, FILE *stream)
{
	struct stream_call call;
	size_t total, result;

	stream_begin(&call, stream, STREAM_READ);
	if (!__builtin_mul_overflow(size, count, &total) && total && in_pieces(&call))
		result = read_pieces(&call, bytes, total) / size;
	else
		result = REAL(fread)(bytes, size, count, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK size_t _IO_fread(void *bytes, size_t size, size_t count, FILE *stream)
	HOOK_ALIAS(fread);

INPUT(size_t, __fread_chk, stream,
	(void *bytes, size_t room, size_t size, size_t count, FILE *stream),
	(bytes, room, size, count, stream))

static char *line_pieces(struct stream_call *call, char *string, int size)
{
	FILE *stream = call->stream;
	int done = 0;

	while (done < size - 1 && stream_fill(call, stream)) {
		size_t piece = in_buffer(stream);

		if (piece > (size_t)(size - 1 - done))
			piece = (size_t)(size - 1 - done);
		if (!REAL(fgets)(string + done, (int)piece + 1, stream))
			break;
		done += (int)string_len(string + done);
		if (string[done - 1] == '\n')
			return string;
	}
	/* Also when an error ended it: what was read before stands. */
	return done && !(REAL(ferror)(stream) && errno != EAGAIN) ? string : NULL;
}

WEFT_HOOK char *fgets(char *string, int size, FILE *stream)
{
	struct stream_call call;
	char *result;

	stream_begin(&call, stream, STREAM_READ);
	if (size > 1 && in_pieces(&call))
		result = line_pieces(&call, string, size);
	else
		result = REAL(fgets)(string, size, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK char *_IO_fgets(char *string, int size, FILE *stream) HOOK_ALIAS(fgets);

INPUT(char *, __fgets_chk, stream, (char *string, size_t room, int size, FILE *stream),
	(string, room, size, stream))

/* Makes room for `needed` bytes in the caller's line. False without memory. */
static bool line_reserve(char **line, size_t *size, size_t needed)
{
	size_t room = *line ? *size : 0;
	char *larger;

	if (needed <= room)
		return true;
	room = room * 2 > needed ? room * 2 : needed;
	if (room < LINE_SIZE_FIRST)
		room = LINE_SIZE_FIRST;
	larger = realloc(*line, room);
	if (!larger)
		return false;
	*line = larger;
	*size = room;
	return true;
}

static ssize_t delimited_pieces(
	struct stream_call *call, char **line, size_t *size, int delimiter)
{
	FILE *stream = call->stream;
	size_t len = 0;
	bool complete = false;

	while (!complete && stream_fill(call, stream)) {
		const char *bytes = stream->_IO_read_ptr;
		size_t room = in_buffer(stream), piece = 0;

		while (piece < room && !complete)
			complete = (unsigned char)bytes[piece++] == (unsigned char)delimiter;
		if (!line_reserve(line, size, len + piece + 1))
			return -1;
		len += REAL(fread)(*line + len, 1, piece, stream);
	}
	if (len == 0)
		return -1;
	(*line)[len] = '\0';
	return (ssize_t)len;
}

WEFT_HOOK ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *stream)
{
	struct stream_call call;
	ssize_t result;

	stream_begin(&call, stream, STREAM_READ);
	if (line && size && in_pieces(&call))
		result = delimited_pieces(&call, line, size, delimiter);
	else
		result = REAL(getdelim)(line, size, delimiter, stream);
	stream_end(&call);
	return result;
}

WEFT_HOOK ssize_t __getdelim(char **line, size_t *size, int delimiter, FILE *stream)
	HOOK_ALIAS(getdelim);

WEFT_HOOK ssize_t getline(char **line, size_t *size, FILE *stream)
{
	return getdelim(line, size, '\n', stream);
}
