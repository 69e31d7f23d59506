# SPDX-License-Identifier: Apache-2.0
"""update-readme.py [--check] BUILD: puts what `make demo` prints into the README, word for word.

With --check it changes nothing, and fails when the README shows something else; how long the
campaign took, and how many runs without weft failed, differs from run to run and is not compared.
"""
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN = "<!-- What make demo prints; written by scripts/update-readme.py -->\n```console\n"
END = "```\n<!-- end of make demo -->\n"
DURATION = re.compile(r"\d+\.\d+ seconds")
ORDINARY = re.compile(r"\d+ of 20 ordinary runs failed")


def demo_output(build: str) -> str:
    done = subprocess.run(["sh", str(ROOT / "scripts" / "demo.sh"), build], check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"{done.stdout}update-readme: the demo failed")
    return done.stdout.strip() + "\n"


def without_chance(text: str) -> list[str]:
    return ORDINARY.sub("N of 20 ordinary runs failed", DURATION.sub("N seconds", text)).splitlines()


def main() -> int:
    check = sys.argv[1] == "--check"
    output = demo_output(sys.argv[-1])
    before, found, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    shown, found_end, after = rest.partition(END)
    if not found or not found_end:
        sys.exit("update-readme: README.md has no place for the demo")
    if not check:
        README.write_text(before + BEGIN + output + END + after, encoding="utf-8")
        return 0
    difference = list(difflib.unified_diff(without_chance(shown), without_chance(output),
                                           "README.md", "make demo", lineterm=""))
    print("\n".join(difference))
    return 1 if difference else 0


sys.exit(main())
