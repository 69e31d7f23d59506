# SPDX-License-Identifier: Apache-2.0
"""test_locks.py WEFT FOLDER GROUP EXECUTE RUNTIME: are deadlocks and misuses of locks told, and nothing else?

FOLDER has the programs, as tests/locks/meson.build names them.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

WEFT, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
GROUP, EXECUTE, RUNTIME = sys.argv[3:6]
NOTHING, FINDING, USAGE = 0, 1, 2
# The system calls that a waiting process is in: read, poll, futex, ppoll.
WAITS = ("0", "7", "202", "271")

MISUSES = {
    "cond_two_mutexes": "with another mutex than",
    "destroy_held": "destroys mutex 1, which it holds itself",
    "destroy_waited": "destroys condition variable changed, for which main.1",
    "exit_holding": "ends the process while it holds mutex lock",
    "handler_blocks": "may block on mutex log_lock in a signal handler that interrupted its",
    "init_held": "initialises mutex lock, which it holds itself",
    "init_waited": "initialises semaphore slots, for which main.1",
    "thread_ends_holding": "(work) ends while it holds mutex lock",
    "thread_leak": "ended, and was neither joined nor detached",
    "unlock_free": "unlocks mutex lock, which nobody holds",
    "unlock_others": "unlocks mutex lock, which main holds",
    "wait_unlocked": "waits for a condition variable with mutex lock, which nobody holds",
}
ONLY_IF_ASKED_FOR = ("exit_holding", "thread_leak")


def weft(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(WEFT), *arguments], cwd=FOLDER, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def work_of(program: str) -> pathlib.Path:
    """Each group's own, since groups that run side by side share programs."""
    return FOLDER / f"{program}.{GROUP}.work"


def campaign(program: str, schedules: int, *options: str) -> tuple[int, str, list[dict]]:
    """The exit status, what was printed, and the findings."""
    work = work_of(program)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    done = weft("test", "--seed", "1", "--schedules", str(schedules), "--races", "off",
                "--out", str(work), "--json", str(work / "campaign.json"), *options, "--",
                str(FOLDER / ("locks_" + program)))
    report = json.loads((work / "campaign.json").read_text("utf-8"))
    return done.returncode, done.stdout, report["findings"]


def kinds(findings: list[dict]) -> list[str]:
    return [finding["kind"] for finding in findings]


class Case(unittest.TestCase):
    def assert_silent(self, program: str, *options: str) -> None:
        status, text, findings = campaign(program, 100, *options)
        self.assertEqual((status, findings), (NOTHING, []), text)

    def assert_replays(self, finding: dict) -> None:
        self.assertEqual(finding["replays"], finding["replays_reproduced"])
        self.assertGreater(finding["replays"], 0)
        done = weft("replay", finding["schedule"])
        self.assertEqual(done.returncode, FINDING, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith(finding["kind"] + ": "), done.stdout)


class Misuse(Case):
    def test_each_is_told_and_replays(self) -> None:
        for name, words in MISUSES.items():
            with self.subTest(name):
                options = ("--misuse", "all") if name in ONLY_IF_ASKED_FOR else ()
                status, text, findings = campaign(name, 100, *options)
                self.assertEqual(status, FINDING)
                found = [f for f in findings if words in f["summary"]]
                self.assertEqual(kinds(found), ["lock-misuse"], text)
                self.assert_replays(found[0])

    def test_the_repaired_programs_stay_silent(self) -> None:
        for name in MISUSES:
            with self.subTest(name):
                self.assert_silent(name + "_fixed")

    def test_what_programs_do_at_their_end_is_told_only_if_asked_for(self) -> None:
        for name in ONLY_IF_ASKED_FOR:
            self.assert_silent(name)

    def test_who_was_released_is_blocked_no_longer(self) -> None:
        for name in ("barrier", "condition"):
            with self.subTest(name):
                self.assert_silent("released_" + name)

    def test_each_can_be_switched_off(self) -> None:
        self.assert_silent("unlock_free", "--misuse", "off")
        self.assert_silent("unlock_free", "--misuse", "unlock-others,wait-unlocked")
        status, _, findings = campaign("unlock_free", 10, "--misuse", "unlock-free")
        self.assertEqual((status, kinds(findings)), (FINDING, ["lock-misuse"]))

    def test_the_execution_goes_on_after_it(self) -> None:
        status, _, findings = campaign("unlock_others", 10)
        self.assertEqual(status, FINDING)
        self.assertEqual(findings[0]["exit_status"], 0)
        roles = [location["role"] for location in findings[0]["locations"]]
        self.assertEqual(roles, ["misused here", "acquired here"])

    def test_an_unknown_kind_is_refused(self) -> None:
        done = weft("test", "--misuse", "unlock-fre", "--", "true")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("there is no kind 'unlock-fre'", done.stderr)


