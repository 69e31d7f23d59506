# SPDX-License-Identifier: Apache-2.0
"""test_kind.py WEFT SOURCE PROGRAM FIXED FOLDER: is the failure explained as what SOURCE says?

SOURCE's first comment has "EXPLAIN: kind of VARIABLE, VARIABLE." FIXED must pass, also under the
schedule of the failure. FOLDER is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

WEFT, SOURCE, PROGRAM, FIXED, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:6])
SCHEDULES = 3000
SCHEDULES_FIXED = 200
# Of these the names are of objects or of none; the JSON's list is of variables.
NOT_OF_VARIABLES = {"deadlock", "lost-wakeup", "stolen-signal", "spurious-wakeup"}


def weft(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(WEFT), *map(str, arguments)], cwd=FOLDER, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def campaign(program: pathlib.Path, schedules: int, out: str) -> subprocess.CompletedProcess[str]:
    return weft("test", "--seed", 1, "--schedules", schedules, "--races", "off", "--first", "--out", out,
                "--", program)


def expected() -> tuple[str, list[str]]:
    text = " ".join(SOURCE.read_text("utf-8").split("*/")[1].replace("\n *", " ").split())
    match = re.search(r"EXPLAIN: ([a-z-]+)(?: of ([\w, ]+))?\.", text)
    assert match, f"{SOURCE} does not say what is expected"
    return match[1], [name.strip() for name in (match[2] or "").split(",") if name.strip()]


def check(condition: bool, message: str, output: str) -> None:
    if not condition:
        sys.exit(f"{message}\n{output}")


def check_minimal(schedule: pathlib.Path) -> None:
    """Without any one of its decisions the program passes, or fails in another way."""
    lines = schedule.read_text("utf-8").splitlines()
    expect = next(line.split(" fingerprint ")[1] for line in lines if line.startswith("expect "))
    for i, line in enumerate(lines):
        if not line.startswith("at "):
            continue
        smaller = FOLDER / "smaller.weft"
        smaller.write_text("\n".join(lines[:i] + lines[i + 1:]) + "\n", "utf-8")
        done = weft("replay", "--json", "smaller.json", smaller)
        seen = json.loads((FOLDER / "smaller.json").read_text("utf-8"))["findings"]
        # What did not come up is searched for; that is not this schedule's doing.
        check("a search found" in done.stderr
              or not any(finding["fingerprint"] == expect for finding in seen),
              f"it fails without '{line}', too", done.stdout)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    kind, variables = expected()
    done = campaign(PROGRAM, SCHEDULES, "out")
    check(done.returncode == 1, "the bug was not found", done.stdout + done.stderr)
    schedule = next((FOLDER / "out").glob("*.weft"))
    check_minimal(schedule)
    done = weft("explain", "--json", "told.json", schedule)
    check(done.returncode == 1, "explain did not reproduce it", done.stdout + done.stderr)
    told = json.loads((FOLDER / "told.json").read_text("utf-8"))
    check(told["kind"] == kind, f"explained as {told['kind']}, not as {kind}", done.stdout)
    if kind not in NOT_OF_VARIABLES:
        check(set(variables) <= set(told["variables"]), f"not about {variables}", done.stdout)
    check(all(step["location"].get("source") for step in told["steps"]), "a step has no source",
          done.stdout)
    suggestion = told.get("suggestion")
    check(not suggestion or (suggestion["executions_passed"] >= 20
                             and suggestion["executions_failed_without"] > 0),
          "a suggestion that proves nothing", done.stdout)
    done = campaign(FIXED, SCHEDULES_FIXED, "out-fixed")
    check(done.returncode == 0, "the repaired program fails", done.stdout + done.stderr)
    for command in ("replay", "explain"):
        done = weft(command, schedule, "--", FIXED)
        check(done.returncode == 0, f"weft {command} of the repaired program",
              done.stdout + done.stderr)


main()
