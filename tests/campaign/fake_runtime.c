/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test double of the runtime: preloaded into a program like the real one, it answers requests
 * by the protocol, but what an execution does is a function of the request and of rules that
 * stand in the program's arguments, "ACTION@WHEN". WHEN is a number (that execution), "%N"
 * (seeds that N divides), "always", or "points" (when the request names at least three points).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/hash.h"
#include "common/wire.h"

#define LEARNED_PER_EXECUTION 2
#define LEARNED_DISTINCT 8
#define POINTS_NEEDED 3

static struct wire_region *region;

static bool is_now(const char *when)
{
	const struct wire_request *request = &region->request;

	if (strcmp(when, "always") == 0)
		return true;
	if (strcmp(when, "points") == 0)
		return region->areas[WIRE_AREA_POINTS].length >=
		       POINTS_NEEDED * sizeof(uint64_t);
	if (when[0] == '%')
		return request->seed % strtoull(when + 1, NULL, 10) == 0;
	return request->execution == strtoull(when, NULL, 10);
}

static void give_verdict(enum wire_verdict verdict, const char *message)
{
	region->result.verdict = verdict;
	snprintf(region->result.message, sizeof(region->result.message), "%s", message);
	_exit(0);
}

/* The part of the shared memory that the protocol leaves alone here: it outlives the server. */
static char *scratch(void)
{
	return wire_area_at(region, WIRE_AREA_MAPS);
}

static void die_once(void)
{
	if (scratch()[0] == 1)
		return;
	scratch()[0] = 1;
	kill(getppid(), SIGKILL);
	pause();
}

static void ignore_stall_signal(void)
{
	signal(WIRE_SIGNAL_STALLED, SIG_IGN);
	for (;;)
		pause();
}

static void work_for_ever(void)
{
	for (;;)
		region->result.steps++;
}

static void act(const char *action)
{
	if (strcmp(action, "crash") == 0)
		raise(SIGSEGV);
	else if (strcmp(action, "exit3") == 0)
		_exit(3);
	else if (strcmp(action, "deadlock") == 0)
		give_verdict(WIRE_VERDICT_DEADLOCK, "nobody can run");
	else if (strcmp(action, "unsupported") == 0)
		give_verdict(WIRE_VERDICT_UNSUPPORTED, "it uses carrier pigeons");
	else if (strcmp(action, "defect") == 0)
		give_verdict(WIRE_VERDICT_DEFECT, "core.c:1: 1 != 1");
	else if (strcmp(action, "stall") == 0)
		pause();
	else if (strcmp(action, "deafstall") == 0)
		ignore_stall_signal();
	else if (strcmp(action, "busy") == 0)
		work_for_ever();
	else if (strcmp(action, "dieonce") == 0)
		die_once();
	else if (strcmp(action, "die") == 0)
		kill(getppid(), SIGKILL);
	else if (strcmp(action, "print") == 0)
		dprintf(1, "execution %llu\n", (unsigned long long)region->request.execution);
}

static void learn(void)
{
	uint64_t *learned = wire_area_at(region, WIRE_AREA_LEARNED);
	uint64_t seed = hash_mix(region->request.seed);

	for (unsigned int i = 0; i < LEARNED_PER_EXECUTION; i++)
		learned[i] = (uintptr_t)&learn + (seed >> (8 * i)) % LEARNED_DISTINCT;
	region->areas[WIRE_AREA_LEARNED].length = LEARNED_PER_EXECUTION * sizeof(*learned);
}

static void execute(int argc, char **argv)
{
	struct wire_result *result = &region->result;

	result->pid = getpid();
	result->steps = 10 + region->request.seed % 7;
	result->hash = region->request.seed;
	result->behaviour = region->request.seed % 23;
	if (region->config.output_fd >= 0) {
		dup2(region->config.output_fd, 1);
		dup2(region->config.output_fd, 2);
	}
	if (region->request.strategy != WIRE_STRATEGY_SEQUENTIAL)
		learn();
	for (int i = 1; i < argc; i++) {
		char action[32];
		const char *at = strchr(argv[i], '@');

		if (!at)
			continue;
		snprintf(action, sizeof(action), "%.*s", (int)(at - argv[i]), argv[i]);
		if (is_now(at + 1))
			act(action);
	}
	result->verdict = WIRE_VERDICT_EXIT;
	_exit(0);
}

static void serve(int socket, int argc, char **argv)
{
	char message = WIRE_READY;

	if (write(socket, &message, 1) != 1)
		_exit(1);
	while (read(socket, &message, 1) == 1 && message == WIRE_RUN) {
		unsigned char done[1 + sizeof(int32_t)] = { WIRE_DONE };
		int32_t status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			close(socket);
			execute(argc, argv);
		}
		waitpid(pid, &status, 0);
		memcpy(done + 1, &status, sizeof(status));
		if (write(socket, done, sizeof(done)) != sizeof(done))
			_exit(1);
	}
	_exit(0);
}

static bool has_argument(int argc, char **argv, const char *wanted)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], wanted) == 0)
			return true;
	return false;
}

/* glibc hands main's arguments to constructors as well. */
__attribute__((constructor)) static void start(int argc, char **argv)
{
	const char *path = getenv(WIRE_ENV_REGION);
	const char *socket = getenv(WIRE_ENV_SOCKET);
	int fd;

	if (!path || !socket)
		return;
	if (has_argument(argc, argv, "early")) {
		dprintf(2, "first line\nlibsomething.so: not today\n");
		_exit(3);
	}
	if (has_argument(argc, argv, "deaf"))
		pause();
	fd = open(path, O_RDWR | O_CLOEXEC);

	struct wire_region header;

	if (fd < 0 || read(fd, &header, sizeof(header)) != sizeof(header) ||
		header.magic != WIRE_MAGIC)
		_exit(4);
	region = mmap(NULL, header.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (region == MAP_FAILED)
		_exit(5);
	serve(atoi(socket), argc, argv);
}
