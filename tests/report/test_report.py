# SPDX-License-Identifier: Apache-2.0
"""test_report.py WEFT SCHEMA PROGRAM REPAIRED SOURCE FOLDER: what users get to see of a finding.

PROGRAM deadlocks on its own lock in a preemption's reach, REPAIRED is its twin, both of SOURCE. FOLDER is made anew.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree

from json_schema import violations

NOTHING_FOUND, FINDING, USAGE, DOES_NOT_FIT = 0, 1, 2, 3
WEFT, SCHEMA, PROGRAM, REPAIRED, SOURCE, FOLDER = (
    pathlib.Path(a).resolve() for a in sys.argv[1:7])


def weft(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(WEFT), *arguments], cwd=FOLDER, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        cls.campaign = weft("test", "--strategy", "random", "--schedules", "200", "--json", "campaign.json", "--",
                            str(PROGRAM))
        cls.json = json.loads((FOLDER / "campaign.json").read_text(encoding="utf-8"))
        cls.finding = cls.json["findings"][0]
        cls.schedule = cls.finding["schedule"]

    def assert_in_order(self, text: str, *parts: str) -> None:
        position = 0
        for part in parts:
            self.assertIn(part, text[position:])
            position = text.index(part, position) + len(part)

    def test_the_text_says_what_where_how_and_how_to_see_it_again(self) -> None:
        self.assertEqual(self.campaign.returncode, FINDING)
        self.assert_in_order(
            self.campaign.stdout,
            "deadlock: main.1 (flush) waits for mutex lock, which it holds itself\n",
            "reproduced in 10 of 10 replays",
            "3 threads, no preemption needed",
            "main.1 (flush)", "waits for mutex lock, held by main.1 (flush)",
            "at notify (", "flush (",
            "holds mutex lock, acquired", "at flush (",
            "main waits for the end of main.1 (flush)",
            "how it came about", "main", "create main.1 (flush)", "create main.2 (change)",
            "main.2", "lock lock", "main.1", "lock lock (waits)", "nobody can go on",
            f"schedule: {self.schedule}\n", f"replay:   weft replay {self.schedule}\n")

    def test_text_that_is_no_terminal_has_no_colours(self) -> None:
        self.assertNotIn("\033", self.campaign.stdout + self.campaign.stderr)

    def test_the_source_lines_are_quoted(self) -> None:
        self.assertRegex(self.campaign.stdout, r"own_lock\.c:\d+ +pthread_mutex_lock\(&lock\);")

    def test_the_json_is_as_documented(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self.assertEqual(violations(self.json, schema, schema, "campaign"), [])

    def test_the_json_says_what_the_text_says(self) -> None:
        self.assertEqual(self.finding["kind"], "deadlock")
        self.assertEqual(self.finding["preemptions"], 0)
        self.assertEqual((self.finding["replays"], self.finding["replays_reproduced"]), (10, 10))
        roles = [(l["role"], l["thread"], l["function"]) for l in self.finding["locations"]]
        self.assertEqual(roles, [("waits here", "main.1", "notify"),
                                 ("acquired here", "main.1", "flush")])

    def test_no_address_or_folder_reaches_the_words(self) -> None:
        words = [self.finding["summary"]] + [t["waits_for"] or "" for t in self.finding["threads"]]
        words += [step.get("operation", "") for step in self.finding["interleaving"]]
        for text in words:
            self.assertNotRegex(text, r"0x|/")

    def test_a_replay_reproduces_on_both_carriers_with_the_same_events(self) -> None:
        hashes = []
        for carrier in "fiber", "thread":
            done = weft("replay", "--carrier", carrier, "--json", "replay.json", self.schedule)
            self.assertEqual(done.returncode, FINDING, done.stderr)
            replay = json.loads((FOLDER / "replay.json").read_text(encoding="utf-8"))
            hashes.append(replay["findings"][0]["hash"])
        self.assertEqual(hashes, [self.finding["hash"]] * 2)

    def test_the_json_of_a_replay_is_as_documented(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        replay = json.loads(weft("replay", "--json", "-", self.schedule).stdout)
        self.assertEqual(violations(replay, schema, schema, "replay"), [])

    def test_the_repaired_program_passes_its_schedule(self) -> None:
        done = weft("replay", self.schedule, "--", str(REPAIRED))
        self.assertEqual(done.returncode, NOTHING_FOUND, done.stderr)
        self.assertIn("passed: no failure", done.stdout)

    def test_a_schedule_that_does_not_fit_says_which_decision(self) -> None:
        text = (FOLDER / self.schedule).read_text(encoding="utf-8")
        (FOLDER / "strange.weft").write_text(
            re.sub(r" in \w+ \S+:\d+:", " in nowhere other.c:1:", text), encoding="utf-8")
        done = weft("replay", "strange.weft")
        self.assertEqual(done.returncode, DOES_NOT_FIT, done.stdout)
        self.assertRegex(done.stderr, r"no longer fits the program: 0 of 1 decisions came up")
        self.assertIn("in nowhere other.c:1", done.stderr)

    def test_a_schedule_survives_added_lines_and_says_where_it_went(self) -> None:
        text = SOURCE.read_text(encoding="utf-8")
        text = text.replace("#include <pthread.h>", "#include <stdio.h>\n#include <pthread.h>", 1)
        text = text.replace("\tpthread_mutex_lock", '\tputs("locking");\n\tpthread_mutex_lock')
        (FOLDER / SOURCE.name).write_text(text, encoding="utf-8")
        subprocess.run([os.environ.get("CC", "cc"), "-g", "-pthread", "-o", "edited", SOURCE.name],
                       cwd=FOLDER, check=True)
        done = weft("replay", self.schedule, "--", "./edited")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assertIn("waits for mutex lock, which it holds itself", done.stdout)
        self.assertRegex(done.stderr, r"the program has changed: \S*own_lock\.c:\d+ is taken for")

    def test_a_folder_of_schedules_is_a_regression_suite(self) -> None:
        suite = FOLDER / "suite"
        shutil.rmtree(suite, ignore_errors=True)
        suite.mkdir()
        text = (FOLDER / self.schedule).read_text(encoding="utf-8")
        (suite / "a.weft").write_text(text, encoding="utf-8")
        (suite / "b.weft").write_text(text, encoding="utf-8")
        done = weft("replay", "--junit", "suite.xml", "suite", "--", str(REPAIRED))
        self.assertEqual(done.returncode, NOTHING_FOUND, done.stderr)
        self.assertIn("2 of 2 schedules passed", done.stdout)
        (suite / "c.weft").write_text("no schedule", encoding="utf-8")
        done = weft("replay", "--junit", "suite.xml", "suite")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assertRegex(done.stdout, r"FAILED +suite/a\.weft: deadlock: ")
        self.assertRegex(done.stdout, r"error +suite/c\.weft: ")
        self.assertIn("0 of 3 schedules passed", done.stdout)
        tree = xml.etree.ElementTree.parse(FOLDER / "suite.xml").getroot()
        self.assertEqual([case.get("name") for case in tree.iter("testcase")],
                         ["suite/a.weft", "suite/b.weft", "suite/c.weft"])
        self.assertEqual((len(list(tree.iter("failure"))), len(list(tree.iter("error")))), (2, 1))

    def test_a_folder_without_schedules_is_refused(self) -> None:
        (FOLDER / "nothing").mkdir(exist_ok=True)
        done = weft("replay", "nothing")
        self.assertEqual(done.returncode, USAGE, done.stdout)
        self.assertIn("there is no schedule (*.weft) in 'nothing'", done.stderr)

    def test_without_gdb_one_line_says_so(self) -> None:
        done = weft("replay", "--gdb", self.schedule, PATH="/nonexistent")
        self.assertEqual(done.returncode, USAGE)
        self.assertRegex(done.stderr, r"\Aweft replay: there is no gdb here[^\n]*\n\Z")

    @unittest.skipUnless(shutil.which("gdb"), "there is no gdb here")
    def test_gdb_stops_at_the_failure_and_knows_the_threads_by_their_paths(self) -> None:
        (FOLDER / "commands").write_text("info threads\nbt\n", encoding="utf-8")
        done = weft("replay", "--gdb-commands", "commands", self.schedule)
        self.assertEqual(done.returncode, NOTHING_FOUND, done.stderr)
        self.assert_in_order(done.stdout, '"main"', '"main.1"', "weft_stop_here", "notify",
                             "flush")


unittest.main(argv=[sys.argv[0], "-v"])
