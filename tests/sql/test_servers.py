# SPDX-License-Identifier: Apache-2.0
"""test_servers.py WEFT SOURCE FOLDER [TEST...]: `weft sql` on PostgreSQL and MariaDB, as users run it."""
import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

import servers

WEFT, SOURCE, FOLDER = (os.path.abspath(argument) for argument in sys.argv[1:4])
EXAMPLES = os.path.join(SOURCE, "examples", "sql")
LIMIT_SECONDS = 120

SETUP = """
setup { CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0), (2, 0) }
"""
# Enough executions to be in the middle of them.
LONG = SETUP + "".join(f"""
session {s}
step {s}0 {{ BEGIN }}
step {s}1 {{ SELECT v FROM t }}
step {s}2 {{ SELECT v FROM t WHERE id = 1 }}
step {s}3 {{ SELECT v FROM t WHERE id = 2 }}
step {s}4 {{ UPDATE t SET v = v + 1 WHERE id = {n} }}
step {s}5 {{ COMMIT }}
""" for n, s in enumerate("abc", 1))
GUARDED_INSERT = """
isolation read committed, repeatable read, serializable
setup { CREATE TABLE p (id INT, amount INT); }
session a
step a1 { INSERT INTO p SELECT 7, 100 WHERE NOT EXISTS (SELECT 1 FROM p WHERE id = 7) }
session b
step b1 { INSERT INTO p SELECT 7, 100 WHERE NOT EXISTS (SELECT 1 FROM p WHERE id = 7) }
overlap a1, b1
"""
TWO_ROWS = """
setup { CREATE TABLE p (id INT PRIMARY KEY, amount INT); }
session a
step a1 { INSERT INTO p VALUES (1, 1), (2, 1) }
session b
step b1 { INSERT INTO p VALUES (2, 2), (1, 2) }
overlap a1, b1
"""


class Server:
    """A running server, and what was on it before."""

    def __init__(self, engine: str, connection: str, process: subprocess.Popen):
        self.engine = engine
        self.connection = connection
        self.process = process

    def sql(self, text: str) -> str:
        if self.engine == "postgres":
            command = ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.connection, "-c", text]
        else:
            socket = re.search(r"socket=(\S+)", self.connection).group(1)
            command = ["mariadb", "--no-defaults", "-NB", f"--socket={socket}", "-uroot", "-e", text]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def left_over(self) -> str:
        """Schemas or databases of ours."""
        if self.engine == "postgres":
            return self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'weft%'")
        return self.sql("SHOW DATABASES LIKE 'weft%'")

    def sessions(self) -> list[int]:
        """The connections that steps are run on."""
        if self.engine == "postgres":
            text = self.sql("SELECT pid FROM pg_stat_activity WHERE query LIKE '%FROM t%' AND pid <> "
                            "pg_backend_pid() AND query NOT LIKE '%weft_%' ORDER BY pid")
        else:
            text = self.sql("SELECT id FROM information_schema.processlist WHERE db LIKE 'weft%' "
                            "ORDER BY id DESC")
        return [int(line) for line in text.split()]

    def kill_session(self, number: int) -> None:
        self.sql(f"SELECT pg_terminate_backend({number})" if self.engine == "postgres"
                 else f"KILL {number}")

    def command(self, path: str, *options: str) -> list[str]:
        return [WEFT, "sql", "--engine", self.engine, "--connect", self.connection, *options, path]


def write(name: str, text: str) -> str:
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def run(command: list[str], **arguments) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False,
                          timeout=LIMIT_SECONDS, **arguments)


def explore(server: Server, path: str, *options: str, status: int) -> dict:
    done = run(server.command(path, "--json", "-", *options))
    assert done.returncode == status, (path, done.returncode, done.stdout, done.stderr)
    assert server.left_over() == "", server.left_over()
    return json.loads(done.stdout)


def kinds(report: dict) -> list[str]:
    return sorted({finding["kind"] for finding in report["findings"]})


