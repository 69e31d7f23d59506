# SPDX-License-Identifier: Apache-2.0
"""test_outcomes.py WEFT FOLDER GROUP: outcomes, and what programs tell through <weft/weft.h>.

FOLDER has the programs, as tests/outcomes/meson.build names them.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "report"))
from json_schema import violations  # noqa: E402

WEFT, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/outcomes.json").read_text("utf-8"))
NOTHING, FINDING, USAGE = 0, 1, 2
CARRIERS = ("fiber", "thread")


def weft(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([str(WEFT), *map(str, arguments)], cwd=FOLDER, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def fresh(program: str) -> pathlib.Path:
    work = FOLDER / f"{sys.argv[3]}-{program}.work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    return work


def campaign(program: str, schedules: int, *options: str) -> tuple[int, str, list[dict]]:
    """The exit status, what was printed, and the findings."""
    work = fresh(program)
    done = weft("test", "--schedules", schedules, "--races", "off", "--out", work, "--json",
                work / "campaign.json", *options, "--", FOLDER / ("outcomes_" + program))
    report = json.loads((work / "campaign.json").read_text("utf-8"))
    return done.returncode, done.stdout + done.stderr, report["findings"]


class Case(unittest.TestCase):
    def outcomes(self, program: str, *options: object) -> tuple[list[dict], str, dict]:
        """The rows, what was printed, and all of the JSON, which is as documented."""
        work = fresh(program)
        done = weft("outcomes", "--schedules", 300, "--out", work, "--json", work / "table.json",
                    *options, "--", FOLDER / ("outcomes_" + program))
        self.assertEqual(done.returncode, NOTHING, done.stdout + done.stderr)
        report = json.loads((work / "table.json").read_text("utf-8"))
        self.assertEqual(violations(report, SCHEMA, SCHEMA, "outcomes"), [])
        return report["outcomes"], done.stdout, report

    def assert_replays(self, schedule: str, kind: str, *options: str) -> None:
        done = weft("replay", *options, schedule)
        self.assertEqual(done.returncode, FINDING, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith(kind + ": "), done.stdout)

    def assert_silent(self, program: str, *options: str) -> None:
        status, text, findings = campaign(program, 300, *options)
        self.assertEqual((status, findings), (NOTHING, []), text)


class Table(Case):
    def test_a_lost_update_is_an_outcome_that_needs_a_preemption(self) -> None:
        for carrier in CARRIERS:
            rows, text, _ = self.outcomes("plain", "--carrier", carrier)
            lost = [r for r in rows if r["values"].get("count") == [3]]
            self.assertTrue(lost, text)
            for row in lost:
                self.assertEqual(row["preemption"], "needed")
                self.assertGreaterEqual(row["preemptions"], 1)
                self.assertEqual((row["replays"], row["replays_reproduced"]), (10, 10))
                for other in CARRIERS:
                    self.assert_replays(row["schedule"], "outcome", "--carrier", other)
            self.assertIn("needs a preemption", text)
            fine = [r for r in rows if r["values"].get("count") == [4]]
            self.assertIn("not-needed", [r["preemption"] for r in fine])

    def test_the_repaired_program_has_no_such_outcome(self) -> None:
        rows, _, _ = self.outcomes("plain_fixed")
        self.assertEqual({tuple(r["values"]["count"]) for r in rows}, {(4,)})

    def test_every_sort_of_ending_has_its_row(self) -> None:
        rows, text, report = self.outcomes("endings")
        ended = {r["exit_status"]: r for r in rows if r["kind"] == "outcome"}
        self.assertEqual(set(ended), {1, 2})
        self.assertEqual(ended[1]["output"], '"2"\n"1"\n')
        self.assertEqual(ended[1]["values"]["winner is"], ["one"])
        self.assertEqual(len(ended[2]["values"]["long"]), 100)
        self.assertEqual([r["kind"] for r in rows if r["kind"] != "outcome"], ["deadlock"])
        self.assertTrue(report["without_preemption_all"])
        self.assertIn('exit 1 output "\\"2\\"\\n\\"1\\"\\n"', text)
        self.assertEqual(sum(r["times_seen"] for r in rows), report["executions"])
        for row in rows:
            self.assert_replays(row["schedule"], row["kind"])

    def test_one_that_is_another_outcome_now_does_not_replay(self) -> None:
        rows, _, _ = self.outcomes("endings")
        row = next(r for r in rows if r["kind"] == "outcome")
        done = weft("replay", row["schedule"], "--", FOLDER / "outcomes_endings_fixed")
        self.assertIn(done.returncode, (NOTHING, 3), done.stdout + done.stderr)

    def test_the_same_seed_gives_the_same_table(self) -> None:
        self.assertEqual(self.outcomes("endings", "-j1")[1], self.outcomes("endings", "-j3")[1])

    def test_what_may_end_early_is_no_proof(self) -> None:
        rows, _, report = self.outcomes("timeout")
        self.assertFalse(report["without_preemption_all"])
        self.assertEqual({r["preemption"] for r in rows}, {"not-needed"})

    def test_too_many_values_are_said(self) -> None:
        done = weft("outcomes", "--schedules", 3, "--out", fresh("flood"), "--",
                    FOLDER / "outcomes_flood")
        self.assertEqual(done.returncode, NOTHING)
        self.assertIn("more was observed in an execution than weft keeps", done.stderr)


class Expected(Case):
    def expect(self, text: str, program: str = "endings") -> subprocess.CompletedProcess:
        work = fresh(program)
        (work / "expected.txt").write_text(text, "utf-8")
        return weft("outcomes", "--schedules", 300, "--out", work, "--expect",
                    work / "expected.txt", "--", FOLDER / ("outcomes_" + program))

    def saved(self, program: str = "endings") -> str:
        work = fresh(program)
        weft("outcomes", "--schedules", 300, "--out", work, "--save", work / "saved.txt", "--",
             FOLDER / ("outcomes_" + program))
        return (work / "saved.txt").read_text("utf-8")

    def test_what_was_saved_is_expected(self) -> None:
        saved = self.saved()
        self.assertIn("\nfails deadlock #", saved)
        self.assertEqual(self.expect(saved).returncode, NOTHING)
        self.assertEqual(self.expect("\n".join(reversed(saved.split("\n")))).returncode, NOTHING)

    def test_one_that_is_not_listed_fails_and_is_named(self) -> None:
        for missing in ("exit 1 ", "fails "):
            kept = [line for line in self.saved().split("\n") if not line.startswith(missing)]
            done = self.expect("\n".join(kept))
            self.assertEqual(done.returncode, FINDING)
            self.assertEqual(done.stdout.count("not expected"), 1)
            self.assertIn("1 outcome is not in '", done.stderr)

    def test_one_that_is_not_seen_is_told(self) -> None:
        line = 'exit 9 output "" balance=1'
        done = self.expect(self.saved() + line + "\n")
        self.assertEqual(done.returncode, NOTHING)
        self.assertIn("expected but not seen: " + line, done.stdout)

    def test_a_file_that_is_none_is_refused(self) -> None:
        done = self.expect('# fine\n\nexit 0 output "x" a=1 b\n')
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("expected.txt:3: '=' is expected at ''", done.stderr)
        self.assertEqual(self.expect("fails nothing #0123456789abcdef\n").returncode, USAGE)
        done = weft("outcomes", "--expect", "no-such-file", "--", "true")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("cannot open 'no-such-file'", done.stderr)

    def test_a_program_is_needed(self) -> None:
        done = weft("outcomes")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("a program is missing", done.stderr)


class Operations(Case):
    FOUND = {"transfer": "deposit() = ", "payment": "paid = ", "queue": "take() = ",
             "plain": "count = "}

    def test_what_no_serial_order_gives_is_found_and_replays(self) -> None:
        for program, told in self.FOUND.items():
            for carrier in CARRIERS:
                with self.subTest(program, carrier=carrier):
                    status, text, findings = campaign(program, 300, "--carrier", carrier)
                    self.assertEqual((status, [f["kind"] for f in findings]),
                                     (FINDING, ["atomicity"]), text)
                    finding = findings[0]
                    self.assertIn(told, finding["summary"])
                    self.assertIn("; the nearest outcome that one gives has ",
                                  finding["summary"])
                    self.assertEqual((finding["replays"], finding["replays_reproduced"]),
                                     (10, 10))
                    self.assertGreaterEqual(finding["preemptions"], 1)
                    self.assertIn("operation", [l["role"] for l in finding["locations"]])
                    self.assert_replays(finding["schedule"], "atomicity")

    def test_repaired_they_stay_silent(self) -> None:
        for program in self.FOUND:
            for carrier in CARRIERS:
                with self.subTest(program, carrier=carrier):
                    self.assert_silent(program + "_fixed", "--carrier", carrier)

    def test_a_repaired_program_passes_its_schedule(self) -> None:
        _, _, findings = campaign("transfer", 300)
        done = weft("replay", findings[0]["schedule"], "--", FOLDER / "outcomes_transfer_fixed")
        self.assertIn(done.returncode, (NOTHING, 3), done.stdout + done.stderr)

    def test_correct_programs_are_judged_and_stay_silent(self) -> None:
        for program in ("blocking", "stack", "around", "deadline"):
            for seed in ("1", "2"):
                with self.subTest(program, seed=seed):
                    status, text, findings = campaign(program, 1000, "--seed", seed)
                    self.assertEqual((status, findings), (NOTHING, []), text)
                    self.assertNotIn("not judged", text)

    def test_without_all_serial_executions_nothing_is_judged(self) -> None:
        for program in ("many", "transfer_bare"):
            status, text, findings = campaign(program, 300)
            self.assertEqual((status, findings), (NOTHING, []), text)
            self.assertIn("whether the operations are atomic was not judged: not all serial "
                          "executions could be tried: there are too many of them", text)

    def test_outcomes_tells_it_too(self) -> None:
        rows, _, _ = self.outcomes("payment")
        self.assertEqual([r["kind"] for r in rows if r["kind"] != "outcome"], ["atomicity"])


class Choices(Case):
    def test_the_smallest_value_that_fails_is_kept(self) -> None:
        for carrier in CARRIERS:
            status, text, findings = campaign("choose", 100, "--carrier", carrier)
            self.assertEqual((status, [f["kind"] for f in findings]), (FINDING, ["assertion"]))
            self.assertIn("the answer is small failed in main", findings[0]["summary"])
            self.assertIn("chooses 7 ", text)
            schedule = pathlib.Path(findings[0]["schedule"]).read_text("utf-8")
            decisions = [l for l in schedule.split("\n") if l.startswith("at ")]
            self.assertEqual(len(decisions), 1, schedule)
            self.assertTrue(decisions[0].endswith("choose.c:9: choose 7"), schedule)
            self.assert_replays(findings[0]["schedule"], "assertion")
            explained = weft("explain", findings[0]["schedule"])
            self.assertIn("weft_choose() gives 7", explained.stdout, explained.stderr)

    def test_the_first_execution_gets_0(self) -> None:
        self.assertEqual(campaign("choose", 1)[0], NOTHING)
        self.assert_silent("choose_fixed")

    def test_each_value_comes(self) -> None:
        rows, _, _ = self.outcomes("choose_fixed")
        self.assertEqual({r["output"][:2] for r in rows}, {"0 ", "1 ", "2 "})


class Conditions(Case):
    def test_one_that_is_never_true_is_told_at_the_end(self) -> None:
        for carrier in CARRIERS:
            status, text, findings = campaign("conditions_never", 50, "--carrier", carrier)
            self.assertEqual((status, [f["kind"] for f in findings]), (FINDING, ["never-true"]))
            self.assertIn("the worker comes first: looked at, but not true in any", text)
            self.assertEqual(findings[0]["times_seen"], 50)
            self.assertEqual(findings[0]["locations"][0]["role"], "evaluated here")
            self.assert_replays(findings[0]["schedule"], "never-true")

    def test_one_that_is_true_in_some_execution_is_fine(self) -> None:
        self.assert_silent("conditions_rarely")
        self.assertEqual(campaign("conditions_rarely", 1)[0], FINDING)

    def test_one_that_is_not_true_at_the_end_fails_there(self) -> None:
        for carrier in CARRIERS:
            status, text, findings = campaign("conditions_eventually", 50, "--carrier", carrier)
            self.assertEqual((status, [f["kind"] for f in findings]), (FINDING, ["assertion"]))
            self.assertIn("never true before the end: the worker has worked in main", text)
            self.assert_replays(findings[0]["schedule"], "assertion")

    def test_true_elsewhere_before_the_end_is_enough(self) -> None:
        self.assert_silent("conditions_fixed")


class Checks(Case):
    def test_what_fails_in_a_check_is_found_there(self) -> None:
        for carrier in CARRIERS:
            status, text, findings = campaign("check", 100, "--carrier", carrier)
            self.assertEqual((status, [f["kind"] for f in findings]), (FINDING, ["assertion"]))
            self.assertIn("check_other", text)
            self.assertIn("3 calls of weft_check() took turns", text)
            self.assert_replays(findings[0]["schedule"], "assertion")

    def test_what_stands_outside_of_checks_is_not_explored(self) -> None:
        # The call of run_two() between the checks has the same bug.
        _, text, findings = campaign("check", 100)
        self.assertEqual(len(findings), 1, text)
        self.assertTrue(all(" main " not in line or "weft_check(" in line
                            for line in text.partition("how it came about")[0].splitlines()), text)

    def test_frameworks_say_what_fails_as_they_do(self) -> None:
        for program in ("check_cmocka", "check_gtest"):
            status, text, findings = campaign(program, 60)
            self.assertEqual((status, [f["kind"] for f in findings]), (FINDING, ["exit-status"]), text)
            self.assert_replays(findings[0]["schedule"], "exit-status")

    def test_correct_ones_are_silent(self) -> None:
        for program in ("check_fixed", "check_cmocka_fixed", "check_gtest_fixed"):
            self.assert_silent(program)

    def test_without_weft_the_function_is_called_once(self) -> None:
        done = subprocess.run([FOLDER / "outcomes_check"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "1\n"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], sys.argv[3]], verbosity=2)
