/* SPDX-License-Identifier: Apache-2.0 */
/* Finding, starting and stopping a server; see server.h. */
#include "tool/sql/engine/server.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/data/pool.h"

#define START_LIMIT_NS (60 * UINT64_C(1000000000))
#define STOP_LIMIT_NS (10 * UINT64_C(1000000000))
#define PATH_SIZE 80 /* a socket's path is short */
#define ARGUMENTS_MAX 24
#define OPEN_FILES 16
/* Of a child that could not begin in the server's folder. */
#define STATUS_NO_FOLDER 126

struct private_server {
	enum spec_engine engine;
	char folder[PATH_SIZE];
	char socket[PATH_SIZE + 24];
	char connection[2 * PATH_SIZE];
	pid_t pid; /* 0: not started */
	uid_t uid; /* it runs as; 0: as we do */
	gid_t gid;
	struct pool pool;
};

/* ---- which programs ---- */

/* The newest file that matches one of the patterns, or NULL. */
static char *find_program(struct pool *pool, const char *const *patterns)
{
	for (; *patterns; patterns++) {
		glob_t found;
		char *path = NULL;

		if (glob(*patterns, 0, NULL, &found) == 0 && found.gl_pathc)
			path = pool_string(pool, found.gl_pathv[found.gl_pathc - 1]);
		globfree(&found);
		if (path && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static const char *require_program(struct private_server *server, const char *const *patterns,
	const char *package, struct diag *diag)
{
	const char *path = find_program(&server->pool, patterns);

	if (!path) {
		const char *slash = strrchr(patterns[0], '/');

		diag_set(diag, -ENOENT,
			"the program '%s' is missing; install it: apt-get install %s",
			slash ? slash + 1 : patterns[0], package);
	}
	return path;
}

/* ---- running them ---- */

static void become_user(const struct private_server *server)
{
	if (!server->uid)
		return;
	if (setgroups(0, NULL) < 0 || setgid(server->gid) < 0 || setuid(server->uid) < 0)
		_exit(127);
}

/* In the child; does not return. `signal_at_death`: what it gets when we die. */
_Noreturn static void run_child(
	const struct private_server *server, char *const *arguments, int signal_at_death)
{
	char log[PATH_SIZE + 8];
	sigset_t none;
	int fd;

	snprintf(log, sizeof(log), "%s/log", server->folder);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A Ctrl-C is for us; we stop it. */
	setsid();
	become_user(server);
	prctl(PR_SET_PDEATHSIG, signal_at_death);
	if (chdir(server->folder) < 0)
		_exit(STATUS_NO_FOLDER);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd >= 0) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
	fd = open("/dev/null", O_RDONLY);
	if (fd >= 0)
		dup2(fd, STDIN_FILENO);
	execv(arguments[0], arguments);
	_exit(127);
}

static pid_t spawn(
	const struct private_server *server, char *const *arguments, int signal_at_death)
{
	pid_t pid = fork();

	if (pid == 0)
		run_child(server, arguments, signal_at_death);
	return pid;
}

/* The log's last line that is not empty. */
static void last_line(const struct private_server *server, char line[256])
{
	char path[PATH_SIZE + 8];
	char buffer[256];
	FILE *log;

	snprintf(path, sizeof(path), "%s/log", server->folder);
	snprintf(line, 256, "it says nothing");
	log = fopen(path, "re");
	while (log && fgets(buffer, sizeof(buffer), log)) {
		buffer[strcspn(buffer, "\n")] = '\0';
		if (buffer[0])
			snprintf(line, 256, "%s", buffer);
	}
	if (log)
		fclose(log);
}

static int failed(
	const struct private_server *server, const char *what, int status, struct diag *diag)
{
	char line[256];

	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_NO_FOLDER)
		return diag_set(diag, -EACCES,
			"the user that '%s' runs as, number %u, can't enter '%s': set TMPDIR "
			"to a "
			"folder that it can",
			what, (unsigned int)(server->uid ? server->uid : getuid()),
			server->folder);
	last_line(server, line);
	return diag_set(diag, -ECHILD, "'%s' fails: %s", what, line);
}

/* Runs a program to its end. */
static int run_to_end(
	const struct private_server *server, char *const *arguments, struct diag *diag)
{
	pid_t pid = spawn(server, arguments, SIGKILL);
	int status;

	if (pid < 0)
		return diag_set(
			diag, -errno, "cannot start '%s': %s", arguments[0], strerror(errno));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return diag_set(diag, -errno, "cannot wait for '%s': %s", arguments[0],
				strerror(errno));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0
		       ? 0
		       : failed(server, arguments[0], status, diag);
}

static bool answers(const struct private_server *server)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	if (fd < 0)
		return false;
	memcpy(address.sun_path, server->socket, strlen(server->socket) + 1);
	ok = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return ok;
}

