# SPDX-License-Identifier: Apache-2.0
"""test_told.py WEFT VALUES TWO_DEADLOCKS STACK_OVERFLOW EARLY_TIMEOUT SHORT_READ FOLDER: are findings told in the user's own terms?

The programs are those of tests/report/programs. FOLDER is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

WEFT, VALUES, TWO_DEADLOCKS, STACK_OVERFLOW, EARLY_TIMEOUT, SHORT_READ, FOLDER = (
    pathlib.Path(a).resolve() for a in sys.argv[1:8])

SOURCE = pathlib.Path(__file__).resolve().parent / "programs" / "two_deadlocks.cpp"
FINDING = 1


def campaign(program: pathlib.Path, schedules: int) -> tuple[str, list[dict]]:
    """What was printed, and the findings."""
    done = subprocess.run([str(WEFT), "test", "--seed", "1", "--schedules", str(schedules),
                           "--races", "off", "--json", "campaign.json", "--", str(program)], cwd=FOLDER,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout, json.loads((FOLDER / "campaign.json").read_text("utf-8"))["findings"]


def steps_of(finding: dict, operation: str) -> list[tuple[str, str | None, str | None]]:
    return [(step["thread"], step.get("value"), step.get("before"))
            for step in finding["interleaving"] if step.get("operation") == operation
            and step["step"] in ("runs", "resumes")]


class Told(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)

    def test_values_are_written_as_the_program_would(self) -> None:
        text, findings = campaign(VALUES, 200)
        for told in ("writes account.state = BUSY (was IDLE)", "writes account.open = true (was false)",
                     "writes account.rate = 0.5 (was 0)", "writes account.next = &account (was NULL)",
                     "reads account.balance = 0", "writes account.balance = -5 (was 0)",
                     "atomic-rmw visits = 2 (was 0)", "atomic-rmw visits = 4 (was 2)"):
            self.assertIn(told, text)
        self.assertEqual(len(findings), 1)

    def test_what_was_chosen_within_an_operation_is_told(self) -> None:
        for program, words in ((EARLY_TIMEOUT, "the next timeout fires early"),
                               (SHORT_READ, r"moves \d bytes? fewer than it could")):
            text, findings = campaign(program, 2000)
            self.assertRegex(text, rf"\({words}\)")
            chosen = [step["chosen"] for step in findings[0]["interleaving"] if step.get("chosen")]
            self.assertEqual(len(chosen), 1, chosen)
            self.assertRegex(chosen[0], f"^{words}$")

    def test_counts_are_told_as_counts_and_errors_by_name(self) -> None:
        text, _ = campaign(SHORT_READ, 2000)
        self.assertRegex(text, r"fd-write file descriptor \d+ = 9 bytes ")
        self.assertRegex(text, r"fd-read file descriptor \d+ = \d bytes? ")
        text, _ = campaign(EARLY_TIMEOUT, 2000)
        self.assertIn("cond-wait answered = ETIMEDOUT", text)

    def test_the_lost_update_can_be_read_off_the_values(self) -> None:
        _, findings = campaign(VALUES, 200)
        reads = steps_of(findings[0], "reads account.balance")
        writes = steps_of(findings[0], "writes account.balance")
        self.assertEqual([value for _, value, _ in reads][:2], ["0", "0"])
        self.assertEqual([(value, before) for _, value, before in writes],
                         [("-5", "0"), ("-5", "-5")])

    def test_a_thread_stopped_before_its_write_has_written_nothing(self) -> None:
        _, findings = campaign(VALUES, 200)
        stopped = [s for s in findings[0]["interleaving"] if s["step"] == "preempted"]
        self.assertEqual(len(stopped), 1)
        self.assertNotIn("value", stopped[0])

    def test_locks_of_the_cpp_library_are_told_by_the_users_lines(self) -> None:
        text, findings = campaign(TWO_DEADLOCKS, 300)
        for finding in findings:
            for step in finding["interleaving"]:
                if "location" in step and step["step"] != "ends":
                    self.assertRegex(step["location"]["file"], r"two_deadlocks\.cpp$")
        self.assertNotRegex(text, r"std_mutex\.h|gthr-default\.h")

    def test_two_deadlocks_at_one_address_of_a_header_are_both_found(self) -> None:
        _, findings = campaign(TWO_DEADLOCKS, 300)
        functions = {frozenset(l["function"].split("<")[0] for l in f["locations"])
                     for f in findings}
        self.assertEqual(len(findings), 2)
        self.assertIn(frozenset({"open_sockets", "close_sockets"}), functions)
        self.assertTrue(any("take_both" in re.split(r"\W+", " ".join(f)) for f in functions))

    @unittest.skipUnless(shutil.which("c++"), "there is no C++ compiler here")
    def test_schedules_of_the_cpp_library_survive_another_optimisation(self) -> None:
        _, findings = campaign(TWO_DEADLOCKS, 300)
        for flags in (["-O2"], ["-O0", "-fsanitize=thread"]):
            subprocess.run(["c++", "-g", *flags, "-pthread", "-o", "again", str(SOURCE)], cwd=FOLDER,
                           check=True)
            for finding in findings:
                done = subprocess.run([str(WEFT), "replay", finding["schedule"], "--", "./again"],
                                      cwd=FOLDER, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, FINDING, done.stderr)
                schedule = (FOLDER / finding["schedule"]).read_text("utf-8")
                self.assertRegex(schedule, r"at main\.\d lock 2: preempt main\.\d # .*two_deadlocks\.cpp")

    def test_an_overrun_stack_shows_its_innermost_and_outermost_calls(self) -> None:
        text, _ = campaign(STACK_OVERFLOW, 200)
        self.assertRegex(text, r"at descend \([^)]*\)(.*\n\s+descend \([^)]*\)){8}.*\n"
                               r"\s+\.\.\. \d{3,} more calls\n(\s+descend .*\n){2}\s+walk ")


unittest.main(argv=[sys.argv[0], "-v"])
