/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of one execution server as a state machine over its socket; see server.h.
 *
 * STARTING waits for the READY byte, IDLE for a request, RUNNING for DONE and the wait status.
 * A request that comes while STARTING is sent as soon as the program is ready. In GONE the
 * program could not be run at all.
 */
#include "tool/launch/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "tool/launch/clock.h"
#include "tool/launch/environment.h"
#include "tool/launch/outcome.h"
#include "tool/launch/output.h"
#include "tool/launch/process.h"
#include "tool/launch/region.h"
#include "tool/launch/request.h"
#include "tool/launch/spawn.h"
#include "tool/launch/watchdog.h"

/* DONE and the wait status. */
#define MESSAGE_SIZE (1 + sizeof(int32_t))

/* How often a server is started for one execution. */
#define ATTEMPTS_MAX 2

/* How often to look whether a server that owes an answer still lives, and at its output. */
#define LIVENESS_NS (NS_PER_S / 5)

/*
 * Output that is to be compared is kept up to this; an execution that writes more is ended. Of
 * other output the end is enough.
 */
#define OUTPUT_LIMIT ((uint64_t)1 << 30)
#define OUTPUT_KEPT ((uint64_t)1 << 20)

/* What ld.so ends with when a symbol or library is missing. */
#define LOADER_STATUS 127

/* Limits that apply unless a command sets others. */
#define START_LIMIT_NS (60 * NS_PER_S)
#define STALL_LIMIT_NS (10 * NS_PER_S)
#define STEP_LIMIT 20000000u
#define POOL_THREADS 8

/*
 * 2025-01-01T00:00:00Z: the same in every execution and campaign, since programs seed from it
 * and a campaign is to be a function of its own seed alone.
 */
#define REALTIME_START_NS (UINT64_C(1735689600) * NS_PER_S)

/* Servers that live, for server_kill_all(). */
#define SERVERS_MAX 1024
static _Atomic pid_t live_servers[SERVERS_MAX];

enum server_state { STATE_STARTING, STATE_IDLE, STATE_RUNNING, STATE_GONE };

/* Order of spawn_spec.inherited. */
enum inherited { INHERIT_REGION, INHERIT_SOCKET, INHERIT_OUTPUT, INHERIT_INPUT };

struct server {
	const struct server_setup *setup;
	struct region region;
	struct watchdog watchdog;
	struct modules modules;
	struct server_request request; /* valid while `pending` */
	uint64_t start_deadline_ns;
	uint64_t liveness_ns; /* when to look next */
	size_t inbox_len;
	enum server_state state;
	int attempts; /* servers used up by the pending request */
	int socket;
	int output_fd; /* -1: output is not captured */
	pid_t pid;     /* 0: none */
	bool pending;
	bool dead; /* seen dead without the socket having said so */
	bool lazy; /* its symbols can't all be resolved before main */
	unsigned char inbox[MESSAGE_SIZE];
};

void server_setup_init(struct server_setup *setup)
{
	*setup = (struct server_setup){
		.config = {
			.realtime_start_ns = REALTIME_START_NS,
			.step_limit = STEP_LIMIT,
			.pool_threads = POOL_THREADS,
			.quarantine_mib = WIRE_QUARANTINE_MIB,
		},
		.input_fd = -1,
		.start_limit_ns = START_LIMIT_NS,
		.stall_limit_ns = STALL_LIMIT_NS,
	};
}

bool server_outcome_is_typical(const struct server_outcome *outcome)
{
	switch (outcome->result.verdict) {
	case WIRE_VERDICT_EXIT:
	case WIRE_VERDICT_SIGNAL:
	case WIRE_VERDICT_ASSERTION:
	case WIRE_VERDICT_REPORT:
	case WIRE_VERDICT_DEADLOCK:
		return true;
	default:
		return false;
	}
}

