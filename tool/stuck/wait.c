/* SPDX-License-Identifier: Apache-2.0 */
/* Names of kinds of waits; see wait.h. */
#include "tool/stuck/wait.h"

const char *wait_kind_name(enum wait_kind kind)
{
	static const char *const names[WAIT_KINDS] = {
		[WAIT_NOT] = "nothing",
		[WAIT_ENDED] = "ended",
		[WAIT_UNSEEN] = "kernel",
		[WAIT_MUTEX] = "mutex",
		[WAIT_READ_LOCK] = "rwlock-read",
		[WAIT_WRITE_LOCK] = "rwlock-write",
		[WAIT_CONDITION] = "condition",
		[WAIT_SEMAPHORE] = "semaphore",
		[WAIT_JOIN] = "join",
		[WAIT_BARRIER] = "barrier",
		[WAIT_ONCE] = "once",
		[WAIT_STREAM] = "stream-lock",
		[WAIT_FUTEX] = "futex",
		[WAIT_DESCRIPTOR] = "descriptor",
		[WAIT_FILE_LOCK] = "file-lock",
		[WAIT_SLEEP] = "sleep",
		[WAIT_CHILD] = "child",
		[WAIT_SIGNAL] = "signal",
		[WAIT_CALL] = "system-call",
	};

	return names[kind];
}
