# SPDX-License-Identifier: Apache-2.0
"""The process does not notice that it was looked at: test_unnoticed.py WEFT FOLDER."""
import pathlib
import signal

from hang import Answers, Program, main, tasks, wait_until_asleep


def status(pid: int, field: str) -> str:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return line.split(":", 1)[1].strip()
    return ""


class Unnoticed(Answers):
    def test_no_call_is_cut_short(self):
        # Not asleep at once: one of its threads sleeps for a fraction of a second.
        with Program("survive", asleep=False) as program:
            for _ in range(5):
                self.assert_silent(self.ask(program.pid))
            program.process.stdin.write("x")
            program.process.stdin.flush()
            self.assertEqual(program.process.wait(timeout=60), 0)

    def test_it_is_let_go(self):
        with Program("two_mutexes") as program:
            self.ask(program.pid)
            wait_until_asleep(program.pid)
            self.assertEqual(status(program.pid, "TracerPid"), "0")
            self.assertEqual({state for state, _ in tasks(program.pid)}, {"S"})

    def test_a_stopped_one_stays_stopped(self):
        with Program("two_mutexes") as program:
            program.process.send_signal(signal.SIGSTOP)
            while {state for state, _ in tasks(program.pid)} != {"T"}:
                pass
            answer = self.ask(program.pid)
            self.assertEqual({state for state, _ in tasks(program.pid)}, {"T"})
            program.process.send_signal(signal.SIGCONT)
            wait_until_asleep(program.pid)
        self.assert_deadlock(answer, "deadlock-cycle", 2)

    def test_a_thousand_threads_are_stopped_for_less_than_a_second(self):
        with Program("crowd", "1000") as program:
            answer = self.ask(program.pid)
        print("1,002 threads were stopped for", round(answer["seconds_stopped"] * 1000), "ms")
        self.assertEqual(len(answer["threads"]), 1002)
        self.assertLess(answer["seconds_stopped"], 1)
        self.assert_deadlock(answer, "deadlock-cycle", 2)


if __name__ == "__main__":
    main()
