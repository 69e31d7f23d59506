/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads /proc/locks; see lock_table.h. A line of a held lock is followed by those of who waits
 * for it, with the same number and an arrow:
 *
 *	1: FLOCK  ADVISORY  WRITE 4001 08:01:131 0 EOF
 *	1: -> FLOCK  ADVISORY  WRITE 4002 08:01:131 0 EOF
 */
#include "tool/stuck/lock_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct lock_line {
	long long number;
	bool is_waiting;
	int pid;
};

static bool parse_line(const char *line, struct lock_line *ret)
{
	int length = 0;

	if (sscanf(line, "%lld:%n", &ret->number, &length) != 1 || length == 0)
		return false;
	line += length;
	line += strspn(line, " ");
	ret->is_waiting = strncmp(line, "->", 2) == 0;
	if (ret->is_waiting)
		line += 2;
	return sscanf(line, "%*31s %*31s %*31s %d", &ret->pid) == 1;
}

int lock_find_holder(const char *text, pid_t waiter, pid_t *ret_holder)
{
	struct lock_line held = { 0 };
	bool has_held = false;
	int found = 0;

	while (text && *text) {
		const char *newline = strchr(text, '\n');
		struct lock_line line;

		if (parse_line(text, &line) && !line.is_waiting) {
			held = line;
			has_held = true;
		} else if (parse_line(text, &line) && has_held && line.number == held.number &&
			   line.pid == waiter) {
			*ret_holder = held.pid;
			found++;
		}
		text = newline ? newline + 1 : NULL;
	}
	return found == 1 && *ret_holder > 0 ? 0 : -ENOENT;
}