void server_outcome_release(struct server_outcome *outcome)
{
	free(outcome->learned);
	free(outcome->races);
	free(outcome->misuses);
	free(outcome->steps);
	free(outcome->observations);
	free(outcome->choices);
	free(outcome->output);
	outcome->observations = NULL;
	outcome->choices = NULL;
	outcome->output = NULL;
	outcome->observations_size = 0;
	outcome->choice_count = 0;
	outcome->learned = NULL;
	outcome->races = NULL;
	outcome->misuses = NULL;
	outcome->steps = NULL;
	outcome->learned_count = 0;
	outcome->race_count = 0;
	outcome->misuse_count = 0;
}

static void remember_live(pid_t old, pid_t new)
{
	for (int i = 0; i < SERVERS_MAX; i++) {
		pid_t expected = old;

		if (atomic_compare_exchange_strong(&live_servers[i], &expected, new))
			return;
	}
}

void server_kill_all(void)
{
	for (int i = 0; i < SERVERS_MAX; i++) {
		pid_t pid = atomic_load(&live_servers[i]);

		if (pid > 0)
			kill(pid, WIRE_SIGNAL_STALLED);
	}
}

static bool is_live_server(pid_t pid)
{
	for (int i = 0; i < SERVERS_MAX; i++)
		if (atomic_load(&live_servers[i]) == pid)
			return true;
	return false;
}

/*
 * The process of the execution, if the region names one that is the server or its child. Those
 * of a server that died belong to this process, beside the other servers.
 */
static pid_t execution_pid(const struct server *server)
{
	pid_t pid = server->region.wire->result.pid;
	pid_t parent = pid > 1 ? process_parent(pid) : 0;

	if (pid <= 1 || pid == server->pid)
		return pid > 1 ? pid : 0;
	if (parent == server->pid || (parent == getpid() && !is_live_server(pid)))
		return pid;
	return 0;
}

/* Ends the program and all that stayed in its process groups. Returns its wait status. */
static int kill_program(struct server *server)
{
	int status = 0;
	pid_t execution = server->state == STATE_RUNNING ? execution_pid(server) : 0;

	if (server->pid == 0)
		return 0;
	if (execution) {
		kill(-execution, SIGKILL);
		kill(execution, SIGKILL);
	}
	kill(-server->pid, SIGKILL);
	kill(server->pid, SIGKILL);
	while (waitpid(server->pid, &status, 0) < 0 && errno == EINTR)
		;
	remember_live(server->pid, 0);
	server->pid = 0;
	close(server->socket);
	server->socket = -1;
	return status;
}

/* What the program gets as its standard descriptors and environment. */
static int spawn_with(struct server *server, int socket, struct diag *diag)
{
	const struct server_setup *setup = server->setup;
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int first_fd = spawn_first_fd();
	struct environment_spec environment = {
		.runtime_path = setup->runtime_path,
		.tsan_dir = setup->tsan_dir,
		.region_fd = first_fd + INHERIT_REGION,
		.socket_fd = first_fd + INHERIT_SOCKET,
		.bind_now = !server->lazy,
	};
	struct spawn_spec spec = {
		.program = setup->program,
		.argv = setup->argv,
		.stdin_fd = setup->pass_input ? -1 : null_fd,
		.stdout_fd = server->output_fd,
		.stderr_fd = server->output_fd,
		.inherited = { server->region.fd, socket, server->output_fd, setup->input_fd },
		.first_fd = first_fd,
	};
	struct wire_config *config = &server->region.wire->config;
	char **variables = NULL;

	if (null_fd < 0)
		return diag_set(diag, -errno, "cannot open '/dev/null': %s", strerror(errno));

	*config = setup->config;
	config->output_fd = server->output_fd < 0 ? -1 : first_fd + INHERIT_OUTPUT;
	config->input_fd = setup->input_fd < 0 ? -1 : first_fd + INHERIT_INPUT;
	if (setup->pass_input)
		config->input_fd = -2;

	int r = environment_make(environ, &environment, &variables, diag);

	if (r == 0) {
		spec.environment = variables;
		r = spawn(&spec, &server->pid, diag);
	}
	environment_free(variables);
	close(null_fd);
	return r;
}