/* PostgreSQL takes connections before it is ready, and says in this file when it is. */
static bool says_ready(const struct private_server *server)
{
	char path[PATH_SIZE + 32];
	char line[256];
	bool ready = false;
	FILE *file;

	if (server->engine != SPEC_POSTGRES)
		return true;
	snprintf(path, sizeof(path), "%s/data/postmaster.pid", server->folder);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		ready |= strncmp(line, "ready", 5) == 0;
	if (file)
		fclose(file);
	return ready;
}

/* Until its socket takes connections. */
static int wait_until_ready(
	struct private_server *server, const char *program, struct diag *diag)
{
	uint64_t deadline_ns = clock_now_ns() + START_LIMIT_NS;

	while (!answers(server) || !says_ready(server)) {
		int status;

		if (waitpid(server->pid, &status, WNOHANG) == server->pid) {
			server->pid = 0;
			return failed(server, program, status, diag);
		}
		if (interrupt_requested())
			return diag_set(diag, -EINTR, "interrupted");
		if (clock_now_ns() > deadline_ns)
			return diag_set(diag, -ETIMEDOUT, "'%s' does not answer", program);
		poll(NULL, 0, 20);
	}
	return 0;
}

/* ---- the folder ---- */

static int make_folder(struct private_server *server, struct diag *diag)
{
	const char *base = getenv("TMPDIR");

	if (!base || !*base || strlen(base) + sizeof("/weft-server-XXXXXX") > PATH_SIZE)
		base = "/tmp";
	snprintf(server->folder, sizeof(server->folder), "%s/weft-server-XXXXXX", base);
	if (!mkdtemp(server->folder)) {
		int error = errno;

		server->folder[0] = '\0';
		return diag_set(diag, -error, "cannot make a temporary folder in '%s': %s",
			base, strerror(error));
	}
	if (server->uid && chown(server->folder, server->uid, server->gid) < 0)
		return diag_set(diag, -errno, "cannot give '%s' to the server's user: %s",
			server->folder, strerror(errno));
	return 0;
}

static int remove_entry(
	const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	remove(path);
	return 0;
}

/* As root a server runs as the user that its package made. */
static int choose_user(struct private_server *server, const char *name, struct diag *diag)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return 0;
	user = getpwnam(name);
	if (!user)
		user = getpwnam("nobody");
	if (!user || !user->pw_uid)
		return diag_set(diag, -ENOENT,
			"a server does not run as root, and there is neither a user '%s' nor "
			"'nobody'",
			name);
	server->uid = user->pw_uid;
	server->gid = user->pw_gid;
	return 0;
}

/* ---- PostgreSQL ---- */

