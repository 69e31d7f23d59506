# SPDX-License-Identifier: Apache-2.0
"""sql.py WEFT FOLDER [ENGINE...]: interleavings a second of `weft sql`, two sessions of three steps.

Beside it, in the same run, what one would do without it: PostgreSQL's isolationtester on the same file;
elsewhere a loop that makes the data anew and has the clients carry out each interleaving. One core:
everything is bound to one, servers too.
"""
import contextlib
import glob
import itertools
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "sql"))
import servers  # noqa: E402

ROUNDS = 15
# FACTS of the prototype: what is to be reached.
GOALS = {"sqlite": 4000, "postgres": 450, "mariadb": 220}

SETUP = "CREATE TABLE account (id INT PRIMARY KEY, balance INT)", "INSERT INTO account VALUES (1, 100), (2, 100)"
STEPS = [["SELECT balance FROM account WHERE id = 1", "UPDATE account SET balance = balance - 1 WHERE id = 1",
          "COMMIT"],
         ["SELECT balance FROM account WHERE id = 2", "UPDATE account SET balance = balance - 1 WHERE id = 2",
          "COMMIT"]]


def spec(teardown: bool) -> str:
    lines = ["setup { %s; %s; }" % SETUP]
    lines += ["teardown { DROP TABLE account; }"] if teardown else []
    for number, steps in enumerate(STEPS):
        lines += [f"session s{number}", "setup { BEGIN; }"]
        lines += [f"step s{number}t{i} {{ {step}; }}" for i, step in enumerate(steps)]
    return "\n".join(lines) + "\n"


def orders() -> list[tuple[int, ...]]:
    return sorted(set(itertools.permutations([0] * len(STEPS[0]) + [1] * len(STEPS[1]))))


def explore(weft: str, path: str, engine: str, connection: str | None) -> float:
    """Interleavings a second."""
    command = [weft, "sql", "--engine", engine, "--no-pruning", "--no-fixes", "--json", "-", path]
    if connection:
        command += ["--connect", connection]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    level = json.loads(done.stdout)["levels"][0]
    return level["executions"] / level["search_seconds"]


def loop_sqlite(folder: str, _: str) -> float:
    path = os.path.join(folder, "loop.db")
    start = time.monotonic()
    for order in orders():
        for file in glob.glob(path + "*"):
            os.unlink(file)
        connections = [sqlite3.connect(path, isolation_level=None) for _ in STEPS]
        connections[0].execute("PRAGMA journal_mode = wal")
        for statement in SETUP:
            connections[0].execute(statement)
        run_order(order, lambda session, sql: connections[session].execute(sql))
        for connection in connections:
            connection.close()
    return len(orders()) / (time.monotonic() - start)


def run_order(order, execute) -> None:
    at = [0, 0]
    for session in (0, 1):
        execute(session, "BEGIN")
    for session in order:
        with contextlib.suppress(sqlite3.OperationalError):
            execute(session, STEPS[session][at[session]])
        at[session] += 1


def loop_mariadb(_: str, connection: str) -> float:
    """The clients are the command-line ones; nobody waits in these steps."""
    socket = connection.split("=", 1)[1].split()[0]
    command = ["mariadb", "--no-defaults", "-NBnf", f"--socket={socket}", "-uroot"]
    start = time.monotonic()
    for order in orders():
        reset = "CREATE OR REPLACE DATABASE loop_; USE loop_; " + "; ".join(SETUP)
        subprocess.run(command + ["-e", reset], check=True)
        clients = [subprocess.Popen(command + ["loop_"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    text=True) for _ in STEPS]

        def execute(session: int, sql: str) -> None:
            clients[session].stdin.write(f"{sql}; SELECT 'done';\n")
            clients[session].stdin.flush()
            while clients[session].stdout.readline().strip() != "done":
                pass

        run_order(order, execute)
        for client in clients:
            client.communicate()
    return len(orders()) / (time.monotonic() - start)


def isolationtester(folder: str, connection: str) -> float | None:
    found = glob.glob("/usr/lib/postgresql/*/lib/pgxs/src/test/isolation/isolationtester")
    if not found:
        return None
    path = os.path.join(folder, "peer.spec")
    with open(path, "w", encoding="utf-8") as file:
        file.write(spec(teardown=True))
    start = time.monotonic()
    with open(path, encoding="utf-8") as file:
        subprocess.run([sorted(found)[-1], connection], stdin=file, stdout=subprocess.DEVNULL, check=True)
    return len(orders()) / (time.monotonic() - start)


PEERS = {"sqlite": ("a loop over Python's sqlite3", loop_sqlite),
         "postgres": ("isolationtester", isolationtester),
         "mariadb": ("a loop over mariadb clients", loop_mariadb)}


@contextlib.contextmanager
def server_of(engine: str):
    if engine == "sqlite":
        yield None
        return
    with (servers.postgres() if engine == "postgres" else servers.mariadb()) as (connection, _):
        yield connection


def measure(weft: str, folder: str, engine: str) -> dict:
    path = os.path.join(folder, f"{engine}.spec")
    with open(path, "w", encoding="utf-8") as file:
        file.write(spec(teardown=False))
    name, peer = PEERS[engine]
    with server_of(engine) as connection:
        explore(weft, path, engine, connection)
        ours, theirs = [], []
        # In turns, so that the machine's noise meets both.
        for _ in range(ROUNDS):
            ours.append(explore(weft, path, engine, connection))
            theirs.append(peer(folder, connection))
    result = {"engine": engine, "interleavings_per_second": statistics.median(ours), "best": max(ours),
              "goal": GOALS[engine], "peer": name, "peer_per_second": None, "ratio": None}
    if None not in theirs:
        result["peer_per_second"] = statistics.median(theirs)
        result["ratio"] = statistics.median(a / b for a, b in zip(ours, theirs))
    return result


def show(result: dict) -> None:
    line = (f"sql, {result['engine']:9} {result['interleavings_per_second']:7.0f}/s  best "
            f"{result['best']:6.0f}/s  goal {result['goal']:5}/s  ")
    if result["ratio"] is None:
        print(line + f"{result['peer']}: not installed (postgresql-server-dev-15)", flush=True)
    else:
        print(line + f"{result['ratio']:.1f} times {result['peer']} ({result['peer_per_second']:.0f}/s)",
              flush=True)


def main() -> int:
    weft, folder = (os.path.abspath(argument) for argument in sys.argv[1:3])
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    results = []
    for engine in sys.argv[3:] or list(PEERS):
        try:
            results.append(measure(weft, folder, engine))
        except FileNotFoundError as error:
            print(f"sql, {engine:9} not measured: {error}", flush=True)
            continue
        show(results[-1])
    with open(os.path.join(folder, "sql.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