def told_in_one_line(done: subprocess.CompletedProcess, *messages: str) -> None:
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.startswith("weft sql: ")]
    assert len(lines) == 1, done.stderr
    assert any(message in lines[0] for message in messages), (lines[0], messages)


@contextlib.contextmanager
def in_the_middle(server: Server):
    """`weft sql` while it explores."""
    process = subprocess.Popen(server.command(write("long.spec", LONG), "--no-pruning"), cwd=FOLDER,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        while len(server.sessions()) < 2:
            assert process.poll() is None, process.communicate()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def finished(process: subprocess.Popen) -> subprocess.CompletedProcess:
    output, errors = process.communicate(timeout=LIMIT_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


# ---- what is found ----


def examples_show_their_bug_and_the_repaired_ones_are_silent(server: Server):
    shown = {"double-payment": ["invariant", "predicate-write-skew"], "lost-update": ["lost-update"],
             "write-skew": ["invariant", "write-skew"], "lock-order": ["deadlock"],
             "job-twice": ["invariant", "predicate-write-skew"], "transfer-crash": ["half-done"]}
    for name, expected in shown.items():
        assert kinds(explore(server, f"{EXAMPLES}/{name}.spec", status=1)) == expected, name
        assert not explore(server, f"{EXAMPLES}/{name}-fixed.spec", status=0)["findings"], name


def the_same_interleaving_gives_the_same_three_times(server: Server):
    for name in sorted(os.listdir(EXAMPLES)):
        if not name.endswith(".spec"):
            continue
        reports = []
        for _ in range(3):
            report = json.loads(run(server.command(f"{EXAMPLES}/{name}", "--json", "-")).stdout)
            report.pop("seconds")
            for level in report["levels"]:
                level.pop("search_seconds")
            reports.append(report)
            for finding in report["findings"]:
                assert finding["replays_reproduced"] == finding["replays"] == 3, (name, finding)
            assert all(level["divergences"] == 0 for level in report["levels"]), name
        assert reports[0] == reports[1] == reports[2], name


def some_fix_helps_for_every_example(server: Server):
    expected = {"double-payment": "unique key", "lost-update": "atomic UPDATE",
                "write-skew": "serializable", "lock-order": "ordered locks",
                "job-twice": "one transaction, FOR UPDATE", "transfer-crash": "one transaction"}
    for name, fix in expected.items():
        report = explore(server, f"{EXAMPLES}/{name}.spec", status=1)
        assert fix in [each["fix"] for each in report["fixes"] if each.get("helps")], (name, report)


def a_schedule_replays(server: Server):
    schedule = explore(server, f"{EXAMPLES}/lock-order.spec", status=1)["findings"][0]["schedule"]
    done = run([WEFT, "replay", "--connect", server.connection, schedule])
    assert done.returncode == 1 and "deadlock" in done.stdout, (done.stdout, done.stderr)
    assert server.left_over() == ""


def statements_overlap_at_their_gates(server: Server):
    report = explore(server, write("guarded.spec", GUARDED_INSERT), "--no-fixes", status=1)
    bad = [f"{level['wrong']}/{level['executions']}" for level in report["levels"]]
    # MariaDB locks what it looks at, above read committed.
    assert bad == (["4/6", "4/6", "0/6"] if server.engine == "postgres" else ["4/6", "0/6", "0/6"]), bad
    report = explore(server, write("rows.spec", TWO_ROWS), "--no-fixes", status=1)
    level = report["levels"][0]
    # Where we choose the victim, each of the twelve deadlocks ends in two ways.
    expected = [32, 24] if server.engine == "postgres" else [20, 12]
    assert [level["executions"], level["deadlocks"]] == expected, level
    assert level["divergences"] == 0
    ordered = TWO_ROWS.replace("(2, 2), (1, 2)", "(1, 2), (2, 2)")
    explore(server, write("rows.spec", ordered), status=0)


def a_schedule_of_an_own_server_starts_one(server: Server):
    place = os.path.join(FOLDER, f"own-{server.engine}")
    done = run([WEFT, "sql", "--start", server.engine, "--no-fixes", "--out", place,
                f"{EXAMPLES}/lock-order.spec"])
    assert done.returncode == 1, (done.stdout, done.stderr)
    schedule = f"{place}/lock-order-deadlock-1.weft"
    with open(schedule, encoding="utf-8") as file:
        assert "\nsql-server private\n" in file.read()
    done = run([WEFT, "replay", schedule])
    assert done.returncode == 1 and "deadlock" in done.stdout, (done.stdout, done.stderr)
    done = run([WEFT, "replay", place])
    assert done.returncode == 1 and "0 of 1 schedules passed" in done.stdout, (done.stdout, done.stderr)
    for path in (schedule, place):
        done = run([WEFT, "replay", "--connect", "host=/nowhere user=nobody", path])
        assert "cannot connect" in done.stdout + done.stderr and done.returncode == 2, (done.stdout, done.stderr)
    # And what was made on a server of the user's goes there.
    explore(server, f"{EXAMPLES}/lock-order.spec", "--no-fixes", "--out", place, status=1)
    done = run([WEFT, "replay", "--connect", server.connection, place])
    assert done.returncode == 1 and "FAILED" in done.stdout, (done.stdout, done.stderr)
    assert server.left_over() == ""


def a_file_for_all_engines_is_run_on_each(server: Server):
    if server.engine == "mariadb":
        return
    with open(f"{EXAMPLES}/double-payment.spec", encoding="utf-8") as file:
        path = write("all.spec", "engine sqlite, postgres, mariadb\n" + file.read())
    done = run([WEFT, "sql", "--start", "all", "--no-fixes", "--json", "all.json", "--junit", "all.xml",
                "--out", "all", path])
    assert done.returncode == 1 and not done.stderr, (done.stdout, done.stderr)
    with open(f"{FOLDER}/all.json", encoding="utf-8") as file:
        reports = json.load(file)
    assert [report["engine"] for report in reports] == ["sqlite", "postgres", "mariadb"]
    assert all(kinds(report) == ["invariant", "predicate-write-skew"] for report in reports)
    subprocess.run(["xmllint", "--noout", "--schema", f"{SOURCE}/tests/report/schema/junit.xsd",
                    f"{FOLDER}/all.xml"], check=True)
    done = run([WEFT, "replay", "all"])
    assert done.returncode == 1 and done.stdout.count("FAILED ") == 6, (done.stdout, done.stderr)


def a_gate_replays(server: Server):
    report = explore(server, write("guarded.spec", GUARDED_INSERT), "--no-fixes", status=1)
    done = run([WEFT, "replay", "--connect", server.connection, report["findings"][0]["schedule"]])
    assert done.returncode == 1, (done.stdout, done.stderr)


def pruning_by_rows_loses_no_finding(server: Server):
    for name in ("write-skew", "lock-order"):
        pruned = explore(server, f"{EXAMPLES}/{name}.spec", "--no-fixes", status=1)
        whole = explore(server, f"{EXAMPLES}/{name}.spec", "--no-fixes", "--no-pruning", status=1)
        assert kinds(pruned) == kinds(whole)
        assert pruned["executions"] <= whole["executions"]


def needless_refusals_are_counted(server: Server):
    """PostgreSQL's two-ids: what its comment says is four bad schedules of the sixteen refused."""
    if server.engine == "mariadb":
        return
    sessions = "".join(f"session {name}\nsetup {{ BEGIN ISOLATION LEVEL SERIALIZABLE }}\n{steps}" for
                       name, steps in (("s1", "step wx1 { update d1 set id = id + 1 }\nstep c1 { COMMIT }\n"),
                                       ("s2", "step rxwy2 { update d2 set id = (select id + 1 from d1) }\n"
                                              "step c2 { COMMIT }\n"),
                                       ("s3", "step ry3 { select id from d2 }\nstep c3 { COMMIT }\n")))
    text = ("setup { create table d1 (id int not null); create table d2 (id int not null); "
            "insert into d1 values (1); insert into d2 values (1) }\n" + sessions)
    level = explore(server, write("two-ids.spec", text), "--no-pruning", "--no-fixes",
                    status=1)["levels"][0]
    assert [level[name] for name in ("executions", "wrong", "serialization_failures", "needless")] == [
        90, 0, 16, 12], level


def foreign_keys_and_triggers_are_set_up_anew(server: Server):
    text = """
setup { CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (a INT, FOREIGN KEY (a) REFERENCES a (id));
	INSERT INTO a VALUES (1) }
session s
step s1 { INSERT INTO b VALUES (1) }
session r
step r1 { DELETE FROM a WHERE id = 1 }
"""
    report = explore(server, write("keys.spec", text), status=0)
    assert report["executions"] == 2


# ---- what goes wrong ----


def a_step_that_never_ends_meets_the_limit(server: Server):
    sleep = "pg_sleep(1000)" if server.engine == "postgres" else "SLEEP(1000)"
    path = write("sleep.spec", f"session s\nstep sleep {{ SELECT {sleep} }}")
    report = explore(server, path, "--timeout", "200ms", "--no-fixes", status=1)
    assert kinds(report) == ["timeout"]


def a_setup_that_fails_is_told(server: Server):
    done = run(server.command(write("setup.spec", "setup { CREATE TABL t }\nsession s step a { SELECT 1 }")))
    told_in_one_line(done, "the setup of")
    assert server.left_over() == ""


def ctrl_c_ends_in_order(server: Server):
    with in_the_middle(server) as process:
        process.send_signal(signal.SIGINT)
        done = finished(process)
    assert done.returncode in (0, 1) and "interrupted" in done.stdout, (done.returncode, done.stderr)
    assert server.left_over() == ""


def a_session_that_is_killed_from_outside_is_told(server: Server):
    with in_the_middle(server) as process:
        while process.poll() is None:
            for number in server.sessions()[:1]:
                with contextlib.suppress(subprocess.CalledProcessError):
                    server.kill_session(number)
        done = finished(process)
    told_in_one_line(done, "lost its connection", "connection of")
    assert server.left_over() == ""


def too_few_rights_are_told(server: Server):
    if server.engine == "postgres":
        server.sql("DROP ROLE IF EXISTS little; CREATE ROLE little LOGIN")
        connection = server.connection.replace("user=weft", "user=little")
        message = "permission denied for database"
    else:
        server.sql("CREATE OR REPLACE USER little@localhost; GRANT ALL ON `weft%`.* TO little@localhost")
        connection = server.connection.replace("user=root", "user=little")
        message = "PROCESS"
    path = write("long.spec", LONG)
    done = run([WEFT, "sql", "--engine", server.engine, "--connect", connection, "--no-fixes", path])
    told_in_one_line(done, message)
    assert server.left_over() == ""


def a_database_that_is_not_there_is_told(server: Server):
    done = run([WEFT, "sql", "--engine", server.engine, "--connect",
                server.connection.replace("weft-test", "nowhere"), write("long.spec", LONG)])
    told_in_one_line(done, "cannot connect to")


def a_full_disk_is_told(server: Server):
    rows = ("SELECT repeat('x', 1000) FROM generate_series(1, 200000)" if server.engine == "postgres"
            else "SELECT repeat('x', 1000) FROM seq_1_to_200000")
    text = f"""
setup {{ CREATE TABLE big (v TEXT) }}
session s
step fill {{ INSERT INTO big {rows} }}
"""
    done = run(server.command(write("full.spec", text), "--timeout", "60s"))
    told_in_one_line(done, "can't go on", "No space", "too large", "full")
    assert server.left_over() == ""


def a_server_that_dies_is_told(server: Server):
    with in_the_middle(server) as process:
        server.process.send_signal(signal.SIGKILL if server.engine == "mariadb" else signal.SIGQUIT)
        done = finished(process)
    told_in_one_line(done, "lost", "connection", "terminating")


@contextlib.contextmanager
def temporary_place():
    """Where any user may make files; not below FOLDER, which may be in somebody's home."""
    with tempfile.TemporaryDirectory(prefix="weft-own-", dir="/tmp") as place:
        os.chmod(place, 0o777)
        yield place


def a_server_of_ones_own_is_started_and_gone_afterwards(server: Server):
    with temporary_place() as place:
        done = run([WEFT, "sql", "--start", server.engine, "--json", "-", f"{EXAMPLES}/lock-order.spec"],
                   env=os.environ | {"TMPDIR": place})
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert kinds(json.loads(done.stdout)) == ["deadlock"]
        assert not os.listdir(place)
        assert not processes_with(place)


def a_folder_that_the_server_cannot_enter_is_told(server: Server):
    if os.geteuid() != 0:
        return
    with temporary_place() as place:
        os.makedirs(f"{place}/roots/any")
        os.chmod(f"{place}/roots", 0o700)
        done = run([WEFT, "sql", "--start", server.engine, f"{EXAMPLES}/lock-order.spec"],
                   env=os.environ | {"TMPDIR": f"{place}/roots/any"})
        told_in_one_line(done, "set TMPDIR to a folder that it can")
        assert not os.listdir(f"{place}/roots/any")


def processes_with(text: str) -> list[str]:
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{number}/cmdline", "rb") as file:
            if text.encode() in file.read() and int(number) != os.getpid():
                found.append(number)
    return found


def ctrl_c_stops_the_own_server(server: Server):
    with temporary_place() as place:
        process = subprocess.Popen([WEFT, "sql", "--start", server.engine, "--no-pruning",
                                    write("long.spec", LONG)], cwd=FOLDER, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": place})
        while not os.listdir(place):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        done = finished(process)
        assert done.returncode in (0, 1, 2), (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr and not os.listdir(place), os.listdir(place)
        assert not processes_with(place)


def a_driver_that_is_missing_is_told(server: Server):
    place = os.path.join(FOLDER, "drivers")
    os.makedirs(place, exist_ok=True)
    for name in ("libpq.so.5", "libmariadb.so.3"):
        with open(f"{place}/{name}", "w", encoding="utf-8"):
            pass
    done = run(server.command(write("long.spec", LONG)), env=os.environ | {"LD_LIBRARY_PATH": place})
    told_in_one_line(done, "libpq5" if server.engine == "postgres" else "libmariadb3")


# The last ones spoil the server.
TESTS = [examples_show_their_bug_and_the_repaired_ones_are_silent,
         the_same_interleaving_gives_the_same_three_times, some_fix_helps_for_every_example,
         a_schedule_replays, statements_overlap_at_their_gates, a_gate_replays, a_schedule_of_an_own_server_starts_one,
         a_file_for_all_engines_is_run_on_each,
         needless_refusals_are_counted, pruning_by_rows_loses_no_finding, foreign_keys_and_triggers_are_set_up_anew,
         a_step_that_never_ends_meets_the_limit, a_setup_that_fails_is_told, ctrl_c_ends_in_order,
         a_session_that_is_killed_from_outside_is_told, too_few_rights_are_told,
         a_database_that_is_not_there_is_told, a_driver_that_is_missing_is_told,
         a_server_of_ones_own_is_started_and_gone_afterwards,
         a_folder_that_the_server_cannot_enter_is_told, ctrl_c_stops_the_own_server,
         a_full_disk_is_told, a_server_that_dies_is_told]

FILE_SIZE_MAX = 128 * 1024 * 1024


@contextlib.contextmanager
def server_of(engine: str):
    """One for which the disk is full when a file has that size."""
    if engine == "mariadb":
        with servers.mariadb("innodb-file-per-table=0",
                             "innodb-data-file-path=ibdata1:12M:autoextend:max:64M") as (connection, process):
            yield Server(engine, connection, process)
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE_MAX, resource.RLIM_INFINITY))
    try:
        with servers.postgres() as (connection, process):
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            yield Server(engine, connection, process)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def main() -> int:
    os.makedirs(FOLDER, exist_ok=True)
    wanted = sys.argv[4:]
    for engine in ("postgres", "mariadb"):
        with server_of(engine) as server:
            for test in TESTS:
                if wanted and test.__name__ not in wanted:
                    continue
                test(server)
                print(f"ok {engine}: {test.__name__}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
