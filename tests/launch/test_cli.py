#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line as a whole: help, version, mistakes; and that the man pages and the completion
know every command and every option that the help shows, and no others.
"""
import json
import os
import re
import shutil
import subprocess
import unittest

WEFT = os.environ["WEFT"]
ROOT = os.environ["ROOT"]


def weft(*arguments):
    return subprocess.run([WEFT, *arguments], capture_output=True, text=True)


def commands():
    return re.findall(r"^  (\S+) ", weft("--help").stdout, re.MULTILINE)


def options(command):
    return set(re.findall(r"^  (?:-., )?(--[a-z-]+)", weft(command, "--help").stdout, re.MULTILINE))


def man_page(command):
    page = "cc" if command == "c++" else command
    with open(f"{ROOT}/man/weft-{page}.1.scd") as text:
        return text.read()


class CommandLine(unittest.TestCase):
    def refused(self, message, *arguments):
        done = weft(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", message + "\n"))

    def test_no_command_shows_the_usage_as_a_mistake(self):
        done = weft()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("usage: weft COMMAND", done.stderr)

    def test_help(self):
        for arguments in (("--help",), ("-h",), ("help",)):
            done = weft(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("usage: weft COMMAND", done.stdout)

    def test_help_of_a_command_in_three_ways(self):
        for command in commands():
            shown = weft(command, "--help")
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))
            self.assertTrue(shown.stdout.startswith(f"usage: weft {command} "))
            self.assertEqual(weft("help", command).stdout, shown.stdout)

    def test_version(self):
        done = weft("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^weft \d+\.\d+\.\d+\n$")

    def test_unknown_commands(self):
        self.refused("weft: there is no command 'docter'; did you mean 'doctor'?", "docter")
        self.refused("weft: there is no command 'docter'; did you mean 'doctor'?",
                     "help", "docter")
        self.refused("weft: there is no command 'xyzzy'; see 'weft --help'", "xyzzy")
        self.refused("weft: there is no command '--first'; see 'weft --help'", "--first")

    def test_unknown_option(self):
        self.refused("weft doctor: unknown option '--jsn'; did you mean '--json'? "
                     "see 'weft doctor --help'", "doctor", "--jsn")

    def test_doctor_prints_a_line_for_each_check(self):
        done = weft("doctor", "/bin/sh")
        checks = json.loads(weft("doctor", "--json", "/bin/sh").stdout)["checks"]
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), len(checks) + 1)
        for line, check in zip(lines, checks):
            self.assertTrue(line.startswith(check["status"]))
            self.assertIn(check["name"], line)

    def test_doctor_takes_one_program(self):
        done = weft("doctor", "/bin/sh", "-c", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("only the program", done.stderr)

    def test_man_pages_and_help_show_the_same(self):
        with open(f"{ROOT}/man/weft.1.scd") as text:
            overview = text.read()
        for command in commands():
            self.assertIn(f"*{command}*", overview)
            if command in ("cc", "c++"):
                continue
            listed = man_page(command).split("# OPTIONS")[1].split("\n# ")[0]
            described = set(re.findall(r"^\*?.*?\*(--[a-z-]+)\*", listed, re.MULTILINE))
            self.assertEqual(options(command), described, command)
            for option in described:
                self.assertEqual(len(re.findall(rf"^\*?.*?\*{option}\*", listed, re.MULTILINE)), 1,
                                 f"{command} {option} is described twice")

    @unittest.skipUnless(shutil.which("bash"), "bash is not installed")
    def test_bash_completes_commands_and_options(self):
        def complete(*words):
            script = (f". {ROOT}/completions/weft.bash\n"
                      "COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _weft\n"
                      "printf '%s\\n' \"${COMPREPLY[@]}\"\n")
            done = subprocess.run(["bash", "-c", script, "bash", WEFT, *words],
                                  capture_output=True, text=True)
            return set(done.stdout.split())

        self.assertEqual(complete(""), {"help", "--help", "--version", *commands()})
        self.assertEqual(complete("help", ""), set(commands()))
        self.assertEqual(complete("doctor", "--"), options("doctor"))
        self.assertIn("/bin/true", complete("doctor", "--", "/bin/tr"))


if __name__ == "__main__":
    unittest.main()
