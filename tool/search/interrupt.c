/* SPDX-License-Identifier: Apache-2.0 */
/* Signal handlers that write to a pipe; see interrupt.h. */
#include "tool/search/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/server.h"

static int pipe_ends[2];
static volatile sig_atomic_t requested;

static void on_signal(int number)
{
	int saved_errno = errno;

	if (requested && number != SIGPIPE) {
		server_kill_all();
		signal(number, SIG_DFL);
		raise(number);
	}
	requested = 1;
	(void)!write(pipe_ends[1], "", 1);
	errno = saved_errno;
}

/* A write beyond the limit of file sizes then fails, and is told as any other failure. */
static void do_nothing(int number)
{
	(void)number;
}

bool interrupt_requested(void)
{
	return requested != 0;
}

static int take_over(int number, void (*handler)(int))
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) < 0)
		return -errno;
	if (action.sa_handler == SIG_IGN)
		return 0;
	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	/* Without SA_RESTART: a long read of the tool's own is to end as well. */
	return sigaction(number, &action, NULL) < 0 ? -errno : 0;
}

int interrupt_install(struct diag *diag)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	int r = 0;

	if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return diag_set(diag, -errno, "cannot make a pipe: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && r == 0; i++)
		r = take_over(numbers[i], on_signal);
	if (r == 0)
		r = take_over(SIGXFSZ, do_nothing);
	if (r < 0)
		return diag_set(diag, r, "cannot handle signals: %s", strerror(-r));
	return pipe_ends[0];
}
