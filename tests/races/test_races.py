# SPDX-License-Identifier: Apache-2.0
"""test_races.py WEFT SCHEMA PROGRAMS FOLDER: what users get to see of data races.

PROGRAMS is where the programs of tests/races/programs were built. FOLDER is made anew.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

NOTHING_FOUND, FINDING, USAGE = 0, 1, 2
WEFT, SCHEMA, PROGRAMS, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:5])


def weft(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(WEFT), *arguments], cwd=FOLDER, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})


def program(name: str) -> str:
    return str(PROGRAMS / f"race_{name}")


def campaign(name: str, *options: str, **environment: str) -> tuple[str, dict]:
    done = weft("test", "--strategy", "random", "--schedules", "50", "--json", "campaign.json", *options, "--",
                program(name), **environment)
    return done.stdout, json.loads((FOLDER / "campaign.json").read_text("utf-8"))


class Races(unittest.TestCase):
    def setUp(self) -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)

    def write(self, name: str, text: str) -> str:
        (FOLDER / name).write_text(text, "utf-8")
        return name

    def assert_in_order(self, text: str, *parts: str) -> None:
        position = 0
        for part in parts:
            self.assertIn(part, text[position:])
            position = text.index(part, position) + len(part)

    def test_both_accesses_are_told_with_stacks_locks_and_threads(self) -> None:
        text, _ = campaign("other_lock")
        self.assert_in_order(
            text, "data-race: on shared: write in second (", "and read in first (",
            "reproduced in 10 of 10 replays",
            "earlier write of 4 bytes of shared by main.2 (second)", "at second (",
            "holding mutex yours", "later read of 4 bytes of shared by main.1 (first)",
            "holding mutex mine", "main.2 (second) was created by main", "at main (",
            "both orders were run: the outcome was the same",
            "** races with the write of main.2 (second)", "replay:   weft replay ")

    def test_memory_is_named_by_what_it_is(self) -> None:
        for name, memory in (("global", "visitors"), ("heap", "a heap block of 8 bytes (offset 0)"),
                             ("stack", "the stack of main"), ("ranges", "buffer[128]"),
                             ("thread_local", "progress, thread-local of main.1 (work)")):
            _, report = campaign(name)
            self.assertEqual(report["findings"][0]["race"]["memory"], memory)

    def test_a_heap_block_is_told_with_its_allocation(self) -> None:
        text, report = campaign("heap")
        block = report["findings"][0]["race"]["block"]
        self.assertEqual((block["size"], block["offset"], block["thread"]), (8, 0, "main"))
        self.assertEqual(block["allocated"][-1]["function"], "main")
        self.assertIn("allocated here", [l["role"] for l in report["findings"][0]["locations"]])
        self.assert_in_order(text, "the block was allocated by main", "at main (", "calloc(")
        _, report = campaign("global")
        self.assertIsNone(report["findings"][0]["race"]["block"])

    def test_a_free_is_told_as_such(self) -> None:
        text, report = campaign("freed")
        (race,) = [f["race"] for f in report["findings"] if f["kind"] == "data-race"]
        self.assertEqual([a["access"] for a in race["accesses"]], ["read", "free"])
        self.assertEqual(race["block"]["offset"], 8)
        self.assert_in_order(text, "earlier read of 8 bytes of a heap block of 16 bytes (offset 8)",
                             "later free of a heap block of 16 bytes by main")

    def test_the_two_halves_of_an_update_are_one_race(self) -> None:
        _, report = campaign("global")
        self.assertEqual([f["kind"] for f in report["findings"]], ["data-race"])
        self.assertEqual(report["findings"][0]["times_seen"], 50)
        _, report = campaign("two_races")
        self.assertEqual(len(report["findings"]), 2)

    def test_the_json_has_what_the_text_has(self) -> None:
        _, report = campaign("other_lock")
        finding = report["findings"][0]
        race = finding["race"]
        self.assertEqual([a["access"] for a in race["accesses"]], ["write", "read"])
        self.assertEqual([a["holds"] for a in race["accesses"]], [["mutex yours"], ["mutex mine"]])
        self.assertEqual([a["thread"] for a in race["accesses"]], ["main.2", "main.1"])
        self.assertEqual([a["thread_created"][0]["function"] for a in race["accesses"]],
                         ["main", "main"])
        self.assertEqual([(l["role"], l["function"]) for l in finding["locations"]],
                         [("earlier access", "second"), ("later access", "first")])
        self.assertEqual(race["effect"], "none")
        properties = json.loads(SCHEMA.read_text("utf-8"))["$defs"]["race"]["properties"]
        self.assertEqual(set(race), set(properties))

    def test_the_file_names_both_places_and_replays(self) -> None:
        _, report = campaign("one_schedule")
        path = report["findings"][0]["schedule"]
        text = (FOLDER / path).read_text("utf-8")
        self.assertRegex(text, r'\nexpect data-race "\S+:\d+ deposit, \S+:\d+ deposit" fingerprint')
        replayed = weft("replay", path)
        self.assertEqual(replayed.returncode, FINDING)
        self.assert_in_order(replayed.stdout, "data-race: on balance: ", "holding ", "holding ")

    def test_a_repaired_program_passes_the_schedule_of_its_race(self) -> None:
        _, report = campaign("global")
        replayed = weft("replay", report["findings"][0]["schedule"], "--",
                        program("global_fixed"))
        self.assertEqual((replayed.returncode, replayed.stderr), (NOTHING_FOUND, ""))

    def test_a_race_that_breaks_the_program_leads_to_that_finding(self) -> None:
        _, report = campaign("lost_update", "--schedules", "1")
        kinds = {finding["kind"]: finding for finding in report["findings"]}
        self.assertEqual(set(kinds), {"data-race", "exit-status"})
        race = kinds["data-race"]["race"]
        self.assertEqual((race["effect"], race["leads_to"]),
                         ("fails", kinds["exit-status"]["name"]))
        self.assertEqual(kinds["exit-status"]["times_seen"], 0)
        replayed = weft("replay", kinds["exit-status"]["schedule"])
        self.assertEqual(replayed.returncode, FINDING)

    def test_an_order_that_cannot_be_had_is_told_as_such(self) -> None:
        _, report = campaign("relaxed_flag")
        race = report["findings"][0]["race"]
        self.assertEqual(race["effect"], "unknown")
        self.assertIn("could not be driven", race["effect_words"])
        self.assertNotIn("not instrumented", race["effect_words"])

    def test_libraries_that_may_order_it_are_named(self) -> None:
        _, report = campaign("unseen_order")
        race = report["findings"][0]["race"]
        self.assertEqual(race["effect"], "unknown")
        self.assertIn("not instrumented, such as 'librace_spin.so', may order",
                      race["effect_words"])

    def test_another_output_is_told(self) -> None:
        _, report = campaign("printed")
        race = report["findings"][0]["race"]
        self.assertEqual((race["effect"], race["effect_words"]),
                         ("differs", "both orders were run: the output differs"))

    def test_first_stops_at_a_race_and_off_looks_for_none(self) -> None:
        _, report = campaign("global", "--first")
        self.assertEqual((report["executions"], len(report["findings"])), (1, 1))
        _, report = campaign("global", "--races", "off")
        self.assertEqual((report["executions"], report["findings"]), (50, []))

    def test_the_campaign_is_the_same_with_races_or_without(self) -> None:
        behaviours = [campaign("relaxed_flag", "--races", races)[1]["behaviours"]
                      for races in ("on", "off")]
        self.assertEqual(behaviours[0], behaviours[1])

    def test_suppressions_by_function_file_module_and_variable(self) -> None:
        for pattern in ("race:visit", "race:^visit$", "race:vis*t", "race:global.c",
                        "race:race_global", "race:^visitors$", "race_top:visit",
                        "race:visit(void*)", "called_from_lib:race_global"):
            self.write("known.txt", f"# known\n\n  {pattern}  \n")
            done = weft("test", "--schedules", "5", "--suppressions", "known.txt", "--",
                        program("global"))
            self.assertEqual(done.returncode, NOTHING_FOUND, pattern)
            self.assertIn(f"weft test: 1 finding was suppressed: {pattern} (1)\n", done.stderr)

    def test_suppressions_that_do_not_fit(self) -> None:
        for pattern in ("race:^isit", "race:visi$", "race_top:^main$", "deadlock:visit",
                        "mutex:visit", "race:v?sit", "called_from_lib:libc.so"):
            self.write("known.txt", f"{pattern}\n")
            done = weft("test", "--schedules", "5", "--suppressions", "known.txt", "--",
                        program("global"))
            self.assertEqual(done.returncode, FINDING, pattern)
            self.assertNotIn("suppressed", done.stderr)

    def test_callers_count_too_and_several_files_add_up(self) -> None:
        self.write("none.txt", "")
        self.write("caller.txt", "race:append\n")
        _, report = campaign("cxx_string", "--suppressions", "none.txt", "--suppressions",
                             "caller.txt")
        self.assertEqual((report["findings"], report["suppressed_races"] > 0), ([], True))

    def test_suppressions_named_by_tsan_options(self) -> None:
        self.write("known.txt", "race:visit\n")
        for options in ("suppressions=known.txt", "halt_on_error=1:suppressions='known.txt'",
                        "suppressions=other.txt suppressions=known.txt,verbosity=1"):
            _, report = campaign("global", TSAN_OPTIONS=options)
            self.assertEqual((report["findings"], report["suppressed_races"]), ([], 1), options)

    def test_bad_suppressions_get_one_line(self) -> None:
        for text, message in (
                ("race:f\nracy:g\n", "known.txt:2: 'racy' is no kind of suppression; there are "
                 "race, race_top, mutex, thread, signal, deadlock, called_from_lib"),
                ("\n\nrace\n", "known.txt:3: a suppression is KIND:PATTERN, as in 'race:function',"
                 " not 'race'"),
                ("race:", "known.txt:1: the pattern after 'race:' is missing")):
            self.write("known.txt", text)
            done = weft("test", "--suppressions", "known.txt", "--", program("global"))
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (USAGE, "", f"weft test: {message}\n"))
        done = weft("test", "--suppressions", "missing.txt", "--", program("global"))
        self.assertEqual((done.returncode, done.stderr), (
            USAGE, "weft test: cannot read the suppressions 'missing.txt': "
                   "No such file or directory\n"))

    def test_what_could_not_be_compared_is_named(self) -> None:
        text, report = campaign("many_epochs", "--schedules", "1")
        self.assertEqual(report["limits"], ["races"])
        self.assertIsNone(re.search("data-race", text))


sys.argv = sys.argv[:1]
unittest.main(verbosity=2)
