# SPDX-License-Identifier: Apache-2.0
"""Core files instead of processes: test_cores.py WEFT FOLDER."""
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import unittest

from hang import Answers, FOLDER, Program, main, weft


def unlimited_core() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


@unittest.skipUnless(shutil.which("gcore"), "needs gdb's gcore")
class Cores(Answers):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def gcore(self, name: str, *arguments: str) -> pathlib.Path:
        with Program(name, *arguments) as program:
            subprocess.run(["gcore", "-o", self.path / name, str(program.pid)],
                           capture_output=True, check=True, stdin=subprocess.DEVNULL)
            return self.path / f"{name}.{program.pid}"

    def test_deadlocks(self):
        for name, verdict, cycle_len in (("two_mutexes", "deadlock-cycle", 2),
                                         ("static", "deadlock-cycle", 2),
                                         ("threads3", "deadlock-cycle", 3),
                                         ("relock", "deadlock-cycle", 1),
                                         ("join_cycle", "deadlock-cycle", 2),
                                         ("writers_cycle", "deadlock-cycle", 2),
                                         ("special_mutexes", "deadlock-cycle", 2),
                                         ("rwlock_cycle", "deadlock-all-wait", 0),
                                         ("lost_wakeup", "deadlock-all-wait", 0),
                                         ("barrier", "deadlock-all-wait", 0)):
            core = self.gcore(name)
            answer = self.ask("--core", core)
            self.assert_deadlock(answer, verdict, cycle_len)
            self.assertEqual(answer["core"], str(core))

    def test_what_a_core_file_does_not_say_is_not_guessed(self):
        for name in ("full_pipe", "semaphore", "idle_pool", "sleepers", "server", "handler"):
            self.assert_silent(self.ask("--core", self.gcore(name)))
        self.assertIn("does not say what descriptors are",
                      weft("--core", self.gcore("full_pipe")).stdout)

    def test_names_are_those_of_the_process(self):
        waits = self.waits(self.ask("--core", self.gcore("two_mutexes")), "mutex")
        self.assertEqual({wait["what"] for wait in waits},
                         {"the mutex 'account_lock'", "the mutex 'audit_log.lock'"})

    def test_an_executable_that_has_moved(self):
        original = pathlib.Path(FOLDER) / "stuck-two_mutexes"
        moved = self.path / "program"
        shutil.copy(original, moved)
        with subprocess.Popen([moved], stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            subprocess.run(["gcore", "-o", self.path / "moved", str(process.pid)],
                           capture_output=True, check=True, stdin=subprocess.DEVNULL)
            process.kill()
        core = self.path / f"moved.{process.pid}"
        moved.unlink()
        unknown = weft("--core", core).stdout
        self.assertNotIn("account_lock", unknown)
        self.assertIn(f"'{moved}' cannot be read; for the executable, give '--exe", unknown)
        for path in (original, os.path.relpath(original)):
            self.assertIn("account_lock", weft("--core", core, "--exe", path).stdout)
        done = weft("--core", core, "--exe", moved)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot read the executable", done.stderr)

    def test_one_made_by_the_kernel(self):
        if pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
            self.skipTest("core files go elsewhere here")
        with Program("two_mutexes", cwd=self.path, preexec_fn=unlimited_core) as program:
            # Not SIGQUIT, which a shell's background jobs ignore, and what they start with them.
            program.process.send_signal(signal.SIGABRT)
            program.process.wait(timeout=60)
        cores = list(self.path.glob("core*"))
        if not cores:
            self.skipTest("no core files here")
        self.assert_deadlock(self.ask("--core", cores[0]), "deadlock-cycle", 2)

    def refused(self, path: pathlib.Path) -> str:
        done = weft("--core", path)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_damaged_ones_are_refused(self):
        core = self.gcore("two_mutexes").read_bytes()
        path = self.path / "damaged"
        for size in (0, 1, 20, 63, 64, 200, len(core) // 2):
            path.write_bytes(core[:size])
            message = self.refused(path)
            if size > 64:
                self.assertIn("cut off", message)
        path.write_text("no core file\n" * 100)
        self.assertIn("no core file", self.refused(path))
        self.assertIn("no core file", self.refused(pathlib.Path("/bin/true")))
        self.assertIn("no core file", self.refused(self.path))
        self.assertIn("No such file", self.refused(self.path / "none"))

    def test_flipped_bytes_are_survived(self):
        core = self.gcore("relock").read_bytes()
        path = self.path / "flipped"
        for i in range(200):
            damaged = bytearray(core)
            damaged[i * 37 % 8192] ^= 0x80 | i & 0x7f
            path.write_bytes(damaged)
            self.assertIn(weft("--core", path).returncode, (0, 1, 2))


if __name__ == "__main__":
    main()
