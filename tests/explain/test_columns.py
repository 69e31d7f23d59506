# SPDX-License-Identifier: Apache-2.0
"""test_columns.py [--update] WEFT PROGRAM SCHEDULE GOLDEN: is it told word for word as before?

How many of the executions without the remedy failed is the strategies' matter, and not compared.
"""
import difflib
import pathlib
import re
import subprocess
import sys

COUNT = re.compile(r"without it,\s+\d+ of\s+them failed", re.DOTALL)
WIDTH = 100


def told(weft: str, program: str, schedule: str) -> str:
    done = subprocess.run([weft, "explain", "--width", str(WIDTH), schedule, "--", program],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        sys.exit(f"{done.stdout}{done.stderr}weft explain ended with {done.returncode}")
    lines = done.stdout.splitlines()
    too_long = [line for line in lines if len(line) > WIDTH]
    if too_long:
        sys.exit("wider than asked for:\n" + "\n".join(too_long))
    return done.stdout


def unwrapped(text: str) -> list[str]:
    """Its lines; the suggestion, which is wrapped by its numbers, as one."""
    head, found, suggestion = text.partition("\nSuggestion:")
    lines = head.splitlines()
    if found:
        lines.append(COUNT.sub("without it, N of them failed",
                               "Suggestion: " + " ".join(suggestion.split())))
    return lines


def main() -> int:
    update = sys.argv[1] == "--update"
    weft, program, schedule, golden = sys.argv[-4:]
    now = unwrapped(told(weft, program, schedule))
    path = pathlib.Path(golden)
    if update:
        path.write_text("\n".join(now) + "\n", "utf-8")
        return 0
    difference = list(difflib.unified_diff(path.read_text("utf-8").splitlines(), now, "golden", "now",
                                           lineterm=""))
    print("\n".join(difference))
    return 1 if difference else 0


sys.exit(main())