/* The offset is shared with the program's stdout and stderr: it goes back with the size. */
static void empty_output(int fd)
{
	if (fd < 0 || output_size(fd) == 0)
		return;
	(void)!ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
}

static int start_program(struct server *server, struct diag *diag)
{
	int ends[2];

	server->state = STATE_GONE;
	server->dead = false;
	server->inbox_len = 0;
	empty_output(server->output_fd);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return diag_set(diag, -errno, "cannot make a socket: %s", strerror(errno));

	region_clear(&server->region);

	int r = spawn_with(server, ends[1], diag);

	close(ends[1]);
	if (r < 0) {
		close(ends[0]);
		return r;
	}
	server->socket = ends[0];
	server->state = STATE_STARTING;
	server->start_deadline_ns = clock_now_ns() + server->setup->start_limit_ns;
	remember_live(0, server->pid);
	return 0;
}

int server_start(
	const struct server_setup *setup, struct server **ret_server, struct diag *diag)
{
	struct server *server = calloc(1, sizeof(*server));

	if (!server)
		return diag_set(diag, -ENOMEM, "out of memory");
	server->setup = setup;
	server->socket = -1;
	server->output_fd = -1;
	server->watchdog.stall_limit_ns = setup->stall_limit_ns;
	server->watchdog.time_limit_ns = setup->time_limit_ns;

	int r = region_create(&server->region, diag);

	if (r == 0 && !setup->pass_output) {
		server->output_fd = memfd_create("weft-output", MFD_CLOEXEC);
		if (server->output_fd < 0)
			r = diag_set(diag, -errno, "cannot make memory for the output: %s",
				strerror(errno));
	}
	if (r == 0)
		r = start_program(server, diag);
	if (r < 0) {
		server_stop(server);
		return r;
	}
	*ret_server = server;
	return 0;
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	kill_program(server);
	region_release(&server->region);
	modules_release(&server->modules);
	if (server->output_fd >= 0)
		close(server->output_fd);
	free(server);
}

/* Sends the pending request; a server that is gone is noticed when the answer is read. */
static int send_request(struct server *server, struct diag *diag)
{
	static const unsigned char run = WIRE_RUN;
	uint64_t now_ns = clock_now_ns();

	empty_output(server->output_fd);
	region_clear(&server->region);

	int r = request_write(&server->region, &server->modules, &server->request);

	if (r < 0) {
		server->pending = false;
		return diag_set(diag, r, "execution %llu has more points or decisions than fit",
			(unsigned long long)server->request.wire.execution);
	}
	server->state = STATE_RUNNING;
	server->liveness_ns = now_ns + LIVENESS_NS;
	watchdog_begin(&server->watchdog, now_ns);
	(void)!send(server->socket, &run, sizeof(run), MSG_NOSIGNAL);
	return 0;
}

int server_submit(
	struct server *server, const struct server_request *request, struct diag *diag)
{
	if (server->pending || server->state == STATE_RUNNING)
		return diag_set(
			diag, -EBUSY, "the server of '%s' is busy", server->setup->argv[0]);
	server->request = *request;
	server->pending = true;
	server->attempts = 1;
	if (server->state == STATE_GONE)
		return start_program(server, diag);
	if (server->state == STATE_STARTING)
		return 0;
	return send_request(server, diag);
}

int server_fd(const struct server *server)
{
	return server->socket;
}

bool server_starting(const struct server *server)
{
	return server->state == STATE_STARTING;
}

uint64_t server_deadline_ns(const struct server *server)
{
	uint64_t next_ns;

	switch (server->state) {
	case STATE_STARTING:
		return server->dead ? 0 : server->start_deadline_ns;
	case STATE_RUNNING:
		next_ns = watchdog_next_ns(&server->watchdog);
		return next_ns < server->liveness_ns ? next_ns : server->liveness_ns;
	default:
		return UINT64_MAX;
	}
}

