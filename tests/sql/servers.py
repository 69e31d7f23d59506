# SPDX-License-Identifier: Apache-2.0
"""Private database servers for the tests: in a temporary folder, on a Unix socket, stopped at the end."""
import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS = 60


def newest(*patterns: str) -> str:
    for pattern in patterns:
        found = sorted(glob.glob(pattern))
        if found:
            return found[-1]
    raise FileNotFoundError(f"{patterns[0]}: the server is not installed")


def unprivileged(name: str) -> dict:
    """Arguments for subprocess: servers refuse to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def wait_for(process: subprocess.Popen, ready, log: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            with open(log, encoding="utf-8", errors="replace") as file:
                raise RuntimeError("the server does not start:\n" + file.read()[-2000:])
        time.sleep(0.02)


@contextlib.contextmanager
def private(name: str, stop: int):
    user = unprivileged(name)
    folder = tempfile.mkdtemp(prefix="weft-test-", dir="/tmp")
    if user:
        os.chown(folder, user["user"], user["group"])
    processes = []

    def run(command: list[str]) -> None:
        with open(os.path.join(folder, "log"), "ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                           cwd=folder, **user)

    def start(command: list[str], ready) -> subprocess.Popen:
        log = os.path.join(folder, "log")
        with open(log, "ab") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=folder,
                                       stdin=subprocess.DEVNULL, start_new_session=True, **user)
        processes.append(process)
        wait_for(process, ready, log)
        return process

    try:
        yield folder, run, start
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(stop)
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def has_line(path: str, line: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return any(text.strip() == line for text in file)
    except OSError:
        return False


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except OSError:
            return False
    return True


@contextlib.contextmanager
def postgres(*settings: str):
    """Yields the connection string and the process."""
    programs = os.path.dirname(newest("/usr/lib/postgresql/*/bin/postgres"))
    with private("postgres", signal.SIGQUIT) as (folder, run, start):
        data = os.path.join(folder, "data")
        run([f"{programs}/initdb", "-D", data, "-U", "weft", "-A", "trust", "-N", "-E", "UTF8",
             "--locale=C"])
        command = [f"{programs}/postgres", "-D", data, "-k", folder]
        for setting in ("listen_addresses=", "fsync=off", "synchronous_commit=off", "autovacuum=off",
                        "max_prepared_transactions=10", "shared_buffers=32MB") + settings:
            command += ["-c", setting]
        process = start(command, lambda: has_line(f"{data}/postmaster.pid", "ready"))
        yield f"host={folder} user=weft dbname=postgres", process


@contextlib.contextmanager
def mariadb(*settings: str):
    installer = newest("/usr/bin/mariadb-install-db")
    server = newest("/usr/sbin/mariadbd")
    with private("mysql", signal.SIGKILL) as (folder, run, start):
        data = f"--datadir={folder}/data"
        run([installer, "--no-defaults", data, "--auth-root-authentication-method=normal",
             "--skip-test-db", "--skip-name-resolve", f"--tmpdir={folder}"])
        path = f"{folder}/socket"
        process = start([server, "--no-defaults", data, f"--socket={path}", f"--tmpdir={folder}",
                         f"--pid-file={folder}/pid", "--skip-networking",
                         "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
                         "--innodb-log-file-size=16M", "--innodb-flush-method=nosync"]
                        + [f"--{setting}" for setting in settings],
                        lambda: answers(path))
        yield f"socket={path} user=root", process