class Deadlocks(Case):
    def test_circles_of_two_to_five_threads_are_told_as_such(self) -> None:
        for count in range(2, 6):
            _, _, findings = campaign(f"circle_{count}", 300, "--predictions", "off")
            self.assertEqual(kinds(findings), ["deadlock"], f"{count} threads")
            self.assert_replays(findings[0])
            threads = {t["path"]: t for t in findings[0]["threads"]}
            members = [f"main.{i + 1}" for i in range(count)]
            self.assertEqual([threads[m]["role"] for m in members], ["cycle"] * count)
            self.assertEqual(threads["main"]["role"], "bystander")
            for i, member in enumerate(members):
                held_by = threads[member]["held_by"]
                self.assertEqual([h["thread"] for h in held_by], [members[(i + 1) % count]])
                self.assertEqual(held_by[0]["acquired"][0]["function"], "take_two")
                self.assertIn(f"mutex places[{i}].lock", threads[member]["holds"])

    def test_taken_in_one_order_they_stay_silent(self) -> None:
        for count in range(2, 6):
            self.assert_silent(f"circle_{count}_fixed")


class Order(Case):
    def test_a_predicted_cycle_is_driven_to_its_deadlock(self) -> None:
        for program in ("order_plain", "order_writer", "circle_2", "circle_3", "circle_4",
                        "circle_5"):
            with self.subTest(program):
                status, text, findings = campaign(program, 2, "--strategy", "sequential")
                self.assertEqual((status, kinds(findings)), (FINDING, ["deadlock"]), text)
                self.assertIn("predicted, and driven after the campaign", text)
                self.assert_replays(findings[0])

    def test_what_cannot_deadlock_is_not_predicted(self) -> None:
        for name in ("gate", "joined", "barrier", "try", "recursive", "readers"):
            with self.subTest(name):
                self.assert_silent("order_" + name)

    def test_what_cannot_be_driven_is_labelled_and_fails_only_if_asked_to(self) -> None:
        status, text, findings = campaign("order_handoff", 50)
        self.assertEqual((status, kinds(findings)), (NOTHING, ["lock-order"]))
        self.assertEqual(findings[0]["severity"], "note")
        self.assertIn("nothing found and 1 prediction in", text)
        self.assertIn("predicted from an execution that passed", text)
        self.assertEqual([l["role"] for l in findings[0]["locations"]],
                         ["acquired here", "wanted here"] * 2)
        status, _, findings = campaign("order_handoff", 50, "--predictions", "fail")
        self.assertEqual((status, kinds(findings)), (FINDING, ["lock-order"]))
        self.assert_silent("order_handoff", "--predictions", "off")


