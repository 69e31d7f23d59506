# SPDX-License-Identifier: Apache-2.0
"""foreign.py WEFT PROGRAM CLEAN FOLDER: threads that weft did not see being made are named.

PROGRAM has one from before main, CLEAN has none.
"""
import json
import pathlib
import subprocess
import sys


def limits(program: str) -> tuple[list[str], str]:
    done = subprocess.run([WEFT, "test", "--schedules", "5", "--quiet", "--json", "-", "--", program],
                          cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        sys.exit(f"weft test ended with {done.returncode}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)["limits"], done.stderr


WEFT, PROGRAM, CLEAN = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:4])
FOLDER = pathlib.Path(sys.argv[4])
FOLDER.mkdir(parents=True, exist_ok=True)
NAMES, TEXT = limits(PROGRAM)
if "foreign-thread" not in NAMES or "threads before main" not in TEXT:
    sys.exit(f"a thread from before main was not named: {NAMES} {TEXT}")
NAMES, TEXT = limits(CLEAN)
if "foreign-thread" in NAMES or "threads before main" in TEXT:
    sys.exit(f"a program without foreign threads was said to have some: {NAMES} {TEXT}")
