# SPDX-License-Identifier: Apache-2.0
"""What each thread waits for, in words: test_waits.py WEFT FOLDER."""
import os
import pathlib
import subprocess
import tempfile

from hang import Answers, Program, main, weft


class Waits(Answers):
    def only(self, answer: dict, kind: str) -> dict:
        waits = self.waits(answer, kind)
        self.assertEqual(len(waits), 1, answer["threads"])
        return waits[0]

    def test_objects_of_glibc(self):
        expected = {
            "lost_wakeup": ("condition", "the condition variable 'queue_filled'"),
            "semaphore": ("semaphore", "the semaphore 'items'"),
            "barrier": ("barrier", "the barrier 'phase'"),
            "rwlock_cycle": ("rwlock-write", "the rwlock 'index_lock' for writing"),
            "writers_cycle": ("rwlock-read", "the rwlock 'table_lock' for reading"),
        }
        for name, (kind, what) in expected.items():
            with Program(name) as program:
                waits = self.waits(self.ask(program.pid), kind)
            self.assertIn(what, [wait["what"] for wait in waits])

    def test_a_barrier_says_who_is_missing(self):
        with Program("barrier") as program:
            whom = self.waits(self.ask(program.pid), "barrier")[0]["whom"]
        self.assertEqual(whom, "which 2 of 3 threads have reached")

    def test_a_lock_on_a_stack(self):
        with Program("relock") as program:
            wait = self.only(self.ask(program.pid), "mutex")
        self.assertIn(f"on the stack of thread {program.pid} (stuck-relock)", wait["what"])

    def test_elements_and_members_are_named(self):
        with Program("threads3") as program:
            names = {wait["what"] for wait in self.waits(self.ask(program.pid), "mutex")}
        self.assertEqual(names, {f"the mutex 'forks[{i}].lock'" for i in range(3)})

    def test_what_has_no_owner_is_called_what_it_is(self):
        with Program("cxx") as program:
            answer = self.ask(program.pid)
        self.assertEqual(len(self.waits(answer, "once")), 1)
        self.assertTrue(all("held by" not in (wait["whom"] or "")
                            for wait in self.waits(answer, "futex")))
        self.assertIn("the futex word '(anonymous namespace)::signal_flag'",
                      [wait["what"] for wait in self.waits(answer, "futex")])

    def test_time_that_is_left(self):
        with Program("sleepers") as program:
            answer = self.ask(program.pid)
        for wait in self.waits(answer, "mutex") + self.waits(answer, "sleep"):
            self.assertLessEqual(wait["seconds_left"], 600)
            self.assertGreater(wait["seconds_left"], 500)

    def test_a_pipe_names_who_has_the_other_end(self):
        with Program("idle_pool") as program:
            wait = self.only(self.ask(program.pid), "descriptor")
        self.assertIn("the empty pipe at descriptor 0", wait["what"])
        self.assertIn(f"process {os.getpid()} (", wait["what"])

    def test_connections(self):
        with Program("server") as program:
            what = self.only(self.ask(program.pid), "descriptor")["what"]
        self.assertRegex(what, r"^connections to 127\.0\.0\.1:\d+ at descriptor 3$")
        with Program("server", "x") as program:
            wait = self.only(self.ask(program.pid), "descriptor")
        self.assertRegex(wait["what"], r"^data from the connection to 127\.0\.0\.1:\d+")

    def test_a_file_lock_of_another_process(self):
        with tempfile.TemporaryDirectory() as folder:
            with Program("crossed_files", str(pathlib.Path(folder) / "file"), "x") as program:
                children = pathlib.Path(f"/proc/{program.pid}/task/{program.pid}/children")
                child = children.read_text().split()[0]
                answer = self.ask(program.pid)
        self.assert_silent(answer)
        self.assertIn(f"held by process {child} (", self.only(answer, "file-lock")["whom"])

    def test_stacks_lead_to_the_source(self):
        with Program("two_mutexes") as program:
            answer = self.ask(program.pid)
        functions = {frame["function"] for thread in answer["threads"]
                     for frame in thread["stack"] if frame["line"]}
        self.assertLessEqual({"transfer", "audit", "main"}, functions)

    def test_threads_that_wait_alike_are_told_of_once(self):
        with Program("crowd", "100") as program:
            done = weft(program.pid)
        self.assertIn("and 92 more alike" if "91 more" not in done.stdout else "91 more",
                      done.stdout)
        self.assertLess(len(done.stdout.splitlines()), 40)

    def test_without_debug_information_of_libc(self):
        hide = "mount -t tmpfs none /usr/lib/debug 2>/dev/null; exec \"$@\""
        prefix = ("unshare", "-m", "sh", "-c", hide, "sh")
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("needs a mount namespace of its own")
        for name, words in (("two_mutexes", "the mutex 'account_lock', held by"),
                            ("lost_wakeup", "the condition variable 'queue_filled'"),
                            ("special_mutexes", "the mutex 'robust', held by"),
                            ("semaphore", "the semaphore 'items'"),
                            ("join_cycle", "waits for the end of thread")):
            with Program(name) as program:
                done = weft(program.pid, prefix=prefix)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(words, done.stdout)


if __name__ == "__main__":
    main()
