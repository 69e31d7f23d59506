# SPDX-License-Identifier: Apache-2.0
"""What weft does not look at, and says why, in a line: test_refusals.py WEFT FOLDER."""
import ctypes
import os
import pathlib
import shutil
import subprocess
import unittest

from hang import Answers, Program, WEFT, main, weft

PTRACE_SEIZE = 0x4206


class Refusals(Answers):
    def refused(self, *arguments: object, **options) -> str:
        done = weft(*arguments, **options)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_command_lines(self):
        self.assertIn("is wanted", self.refused())
        self.assertIn("is wanted", self.refused(1, 2))
        self.assertIn("no process number", self.refused("server"))
        self.assertIn("no process number", self.refused("0"))
        self.assertIn("'--exe' goes with '--core'", self.refused("--exe", "/bin/true", 1))

    def test_no_such_process(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        self.assertIn(f"there is no process {gone.pid}", self.refused(gone.pid))

    def test_a_zombie(self):
        with subprocess.Popen(["true"]) as zombie:
            os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
            self.assertIn("zombie", self.refused(zombie.pid))

    def test_a_thread(self):
        with Program("lost_wakeup") as program:
            tids = [int(path.name) for path in
                    pathlib.Path(f"/proc/{program.pid}/task").iterdir()]
            tid = max(tids)
            self.assertIn(f"a thread of process {program.pid}", self.refused(tid))

    def test_the_kernel(self):
        if "kthreadd" not in pathlib.Path("/proc/2/comm").read_text():
            self.skipTest("no threads of the kernel here")
        self.assertIn("a thread of the kernel", self.refused(2))

    def test_one_that_is_debugged(self):
        with Program("lost_wakeup") as program:
            ptrace = ctypes.CDLL(None, use_errno=True).ptrace
            self.assertEqual(ptrace(PTRACE_SEIZE, program.pid, 0, 0), 0)
            self.assertIn(f"traced by process {os.getpid()}", self.refused(program.pid))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root")
    def test_one_of_another_user(self):
        other = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        with Program("lost_wakeup") as program:
            # As a user who may not even read where weft is, the program is given by its handle.
            handle = os.open(WEFT, os.O_RDONLY)
            done = subprocess.run([*other, f"/proc/self/fd/{handle}", "stuck", str(program.pid)],
                                  capture_output=True, text=True, check=False,
                                  pass_fds=[handle])
            os.close(handle)
        if "libweft" in done.stderr or done.returncode == 126:
            self.skipTest("weft cannot be started by another user here")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("not permitted", done.stderr)
        self.assertIn("run weft as", done.stderr)

    def test_one_that_ends_meanwhile(self):
        for _ in range(20):
            with Program("crowd", "50", asleep=False) as program:
                with subprocess.Popen([WEFT, "stuck", str(program.pid)],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True) as asked:
                    program.process.kill()
                    _, errors = asked.communicate(timeout=60)
            self.assertIn(asked.returncode, (0, 1, 2))
            self.assertLessEqual(len(errors.splitlines()), 1, errors)
            self.assertEqual(asked.returncode == 2, errors != "")

    def test_an_answer_that_cannot_be_written(self):
        with Program("relock") as program:
            done = weft("--json", "/no/such/folder/file", program.pid)
        self.assertEqual(done.returncode, 2)
        self.assertIn("/no/such/folder/file", done.stderr)


if __name__ == "__main__":
    main()
