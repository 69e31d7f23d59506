# SPDX-License-Identifier: Apache-2.0
"""Starting programs that hang, knowing that they do, and asking weft about them."""
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

WEFT, FOLDER = sys.argv[1:3]
LIMIT_S = 60
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/stuck.json").read_text(encoding="utf-8"))

sys.path.append(str(ROOT / "tests/report"))
from json_schema import violations  # noqa: E402


def tasks(pid: int) -> list[tuple[str, str]]:
    """State and number of context switches of each thread."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        found.append((fields["State"].strip()[0], fields["voluntary_ctxt_switches"].strip()))
    return found


def wait_until_asleep(pid: int) -> None:
    """Until all threads sleep and none has run between two looks: it waits, whatever comes."""
    deadline = time.monotonic() + LIMIT_S
    before = None
    while time.monotonic() < deadline:
        now = tasks(pid)
        if now == before and all(state == "S" for state, _ in now):
            return
        before = now
        time.sleep(0.01)
    raise AssertionError(f"process {pid} does not come to rest: {before}")


class Program:
    """A test program that has announced itself; ended on leaving."""

    def __init__(self, name: str, *arguments: str, asleep: bool = True, **options):
        path = pathlib.Path(FOLDER) / f"stuck-{name}"
        self.process = subprocess.Popen([path, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, **options)
        self.said = []
        while (line := self.process.stdout.readline()) not in ("ready\n", ""):
            self.said.append(line.strip())
        self.pid = self.process.pid
        if asleep:
            wait_until_asleep(self.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def weft(*arguments: object, prefix: tuple = (), **options) -> subprocess.CompletedProcess:
    return subprocess.run([*prefix, WEFT, "stuck", *map(str, arguments)], capture_output=True,
                          text=True, timeout=LIMIT_S, check=False, **options)


class Answers(unittest.TestCase):
    """Asserting what weft says."""

    def ask(self, *arguments: object) -> dict:
        done = weft("--json", "-", *arguments)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["deadlock"], done.returncode == 1)
        self.assertEqual(violations(answer, SCHEMA, SCHEMA, "answer"), [])
        return answer

    def assert_deadlock(self, answer: dict, verdict: str, cycle_len: int = 0) -> None:
        self.assertEqual(answer["verdict"], verdict, answer["summary"])
        self.assertEqual(len(answer["cycle"]), cycle_len)

    def assert_silent(self, answer: dict) -> None:
        self.assertFalse(answer["deadlock"], answer["summary"])
        self.assertFalse(any(thread["deadlocked"] for thread in answer["threads"]))

    @staticmethod
    def waits(answer: dict, kind: str) -> list[dict]:
        """What threads wait for, of one kind."""
        found = [thread["waits_for"] for thread in answer["threads"]]
        return [wait for wait in found if wait and wait["kind"] == kind]


def main() -> None:
    # Whoever runs the tests may have files of its own open.
    os.closerange(3, 256)
    unittest.main(argv=sys.argv[:1], module="__main__")
