# SPDX-License-Identifier: Apache-2.0
"""What is a deadlock and what is not: test_verdicts.py WEFT FOLDER."""
import pathlib
import tempfile

from hang import Answers, Program, main


class Deadlocks(Answers):
    def test_two_mutexes_in_two_orders(self):
        for name in ("two_mutexes", "static", "stripped"):
            with Program(name) as program:
                answer = self.ask(program.pid)
            self.assert_deadlock(answer, "deadlock-cycle", 2)
            self.assertNotIn(program.pid, answer["cycle"])
            self.assertTrue(all(thread["deadlocked"] for thread in answer["threads"]))

    def test_locks_are_named(self):
        with Program("two_mutexes") as program:
            names = {wait["what"] for wait in self.waits(self.ask(program.pid), "mutex")}
        self.assertEqual(names, {"the mutex 'account_lock'", "the mutex 'audit_log.lock'"})

    def test_a_cycle_of_three(self):
        with Program("threads3") as program:
            self.assert_deadlock(self.ask(program.pid), "deadlock-cycle", 3)

    def test_readers_that_want_to_write(self):
        for arguments in ((), ("x",)):
            with Program("rwlock_cycle", *arguments) as program:
                answer = self.ask(program.pid)
            self.assert_deadlock(answer, "deadlock-all-wait")
            self.assertEqual([wait["readers"] for wait in self.waits(answer, "rwlock-write")],
                             [1, 1])

    def test_a_writer_in_a_cycle_while_main_goes_on(self):
        with Program("writers_cycle") as program:
            answer = self.ask(program.pid)
        self.assert_deadlock(answer, "deadlock-cycle", 2)
        self.assertEqual([thread["deadlocked"] for thread in answer["threads"]].count(False), 1)

    def test_one_thread_alone(self):
        with Program("relock") as program:
            self.assert_deadlock(self.ask(program.pid), "deadlock-cycle", 1)

    def test_joining_each_other(self):
        with Program("join_cycle") as program:
            self.assert_deadlock(self.ask(program.pid), "deadlock-cycle", 2)

    def test_nobody_left_to_act(self):
        for name in ("full_pipe", "lost_wakeup", "semaphore", "barrier"):
            with Program(name) as program:
                self.assert_deadlock(self.ask(program.pid), "deadlock-all-wait")

    def test_robust_inheriting_and_recursive_mutexes(self):
        for arguments in ((), ("x",)):
            with Program("special_mutexes", *arguments) as program:
                self.assert_deadlock(self.ask(program.pid), "deadlock-cycle", 2)

    def test_a_stdio_stream(self):
        with Program("stream_cycle") as program:
            answer = self.ask(program.pid)
        self.assert_deadlock(answer, "deadlock-cycle", 2)
        self.assertEqual(len(self.waits(answer, "stream-lock")), 1)

    def test_a_mutex_whose_owner_has_ended(self):
        with Program("abandoned") as program:
            self.assert_deadlock(self.ask(program.pid), "deadlock-abandoned")

    def test_a_mutex_that_fork_left_locked(self):
        with Program("abandoned", "x") as program:
            answer = self.ask(program.said[0])
        self.assert_deadlock(answer, "deadlock-cycle", 1)
        self.assertIn("forked", self.waits(answer, "mutex")[0]["whom"])

    def test_a_file_lock_of_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            with Program("crossed_files", str(pathlib.Path(folder) / "file")) as program:
                answer = self.ask(program.pid)
        self.assert_deadlock(answer, "deadlock-all-wait")

    def test_cxx_locks(self):
        with Program("cxx") as program:
            self.assert_deadlock(self.ask(program.pid), "deadlock-cycle", 2)

    def test_a_crowd_behind_a_cycle(self):
        with Program("crowd", "500") as program:
            answer = self.ask(program.pid)
        self.assert_deadlock(answer, "deadlock-cycle", 2)
        self.assertEqual(len(answer["threads"]), 502)
        self.assertTrue(all(thread["deadlocked"] for thread in answer["threads"]))


class NoDeadlocks(Answers):
    def test_a_busy_process(self):
        with Program("busy", asleep=False) as program:
            answer = self.ask(program.pid)
        self.assert_silent(answer)
        self.assertEqual(answer["verdict"], "runs")

    def test_a_lock_whose_owner_runs(self):
        with Program("contention", asleep=False) as program:
            self.assert_silent(self.ask(program.pid))

    def test_idle_threads(self):
        for arguments in ((), ("x",)):
            with Program("idle_pool", *arguments) as program:
                answer = self.ask(program.pid)
            self.assert_silent(answer)
            self.assertEqual(answer["verdict"], "waits-outside")

    def test_waits_with_timeouts(self):
        with Program("sleepers") as program:
            answer = self.ask(program.pid)
        self.assert_silent(answer)
        self.assertEqual(answer["verdict"], "waits-for-time")

    def test_a_server(self):
        for arguments in ((), ("x",)):
            with Program("server", *arguments) as program:
                answer = self.ask(program.pid)
            if not arguments:
                self.assert_silent(answer)

    def test_a_signal_handler_that_posts(self):
        with Program("handler") as program:
            answer = self.ask(program.pid)
        self.assert_silent(answer)
        self.assertIn("signal handler", answer["summary"])


if __name__ == "__main__":
    main()
