#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_hostile.py WEFT FOLDER PROGRAM: each case of PROGRAM does what is hard on a tool within it.

Natively it ends with status 0; under weft nothing may be found, on both carriers, and no process may be
left behind. Cases that can't be set up here (no rights) end with 77 and are skipped by name.
"""
import os
import shutil
import subprocess
import sys
import unittest

WEFT, FOLDER, PROGRAM = (os.path.abspath(a) for a in sys.argv[1:4])
NOT_HERE = 77
SCHEDULES = "4"

# Natively they would leave a process behind.
ONLY_UNDER_WEFT = {"daemonise", "leave-a-sleeper"}


def natively(case):
    """In a session of its own, as under weft."""
    return subprocess.run([PROGRAM, case], cwd=FOLDER, stdin=subprocess.DEVNULL,
                          capture_output=True, start_new_session=True, check=False).returncode


class Hostile(unittest.TestCase):
    def check(self, case):
        status = 0 if case in ONLY_UNDER_WEFT else natively(case)
        if status == NOT_HERE:
            self.skipTest("can't be set up here")
        self.assertEqual(status, 0)
        for carrier in "fiber", "thread":
            # One at a time: some leave traces that others would find.
            read_end, write_end = os.pipe()
            done = subprocess.run([WEFT, "test", "--jobs", "1", "--schedules", SCHEDULES,
                                   "--carrier", carrier, "--", PROGRAM, case], cwd=FOLDER,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  check=False, pass_fds=[write_end])
            os.close(write_end)
            # The end of the file comes when the last process that inherited the pipe is gone.
            self.assertEqual(os.read(read_end, 1), b"")
            os.close(read_end)
            self.assertEqual(done.returncode, 0, f"{carrier}: {done.stdout}{done.stderr}")
            self.assertIn(f"nothing found in {SCHEDULES} executions", done.stdout)


def add_tests():
    cases = subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    for case in cases:
        setattr(Hostile, "test_" + case.replace("-", "_"),
                lambda self, case=case: self.check(case))


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    add_tests()
    unittest.main(argv=sys.argv[:1])
