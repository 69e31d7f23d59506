/* SPDX-License-Identifier: Apache-2.0 */
/* Starting gdb on a prepared execution; see debugger.h. */
#include "tool/launch/debugger.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/launch/environment.h"
#include "tool/launch/program.h"
#include "tool/launch/region.h"
#include "tool/launch/request.h"

#define STANDARD_INPUT_LEAVE (-2)

/* What gdb is given; it grows by one word at a time and ends with NULL. */
struct words {
	char **list;
	size_t count;
};

/* Takes over `word`, which may be NULL after a failed allocation. */
static int add_owned(struct words *words, char *word)
{
	char **list = reallocarray(words->list, words->count + 2, sizeof(*list));

	if (!list || !word) {
		free(word);
		words->list = list ? list : words->list;
		return -ENOMEM;
	}
	words->list = list;
	list[words->count++] = word;
	list[words->count] = NULL;
	return 0;
}

static int add(struct words *words, const char *word)
{
	return add_owned(words, strdup(word));
}

static int add_command(struct words *words, const char *command)
{
	int r = add(words, "-ex");

	return r < 0 ? r : add(words, command);
}

static void words_release(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
}

static bool is_inherited(char *const *base, const char *entry)
{
	for (; *base; base++)
		if (strcmp(*base, entry) == 0)
			return true;
	return false;
}

/* "set environment NAME VALUE", for the program alone: gdb itself must not be scheduled. */
static int add_variable(struct words *words, const char *entry, const char *region_path)
{
	size_t name_len = strcspn(entry, "=");
	const char *value = entry + name_len + (entry[name_len] == '=');
	char *command;

	if (strncmp(entry, WIRE_ENV_REGION "=", name_len + 1) == 0)
		value = region_path;
	if (asprintf(&command, "set environment %.*s = %s", (int)name_len, entry, value) < 0)
		return -ENOMEM;
	if (add(words, "-ex") < 0) {
		free(command);
		return -ENOMEM;
	}
	return add_owned(words, command);
}

static int add_environment(struct words *words, const struct server_setup *setup,
	const char *region_path, struct diag *diag)
{
	struct environment_spec spec = {
		.runtime_path = setup->runtime_path,
		.tsan_dir = setup->tsan_dir,
		.region_fd = 0,
		.socket_fd = -1,
	};
	char **environment;
	int r = environment_make(environ, &spec, &environment, diag);

	if (r < 0)
		return r;
	for (char **entry = environment; *entry && r >= 0; entry++)
		if (!is_inherited(environ, *entry))
			r = add_variable(words, *entry, region_path);
	environment_free(environment);
	return r;
}

/* Signals that the runtime or the watchdog use among themselves. */
static int add_settings(struct words *words)
{
	static const char *const settings[] = {
		"set confirm off",
		"set startup-with-shell off",
		"set disable-randomization on",
		"set breakpoint pending on",
		"set print thread-events off",
		"handle SIG61 nostop noprint pass",
		"handle SIGSYS nostop noprint pass",
		"break weft_stop_here",
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && r >= 0; i++)
		r = add_command(words, settings[i]);
	return r;
}

static int add_program(struct words *words, const struct server_setup *setup)
{
	int r = add(words, "--args");

	if (r >= 0)
		r = add(words, setup->program);
	for (char *const *argument = setup->argv + 1; *argument && r >= 0; argument++)
		r = add(words, *argument);
	return r;
}

static int make_words(struct words *words, const struct server_setup *setup,
	const char *region_path, const char *commands, struct diag *diag)
{
	int r = add(words, "gdb");

	if (r >= 0)
		r = add(words, "-q");
	if (r >= 0 && commands)
		r = add(words, "-batch");
	if (r >= 0)
		r = add_settings(words);
	if (r >= 0)
		r = add_environment(words, setup, region_path, diag);
	if (r >= 0)
		r = add_command(words, "run");
	if (r >= 0 && commands)
		r = add(words, "-x");
	if (r >= 0 && commands)
		r = add(words, commands);
	return r < 0 ? r : add_program(words, setup);
}

/* Ctrl-C is gdb's: it stops the program, not us. */
static int run_in_foreground(const char *path, char *const *argv, struct diag *diag)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int status, r;
	pid_t pid;

	sigaction(SIGINT, &ignore, &old);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn(&pid, path, NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (r == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	sigaction(SIGINT, &old, NULL);
	if (r)
		return diag_set(diag, -r, "cannot start gdb: %s", strerror(r));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int write_region(struct region *region, const struct server_setup *setup,
	const struct server_request *request)
{
	struct modules none = { 0 };

	region->wire->config = setup->config;
	region->wire->config.debugger = 1;
	region->wire->config.output_fd = -1;
	region->wire->config.input_fd = STANDARD_INPUT_LEAVE;
	region_clear(region);
	return request_write(region, &none, request);
}

int debugger_run(const struct server_setup *setup, const struct server_request *request,
	const char *commands, struct diag *diag)
{
	char gdb[PATH_MAX], region_path[64];
	struct words words = { 0 };
	struct region region = { 0 };
	int r;

	if (program_find("gdb", gdb) < 0)
		return diag_set(diag, -ENOENT,
			"there is no gdb here; install it (apt install gdb), or replay "
			"without --gdb");
	r = region_create(&region, diag);
	if (r < 0)
		return r;
	snprintf(region_path, sizeof(region_path), "/proc/%d/fd/%d", (int)getpid(), region.fd);
	r = write_region(&region, setup, request);
	if (r >= 0)
		r = make_words(&words, setup, region_path, commands, diag);
	if (r >= 0)
		r = run_in_foreground(gdb, words.list, diag);
	else if (r == -ENOMEM)
		diag_set(diag, r, "no memory for gdb's command line");
	words_release(&words);
	region_release(&region);
	return r;
}