static int start_postgres(struct private_server *server, struct diag *diag)
{
	static const char *const initdbs[] = { "/usr/lib/postgresql/*/bin/initdb",
		"/usr/local/pgsql/bin/initdb", "/usr/local/bin/initdb", "/usr/bin/initdb",
		NULL };
	static const char *const servers[] = { "/usr/lib/postgresql/*/bin/postgres",
		"/usr/local/pgsql/bin/postgres", "/usr/local/bin/postgres", "/usr/bin/postgres",
		NULL };
	const char *initdb = require_program(server, initdbs, "postgresql", diag);
	const char *program =
		initdb ? require_program(server, servers, "postgresql", diag) : NULL;
	char *data = pool_format(&server->pool, "%s/data", server->folder);
	char *const init[] = { (char *)(uintptr_t)initdb, "-D", data, "-U", "weft", "-A",
		"trust", "-N", "-E", "UTF8", "--locale=C", NULL };
	char *const run[] = { (char *)(uintptr_t)program, "-D", data, "-k", server->folder,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "autovacuum=off", "-c",
		"max_prepared_transactions=10", "-c", "shared_buffers=32MB", NULL };
	int r;

	if (!program)
		return -ENOENT;
	r = run_to_end(server, init, diag);
	if (r < 0)
		return r;
	snprintf(server->socket, sizeof(server->socket), "%s/.s.PGSQL.5432", server->folder);
	snprintf(server->connection, sizeof(server->connection),
		"host=%s user=weft dbname=postgres", server->folder);
	server->pid = spawn(server, run, SIGQUIT);
	return wait_until_ready(server, program, diag);
}

/* ---- MariaDB ---- */

static int start_mariadb(struct private_server *server, struct diag *diag)
{
	static const char *const installers[] = { "/usr/bin/mariadb-install-db",
		"/usr/bin/mysql_install_db", NULL };
	static const char *const servers[] = { "/usr/sbin/mariadbd", "/usr/bin/mariadbd",
		NULL };
	const char *installer = require_program(server, installers, "mariadb-server", diag);
	const char *program =
		installer ? require_program(server, servers, "mariadb-server", diag) : NULL;
	char *data = pool_format(&server->pool, "--datadir=%s/data", server->folder);
	char *path = pool_format(&server->pool, "--socket=%s/socket", server->folder);
	char *temporary = pool_format(&server->pool, "--tmpdir=%s", server->folder);
	char *pid_file = pool_format(&server->pool, "--pid-file=%s/pid", server->folder);
	char *const init[] = { (char *)(uintptr_t)installer, "--no-defaults", data,
		"--auth-root-authentication-method=normal", "--skip-test-db",
		"--skip-name-resolve", temporary, NULL };
	char *const run[] = { (char *)(uintptr_t)program, "--no-defaults", data, path,
		temporary, pid_file, "--skip-networking", "--skip-grant-tables=0",
		"--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0",
		"--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M",
		"--innodb-flush-method=nosync", "--performance-schema=OFF", NULL };
	int r;

	if (!program)
		return -ENOENT;
	r = run_to_end(server, init, diag);
	if (r < 0)
		return r;
	snprintf(server->socket, sizeof(server->socket), "%s/socket", server->folder);
	snprintf(server->connection, sizeof(server->connection), "socket=%s user=root",
		server->socket);
	server->pid = spawn(server, run, SIGKILL);
	return wait_until_ready(server, program, diag);
}

/* ---- the whole ---- */

int private_server_start(
	enum spec_engine engine, struct private_server **ret_server, struct diag *diag)
{
	struct private_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return diag_set(diag, -ENOMEM, "no memory for the server");
	server->engine = engine;
	r = choose_user(server, engine == SPEC_POSTGRES ? "postgres" : "mysql", diag);
	if (r == 0)
		r = make_folder(server, diag);
	if (r == 0)
		r = engine == SPEC_POSTGRES ? start_postgres(server, diag)
					    : start_mariadb(server, diag);
	if (r < 0)
		private_server_stop(server);
	else
		*ret_server = server;
	return r;
}

const char *private_server_connection(const struct private_server *server)
{
	return server->connection;
}

/* Its data go: there is nothing that a slow shutdown would save. */
static void stop_process(struct private_server *server)
{
	uint64_t deadline_ns = clock_now_ns() + STOP_LIMIT_NS;

	kill(server->pid, server->engine == SPEC_POSTGRES ? SIGQUIT : SIGKILL);
	while (waitpid(server->pid, NULL, WNOHANG) == 0) {
		if (clock_now_ns() > deadline_ns)
			kill(server->pid, SIGKILL);
		poll(NULL, 0, 5);
	}
}

void private_server_stop(struct private_server *server)
{
	if (!server)
		return;
	if (server->pid > 0)
		stop_process(server);
	if (server->folder[0])
		nftw(server->folder, remove_entry, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
	pool_release(&server->pool);
	free(server);
}