/* Does the process still live, or is there only its exit status left? */
static bool is_alive(const struct server *server)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)server->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

static void act(struct server *server, enum watchdog_action action)
{
	pid_t execution = execution_pid(server);

	switch (action) {
	case WATCHDOG_ASK:
		if (execution)
			kill(execution, WIRE_SIGNAL_STALLED);
		break;
	case WATCHDOG_KILL:
		if (execution)
			kill(execution, SIGKILL);
		break;
	case WATCHDOG_GIVE_UP:
		server->dead = true;
		break;
	case WATCHDOG_NOTHING:
		break;
	}
}

static void limit_output(struct server *server)
{
	if (!server->setup->hash_output)
		output_trim(server->output_fd, OUTPUT_KEPT);
	else if (output_size(server->output_fd) > OUTPUT_LIMIT)
		watchdog_object(&server->watchdog, WATCHDOG_TOO_MUCH_OUTPUT);
}

bool server_tick(struct server *server, uint64_t now_ns)
{
	if (now_ns < server_deadline_ns(server) || server->state == STATE_GONE)
		return server->dead;
	if (server->state == STATE_STARTING) {
		server->dead = true;
		return true;
	}
	if (now_ns >= server->liveness_ns) {
		server->liveness_ns = now_ns + LIVENESS_NS;
		server->dead = server->dead || !is_alive(server);
		limit_output(server);
	}
	act(server,
		watchdog_check(&server->watchdog, now_ns, server->region.wire->result.steps));
	return server->dead;
}

/* Says why the program never came to the point before main. */
static int explain_start(const struct server *server, int wait_status, struct diag *diag)
{
	const char *name = server->setup->argv[0];
	char last_line[256];

	output_last_line(server->output_fd, last_line, sizeof(last_line));

	const char *colon = *last_line ? ": " : "";

	if (clock_now_ns() >= server->start_deadline_ns)
		return diag_set(diag, -ETIMEDOUT,
			"'%s' did not reach main within %llu seconds%s%s", name,
			(unsigned long long)(server->setup->start_limit_ns / NS_PER_S), colon,
			last_line);
	if (WIFSIGNALED(wait_status))
		return diag_set(diag, -ECHILD,
			"'%s' was killed by signal %d (%s) before main%s%s", name,
			WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)), colon,
			last_line);
	return diag_set(diag, -ECHILD,
		"'%s' ended with status %d and never came under weft's control%s%s", name,
		WEXITSTATUS(wait_status), colon, last_line);
}

static int finish(
	struct server *server, int wait_status, bool lost, struct server_outcome *outcome)
{
	const struct outcome_source source = {
		.region = &server->region,
		.watchdog = &server->watchdog,
		.output_fd = server->output_fd,
		.hash_output = server->setup->hash_output,
	};

	int r;

	server->pending = false;
	r = outcome_fill(&source, wait_status, lost, outcome);
	if (r == 0)
		outcome_check_control(outcome, &server->modules);
	return r;
}

/*
 * The server died. The execution is tried once more by a new one, since the cause may lie
 * outside; not if it was ended on purpose, for taking too long.
 */
static int lose(struct server *server, struct server_outcome *outcome, struct diag *diag)
{
	bool was_running = server->state == STATE_RUNNING;
	bool ended = was_running && server->watchdog.acted >= WATCHDOG_KILL;
	int wait_status = kill_program(server);

	if (!was_running && !server->lazy && WIFEXITED(wait_status) &&
		WEXITSTATUS(wait_status) == LOADER_STATUS) {
		server->lazy = true;
		return start_program(server, diag);
	}
	if (!was_running) {
		server->state = STATE_GONE;
		server->pending = false;
		return explain_start(server, wait_status, diag);
	}
	if (!ended && server->attempts < ATTEMPTS_MAX) {
		server->attempts++;
		return start_program(server, diag);
	}

	int r = finish(server, wait_status, !ended, outcome);

	server->state = STATE_GONE;
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	return 1;
}

