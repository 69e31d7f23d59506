/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of which libc has two versions, and that ThreadSanitizer's library defines: a
 * program that was linked with that asks for them without a version. The loader would give it
 * the oldest one, which behaves otherwise: realpath() without a buffer fails in it. dlsym(),
 * by which the real ones are found, gives the newest.
 */
#include "runtime/interpose/hook.h"

WEFT_HOOK char *realpath(const char *path, char *ret_resolved)
{
	return REAL(realpath)(path, ret_resolved);
}

WEFT_HOOK FILE *fmemopen(void *buffer, size_t size, const char *mode)
{
	return REAL(fmemopen)(buffer, size, mode);
}

WEFT_HOOK int glob(
	const char *pattern, int flags, int (*failed)(const char *, int), glob_t *ret_paths)
{
	return REAL(glob)(pattern, flags, failed, ret_paths);
}

WEFT_HOOK int glob64(
	const char *pattern, int flags, int (*failed)(const char *, int), glob64_t *ret_paths)
{
	return REAL(glob64)(pattern, flags, failed, ret_paths);
}

WEFT_HOOK int regexec(const struct re_pattern_buffer *expression, const char *text,
	size_t count, void *ret_matches, int flags)
{
	return REAL(regexec)(expression, text, count, ret_matches, flags);
}
