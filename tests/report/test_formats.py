# SPDX-License-Identifier: Apache-2.0
"""test_formats.py WEFT ROOT DEADLOCKS PASSES SHOUTS PREDICTED FOLDER: the reports for CI servers and code
hosts, each against its schema, from campaigns that find something, find nothing, are interrupted,
and over programs that print and are called anything.

DEADLOCKS has a finding, PASSES none; SHOUTS prints what no format can hold; PREDICTED has a
prediction only. FOLDER is made anew.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

try:
    import jsonschema
except ImportError:
    jsonschema = None

NOTHING_FOUND, FINDING, USAGE = 0, 1, 2
WEFT, ROOT, DEADLOCKS, PASSES, SHOUTS, PREDICTED, FOLDER = (
    pathlib.Path(a).resolve() for a in sys.argv[1:8])
SCHEMAS = ROOT / "tests/report/schema"
FILES = {"--json": "r.json", "--junit": "r.xml", "--sarif": "r.sarif", "--code-quality": "r.cq"}
ALL = [word for pair in FILES.items() for word in pair]
SEVERITIES = {"error": "critical", "warning": "major", "note": "minor"}
CI = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "NO_COLOR")


def environment(**more: str) -> dict:
    return {**{k: v for k, v in os.environ.items() if k not in CI}, "TERM": "xterm", **more}


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = FOLDER / self.id().split(".")[-1]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def weft(self, *arguments: object, cwd: str = ".", **more: str) -> subprocess.CompletedProcess:
        return subprocess.run([WEFT, *arguments], cwd=self.folder / cwd, env=environment(**more),
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              text=True, encoding="utf-8", errors="surrogateescape")

    def campaign(self, program: object, *arguments: object, **more: str):
        return self.weft("test", "--schedules", "200", *ALL, *arguments, "--", program, **more)

    def load(self, name: str) -> object:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def validate(self, value: object, schema: pathlib.Path) -> None:
        if jsonschema:
            jsonschema.validate(value, json.loads(schema.read_text(encoding="utf-8")))

    def junit(self) -> ElementTree.Element:
        path = self.folder / "r.xml"
        if shutil.which("xmllint"):
            done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                                   SCHEMAS / "junit.xsd", path],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        (suite,) = ElementTree.parse(path).getroot()
        cases = suite.findall("testcase")
        counts = {"tests": len(cases)}
        for name, tag in ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"):
            counts[name] = len([c for c in cases if c.find(tag) is not None])
        self.assertEqual({name: int(suite.get(name)) for name in counts}, counts)
        return suite

    def sarif(self) -> dict:
        log = self.load("r.sarif")
        self.validate(log, SCHEMAS / "sarif-2.1.0.json")
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            ids = {str(l["id"]) for l in result["relatedLocations"]}
            for text in result["message"].values():
                self.assertEqual(set(re.findall(r"\]\((\d+)\)", text)), ids)
            orders = [l["executionOrder"] for flow in result.get("codeFlows", [])
                      for thread in flow["threadFlows"] for l in thread["locations"]]
            self.assertEqual(len(set(orders)), len(orders))
        return run

    def code_quality(self) -> list:
        issues = self.load("r.cq")
        self.validate(issues, SCHEMAS / "code-quality.json")
        return issues

    def all_reports(self) -> tuple:
        campaign = self.load("r.json")
        self.validate(campaign, ROOT / "docs/schema/campaign.json")
        return campaign, self.junit(), self.sarif(), self.code_quality()

    def assert_agreement(self, notes_fail: bool = False) -> dict:
        """All reports are valid and have the same findings; those of the JSON are returned."""
        campaign, suite, run, issues = self.all_reports()
        findings = campaign["findings"]
        failures = suite.findall("testcase/failure")
        self.assertEqual([f.get("type") for f in failures],
                         [f["kind"] for f in findings if notes_fail or f["severity"] != "note"])
        self.assertEqual([r["ruleId"] for r in run["results"]], [f["kind"] for f in findings])
        self.assertEqual([r["level"] for r in run["results"]], [f["severity"] for f in findings])
        self.assertEqual([r["partialFingerprints"]["weftFingerprint/v1"] for r in run["results"]],
                         [f["fingerprint"] for f in findings])
        self.assertEqual([(i["check_name"], i["fingerprint"], i["severity"]) for i in issues],
                         [(f["kind"], f["fingerprint"], SEVERITIES[f["severity"]])
                          for f in findings])
        return campaign


class Formats(Case):
    def test_a_finding_is_in_all_reports(self) -> None:
        done = self.campaign(DEADLOCKS, "--source-root", ROOT)
        self.assertEqual(done.returncode, FINDING, done.stderr)
        (finding,) = self.assert_agreement()["findings"]
        failure = self.junit().find("testcase/failure")
        self.assertEqual(failure.get("message"), finding["summary"])
        self.assertIn(f"weft replay {finding['schedule']}", failure.text)
        self.assertIn("how it came about", failure.text)
        (issue,) = self.code_quality()
        self.assertEqual(issue["location"]["path"], "tests/report/programs/own_lock.c")
        self.assertEqual(issue["location"]["lines"]["begin"], finding["locations"][0]["line"])

    def test_sarif_shows_places_and_the_interleaving(self) -> None:
        self.campaign(DEADLOCKS, "--source-root", ROOT)
        (finding,) = self.load("r.json")["findings"]
        run = self.sarif()
        (result,) = run["results"]
        base = run["originalUriBaseIds"]["SRCROOT"]["uri"]
        self.assertEqual(base, f"file://{urllib.parse.quote(str(ROOT))}/")
        (location,) = result["locations"]
        place = location["physicalLocation"]
        self.assertEqual(place["artifactLocation"], {
            "uri": "tests/report/programs/own_lock.c", "uriBaseId": "SRCROOT"})
        self.assertEqual(place["region"]["startLine"], finding["locations"][0]["line"])
        (related,) = result["relatedLocations"]
        self.assertEqual(related["message"]["text"], "acquired here (main.1)")
        self.assertIn(f"weft replay {finding['schedule']}", result["message"]["text"])
        (flow,) = result["codeFlows"]
        self.assertEqual([t["id"] for t in flow["threadFlows"]], ["main", "main.1", "main.2"])
        steps = sorted((l["executionOrder"], t["id"], l["location"]["message"]["text"])
                       for t in flow["threadFlows"] for l in t["locations"])
        told = [(s["thread"], s["operation"]) for s in finding["interleaving"] if "operation" in s]
        self.assertEqual([thread for _, thread, _ in steps], [thread for thread, _ in told])
        for (_, _, text), (_, operation) in zip(steps, told):
            self.assertIn(operation, text)

    def test_nothing_found_is_a_test_that_passed(self) -> None:
        done = self.campaign(PASSES)
        self.assertEqual(done.returncode, NOTHING_FOUND, done.stderr)
        self.assertEqual(self.assert_agreement()["findings"], [])
        (case,) = self.junit().findall("testcase")
        self.assertEqual(list(case), [])
        self.assertTrue(self.sarif()["invocations"][0]["executionSuccessful"])

    def test_a_prediction_is_told_and_fails_only_if_asked_to(self) -> None:
        done = self.campaign(PREDICTED)
        self.assertEqual(done.returncode, NOTHING_FOUND, done.stderr)
        (finding,) = self.assert_agreement()["findings"]
        self.assertEqual((finding["kind"], finding["severity"]), ("lock-order", "note"))
        self.assertIn(finding["summary"], self.junit().find("system-out").text)
        done = self.campaign(PREDICTED, "--predictions", "fail")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assert_agreement(notes_fail=True)

    def test_what_programs_print_makes_no_report_invalid(self) -> None:
        done = self.campaign(SHOUTS)
        self.assertEqual(done.returncode, FINDING, done.stderr)
        (finding,) = self.assert_agreement()["findings"]
        self.assertIn("\u00e9", finding["output"])
        self.assertIn("?? \u00e9 ???", finding["output"])
        suite = self.junit()
        self.assertIn("]]> <&\"'> ?? \u00e9 ??? ?", suite.find("system-out").text)

    def test_a_finding_without_a_place_is_shown_at_its_last_switch(self) -> None:
        self.campaign(SHOUTS, "--source-root", ROOT)
        (result,) = self.sarif()["results"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        self.assertEqual(uri, "tests/report/programs/shouting.c")
        self.assertRegex(location["message"]["text"], r"^switched here \(main")

    def test_programs_and_sources_may_be_called_anything(self) -> None:
        source = self.folder / "s p\u00e4ce #1" / "50%[x](1).c"
        source.parent.mkdir()
        shutil.copy(ROOT / "tests/report/programs/own_lock.c", source)
        name = os.fsencode(self.folder) + b"/a <&\"'\t\xff %s"
        subprocess.run([os.environ.get("CC", "cc"), "-g", "-pthread", "-o", name, source],
                       check=True)
        done = self.campaign(name, "--source-root", ".")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assert_agreement()
        (result,) = self.sarif()["results"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        self.assertEqual(place["uriBaseId"], "SRCROOT")
        self.assertRegex(place["uri"], r"^[A-Za-z0-9%._~!$&'()*+,;=@/-]+$")
        self.assertEqual(urllib.parse.unquote(place["uri"]), str(source.relative_to(self.folder)))

    def test_code_without_debug_information_is_named_by_its_module(self) -> None:
        shutil.copy(DEADLOCKS, self.folder / "stripped")
        subprocess.run(["strip", "-g", "stripped"], cwd=self.folder, check=True)
        done = self.campaign("./stripped")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assert_agreement()
        (result,) = self.sarif()["results"]
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "stripped")
        self.assertGreater(place["address"]["relativeAddress"], 0)

    def test_sources_outside_of_the_root_are_named_in_full(self) -> None:
        self.campaign(DEADLOCKS, "--source-root", ".", "--annotations", "none")
        (result,) = self.sarif()["results"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        self.assertEqual(place, {"uri": "file://" + urllib.parse.quote(
            str(ROOT / "tests/report/programs/own_lock.c"))})
        done = self.campaign(DEADLOCKS, "--source-root", ".", "--annotations", "github")
        self.assertRegex(done.stdout, r"(?m)^::error title=Deadlock::main\.1")

    def test_the_root_is_the_nearest_repository(self) -> None:
        source = self.folder / "src" / "a.c"
        source.parent.mkdir()
        (self.folder / "build").mkdir()
        (self.folder / ".git").mkdir()
        shutil.copy(ROOT / "tests/report/programs/own_lock.c", source)
        subprocess.run([os.environ.get("CC", "cc"), "-g", "-pthread", "-o", "a", "../src/a.c"],
                       cwd=self.folder / "build", check=True)
        files = [f"../{word}" if word in FILES.values() else word for word in ALL]
        self.weft("test", "--schedules", "200", *files, "--", "./a", cwd="build")
        (result,) = self.sarif()["results"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        self.assertEqual(place, {"uri": "src/a.c", "uriBaseId": "SRCROOT"})


class Ends(Case):
    def interrupt(self, program: object, stream: str, word: str) -> int:
        """Ctrl-C once a line with that word came."""
        with subprocess.Popen([WEFT, "test", "--schedules", "1000000000", *ALL, "--", program],
                              cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as done:
            for line in getattr(done, stream):
                if word in line:
                    break
            done.send_signal(signal.SIGINT)
            done.communicate()
        return done.returncode

    def test_an_interrupt_leaves_whole_reports_of_what_was_found(self) -> None:
        self.assertEqual(self.interrupt(DEADLOCKS, "stdout", "deadlock"), FINDING)
        self.assertTrue(self.assert_agreement()["interrupted"])

    def test_an_interrupted_search_that_found_nothing_has_not_passed(self) -> None:
        self.assertEqual(self.interrupt(PASSES, "stderr", "executions"), NOTHING_FOUND)
        self.assertEqual(self.assert_agreement()["findings"], [])
        (case,) = self.junit().findall("testcase")
        self.assertIsNotNone(case.find("skipped"))

    def test_a_report_that_cannot_be_written_costs_no_other(self) -> None:
        for place, why in ("/dev/full", "No space left on device"), ("no/r", "No such file"):
            for option, name in FILES.items():
                words = [place if word == name else word for word in ALL]
                done = self.weft("test", "--schedules", "5", "--quiet", "--strategy", "sequential",
                                 *words, "--", PASSES)
                self.assertEqual(done.returncode, USAGE, done.stderr)
                self.assertRegex(done.stderr, rf"\Aweft test: cannot write the [\w ]+ report "
                                              rf"'{place}': {why}[^\n]*\n\Z")
                for other in FILES.values():
                    path = self.folder / other
                    self.assertEqual(path.exists(), other != name, option)
                    path.unlink(missing_ok=True)
        self.assertEqual(sorted(os.listdir(self.folder)), [])

    def test_one_report_may_go_to_stdout_alone(self) -> None:
        done = self.weft("test", "--schedules", "200", "--sarif", "-", "--", DEADLOCKS)
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.assertEqual(json.loads(done.stdout)["version"], "2.1.0")
        self.assertIn("deadlock: main.1", done.stderr)

    def test_two_reports_in_one_place_are_refused(self) -> None:
        for place in "-", "r":
            done = self.weft("test", "--junit", place, "--sarif", place, "--", PASSES)
            self.assertEqual((done.returncode, done.stderr), (
                USAGE, f"weft test: '--junit' and '--sarif' can't both go to '{place}'\n"))

    def test_a_root_that_is_no_folder_is_refused(self) -> None:
        for root, why in (("no", "cannot use 'no' as the folder of the sources: "
                           "No such file or directory"),
                          (str(PASSES), f"the folder of the sources, '{PASSES}', is no folder")):
            done = self.weft("test", "--source-root", root, "--", PASSES)
            self.assertEqual((done.returncode, done.stderr), (USAGE, f"weft test: {why}\n"))

    def test_a_replay_writes_the_same_reports_where_the_user_is(self) -> None:
        self.campaign(DEADLOCKS)
        (finding,) = self.load("r.json")["findings"]
        for name in FILES.values():
            (self.folder / name).unlink()
        (self.folder / "elsewhere").mkdir()
        done = self.weft("replay", *ALL, f"../{finding['schedule']}", cwd="elsewhere")
        self.assertEqual(done.returncode, FINDING, done.stderr)
        self.folder = self.folder / "elsewhere"
        (again,) = self.assert_agreement()["findings"]
        self.assertEqual(again["fingerprint"], finding["fingerprint"])


class GitHub(Case):
    def commands(self, text: str) -> list[str]:
        return [line for line in text.splitlines() if line.lstrip().startswith("::")]

    def test_annotations_come_in_github_actions_only(self) -> None:
        for more, arguments, count in (({}, [], 0), ({"GITHUB_ACTIONS": "true"}, [], 1),
                                       ({"GITHUB_ACTIONS": "false"}, [], 0),
                                       ({}, ["--annotations", "github"], 1),
                                       ({"GITHUB_ACTIONS": "true"}, ["--annotations", "none"], 0)):
            done = self.campaign(DEADLOCKS, *arguments, **more)
            self.assertEqual(len(self.commands(done.stdout)), count, (more, arguments))

    def test_an_annotation_names_file_line_and_title(self) -> None:
        done = self.campaign(DEADLOCKS, "--source-root", ROOT, GITHUB_ACTIONS="true")
        (finding,) = self.load("r.json")["findings"]
        (command,) = self.commands(done.stdout)
        line = finding["locations"][0]["line"]
        self.assertTrue(command.startswith(
            f"::error file=tests/report/programs/own_lock.c,line={line},title=Deadlock::"
            f"{finding['summary']}%0A"), command)
        self.assertTrue(command.endswith(f"%0Aweft replay {finding['schedule']}"), command)

    def test_no_output_of_a_program_becomes_a_command(self) -> None:
        done = self.campaign(SHOUTS, GITHUB_ACTIONS="true")
        (command,) = self.commands(done.stdout)
        self.assertIn("title=Unexpected exit status::", command)

    def test_names_are_escaped(self) -> None:
        source = self.folder / "a,b:c%.c"
        shutil.copy(ROOT / "tests/report/programs/own_lock.c", source)
        subprocess.run([os.environ.get("CC", "cc"), "-g", "-pthread", "-o", "a", source.name],
                       cwd=self.folder, check=True)
        done = self.campaign("./a", "--source-root", ".", GITHUB_ACTIONS="true")
        (command,) = self.commands(done.stdout)
        self.assertTrue(command.startswith("::error file=a%2Cb%3Ac%25.c,line="), command)

    def test_the_summary_is_added_to_the_jobs_file(self) -> None:
        path = self.folder / "summary.md"
        path.write_text("before\n", encoding="utf-8")
        for program in SHOUTS, PASSES:
            self.campaign(program, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(path))
        text = path.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("before\n### weft: "), text)
        self.assertIn("| Unexpected exit status | ", text)
        self.assertIn("Nothing found in 200 executions", text)
        fences = re.findall(r"(?m)^`{3,}$", text)
        self.assertEqual((len(fences), len(set(fences))), (2, 1))
        self.assertGreater(len(fences[0]), 3)

    def test_a_summary_that_cannot_be_written_is_named(self) -> None:
        done = self.campaign(PASSES, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="/dev/full")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("weft test: cannot write the summary report '/dev/full': No space left on "
                      "device\n", done.stderr)
        self.assert_agreement()


class Colours(Case):
    def test_colours_are_as_asked_for(self) -> None:
        for arguments, more, coloured in (([], {}, False), (["--color", "always"], {}, True),
                                          (["--color", "always"], {"NO_COLOR": "1"}, True),
                                          (["--color", "never"], {}, False)):
            done = self.campaign(DEADLOCKS, *arguments, **more)
            self.assertEqual("\033[" in done.stdout, coloured, (arguments, more))
            self.assertNotIn("\033", (self.folder / "r.xml").read_text(encoding="utf-8"))

    def test_a_terminal_has_colours_unless_told_otherwise(self) -> None:
        for more, coloured in ({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), \
                ({"TERM": "dumb"}, False):
            reader, writer = os.openpty()
            with subprocess.Popen([WEFT, "test", "--first", "--quiet", "--", DEADLOCKS],
                                  cwd=self.folder, env=environment(**more), stdout=writer,
                                  stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as done:
                os.close(writer)
                text = b""
                try:
                    while part := os.read(reader, 4096):
                        text += part
                except OSError:  # how a terminal says that its other end is closed
                    pass
            os.close(reader)
            self.assertEqual(done.returncode, FINDING)
            self.assertEqual(b"\033[" in text, coloured, more)


unittest.main(argv=[sys.argv[0], "-v"])