/* The program is before main: its mappings are those that all its executions begin with. */
static int become_ready(struct server *server, struct diag *diag)
{
	modules_release(&server->modules);

	int r = modules_read(server->pid, &server->modules);

	if (r < 0)
		return diag_set(diag, r, "cannot read '/proc/%d/maps': %s", (int)server->pid,
			strerror(-r));
	server->state = STATE_IDLE;
	server->inbox_len = 0;
	return server->pending ? send_request(server, diag) : 0;
}

static int finish_done(struct server *server, struct server_outcome *outcome, struct diag *diag)
{
	int32_t wait_status;

	memcpy(&wait_status, server->inbox + 1, sizeof(wait_status));
	server->inbox_len = 0;
	server->state = STATE_IDLE;

	int r = finish(server, wait_status, false, outcome);

	/* Its settings may be overwritten, too: the next execution starts anew. */
	if (!region_is_sound(&server->region)) {
		kill_program(server);
		server->state = STATE_GONE;
	}
	return r < 0 ? diag_set(diag, r, "out of memory") : 1;
}

static int refuse_message(struct server *server, struct diag *diag)
{
	int byte = server->inbox[0];

	kill_program(server);
	server->state = STATE_GONE;
	server->pending = false;
	return diag_set(diag, -EPROTO,
		"the runtime said something unexpected (0x%02x); are '%s' and weft of one "
		"version?",
		byte, server->setup->runtime_path);
}

int server_collect(struct server *server, struct server_outcome *outcome, struct diag *diag)
{
	if (server->socket < 0)
		return 0;

	size_t wanted = server->state == STATE_RUNNING ? MESSAGE_SIZE : 1;
	ssize_t got = recv(server->socket, server->inbox + server->inbox_len,
		wanted - server->inbox_len, MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) ||
		(got < 0 && server->dead))
		return lose(server, outcome, diag);
	if (got < 0)
		return 0;
	server->inbox_len += (size_t)got;

	if (server->state == STATE_STARTING && server->inbox[0] == WIRE_READY)
		return become_ready(server, diag);
	if (server->state != STATE_RUNNING || server->inbox[0] != WIRE_DONE)
		return refuse_message(server, diag);
	return server->inbox_len == MESSAGE_SIZE ? finish_done(server, outcome, diag) : 0;
}

/* One turn of a loop that waits for this server alone; returns what server_collect returns. */
static int wait_turn(struct server *server, struct server_outcome *outcome, struct diag *diag)
{
	struct pollfd poll_fd = { .fd = server_fd(server), .events = POLLIN };

	poll(&poll_fd, 1, clock_poll_timeout_ms(server_deadline_ns(server), clock_now_ns()));
	server_tick(server, clock_now_ns());
	return server_collect(server, outcome, diag);
}

int server_wait_ready(struct server *server, struct diag *diag)
{
	struct server_outcome none;
	int r = 0;

	while (r == 0 && server->state == STATE_STARTING)
		r = wait_turn(server, &none, diag);
	return r;
}

int server_execute(struct server *server, const struct server_request *request,
	struct server_outcome *outcome, struct diag *diag)
{
	int r = server_submit(server, request, diag);

	while (r == 0)
		r = wait_turn(server, outcome, diag);
	return r < 0 ? r : 0;
}

const struct wire_region *server_region(const struct server *server)
{
	return server->region.wire;
}

size_t server_region_size(const struct server *server)
{
	return server->region.size;
}

const void *server_area(const struct server *server, enum wire_area_id id, size_t *ret_size)
{
	return region_area(&server->region, id, ret_size);
}

size_t server_output(const struct server *server, uint64_t offset, void *buffer, size_t size)
{
	return output_read(server->output_fd, offset, buffer, size);
}

pid_t server_pid(const struct server *server)
{
	return server->pid;
}

const struct modules *server_modules(const struct server *server)
{
	return &server->modules;
}