class Suppressions(Case):
    def suppressed(self, pattern: str, program: str, *options: str) -> tuple[list[str], int]:
        """The findings that are left, and how many were not told."""
        known = FOLDER / "known.txt"
        known.write_text(pattern + "\n", "utf-8")
        campaign(program, 10, "--suppressions", str(known), *options)
        report = json.loads((work_of(program) / "campaign.json").read_text("utf-8"))
        return kinds(report["findings"]), report["suppressed"]

    def test_misuses_by_their_kind(self) -> None:
        for pattern, program in (("mutex:^finish$", "unlock_others"),
                                 ("mutex:unlock_free.c", "unlock_free"),
                                 ("thread:main", "thread_leak"),
                                 ("signal:handler_blocks.c", "handler_blocks")):
            options = ("--misuse", "all") if program in ONLY_IF_ASKED_FOR else ()
            self.assertEqual(self.suppressed(pattern, program, *options), ([], 1), pattern)

    def test_other_kinds_leave_a_misuse_alone(self) -> None:
        for pattern in ("thread:finish", "signal:finish", "deadlock:finish", "race:finish",
                        "mutex:^inish"):
            self.assertEqual(self.suppressed(pattern, "unlock_others"), (["lock-misuse"], 0),
                             pattern)

    def test_predictions_are_neither_told_nor_driven(self) -> None:
        sequential = ("--strategy", "sequential")
        self.assertEqual(self.suppressed("deadlock:both_mutexes", "order_handoff"), ([], 1))
        self.assertEqual(self.suppressed("deadlock:both_mutexes", "order_plain", *sequential),
                         ([], 1))
        self.assertEqual(self.suppressed("mutex:both_mutexes", "order_plain", *sequential),
                         (["deadlock"], 0))

    def test_a_deadlock_that_happened_is_told(self) -> None:
        self.assertEqual(self.suppressed("deadlock:both_mutexes", "order_plain", "--schedules",
                                         "300", "--predictions", "off"), (["deadlock"], 0))


class Wakeups(Case):
    def test_a_lost_wakeup_is_told_as_one(self) -> None:
        _, text, findings = campaign("wakeup_lost", 100)
        self.assertEqual(kinds(findings), ["lost-wakeup"])
        self.assertIn("came before this wait, when nobody waited: from main.1 (tell)", text)
        self.assert_replays(findings[0])

    def test_repaired_it_stays_silent(self) -> None:
        self.assert_silent("wakeup_repaired")

    def test_a_wait_that_no_order_ends_stays_a_deadlock(self) -> None:
        _, text, findings = campaign("wakeup_never", 100)
        self.assertEqual(set(kinds(findings)), {"deadlock"})
        self.assertIn("signalled before by main.1 (tell), 1 time, last", text)

    def test_a_missing_post_is_no_lost_wakeup(self) -> None:
        _, text, findings = campaign("wakeup_semaphore", 20)
        self.assertIn("deadlock", kinds(findings))
        self.assertIn("posted before by main, 1 time, last", text)


class Livelocks(Case):
    def test_it_says_who_spins_on_what(self) -> None:
        _, text, findings = campaign("livelock", 100)
        self.assertEqual(kinds(findings), ["livelock"])
        for told in ("spin on right_wants, left_wants", "again and again: atomic-load right_wants",
                     "again and again: atomic-load left_wants"):
            self.assertIn(told, text)
        self.assert_replays(findings[0])

    def test_repaired_it_stays_silent(self) -> None:
        self.assert_silent("livelock_fixed")


class Signals(Case):
    def stuck(self, program: str) -> tuple[list[str], str]:
        _, text, findings = campaign(program, 1, "--stall-limit", "300ms")
        return kinds(findings), text

    def test_what_a_handler_may_end_is_no_certain_deadlock(self) -> None:
        for program in ("handler_semaphore", "handler_pipe"):
            found, text = self.stuck(program)
            self.assertEqual(found, ["hang"])
            self.assertIn("it waits for a signal from outside, or it is a deadlock", text)

    def test_what_no_handler_can_end_is_one(self) -> None:
        for program in ("handler_circle", "handler_blocked"):
            self.assertEqual(self.stuck(program)[0], ["deadlock"])

    def test_the_signal_lets_them_go_on(self) -> None:
        for program in ("handler_semaphore", "handler_pipe"):
            for carrier in ("fiber", "thread"):
                with self.subTest(program, carrier=carrier), subprocess.Popen(
                        [EXECUTE, RUNTIME, carrier, "sequential", "1",
                         str(FOLDER / ("locks_" + program))],
                        stdout=subprocess.PIPE, text=True) as process:
                    self.assertEqual(process.stdout.readline(), "waiting\n")
                    interrupt(process.pid)
                    self.assertEqual(process.wait(timeout=60), 0)


def interrupt(parent: int) -> None:
    """Sends the signal to the one child once that waits in the kernel for good."""
    children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    entry = pathlib.Path(f"/proc/{int(children.split()[0])}/syscall")
    while entry.read_text("ascii").split()[0] not in WAITS:
        pass
    os.kill(int(children.split()[0]), signal.SIGUSR1)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], sys.argv[3]], verbosity=2)
