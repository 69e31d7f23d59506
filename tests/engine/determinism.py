# SPDX-License-Identifier: Apache-2.0
"""determinism.py WEFT REPEAT COUNT PROGRAM SOURCE FOLDER: is an execution a function of its schedule?

The campaign that the source's EXPECT line names is run with one worker and with two: both must tell
the same. Each schedule it finds, or each random strategy when it finds none, is then executed COUNT
times on each carrier: all must have the same event hash. FOLDER is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

EXPECT = re.compile(r"EXPECT: (\S+) within (\d+) executions of (\S+)")
# What is measured, and what says how it was run.
VOLATILE = {"seconds", "executions_per_second", "jobs", "command", "started"}


def campaign(jobs: int) -> dict:
    name = f"jobs-{jobs}"
    arguments = [WEFT, "test", "--schedules", LIMIT, "--strategy", STRATEGY, "--seed", "1", "--quiet",
                 "--jobs", str(jobs), "--out", name, "--json", f"{name}.json", "--", str(PROGRAM)]
    done = subprocess.run(arguments, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"weft test ended with {done.returncode}: {done.stderr}")
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def told(value, folder: str):
    """The same without what may differ between two campaigns."""
    if isinstance(value, dict):
        return {key: told(entry, folder) for key, entry in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [told(entry, folder) for entry in value]
    return value.replace(folder, "OUT") if isinstance(value, str) else value


def main() -> int:
    one, two = campaign(1), campaign(2)
    if told(one, "jobs-1") != told(two, "jobs-2"):
        print("one worker and two tell different things:")
        print(json.dumps(told(one, "jobs-1"), indent=1))
        print(json.dumps(told(two, "jobs-2"), indent=1))
        return 1
    schedules = [finding["schedule"] for finding in one["findings"]]
    for schedule in schedules:
        same = (FOLDER / schedule).read_bytes() == \
            (FOLDER / schedule.replace("jobs-1", "jobs-2")).read_bytes()
        if not same:
            print(f"{schedule} depends on the number of workers")
            return 1
    for subject in [[schedule] for schedule in schedules] or [["-", str(PROGRAM)]]:
        done = subprocess.run([REPEAT, WEFT, COUNT, *subject], cwd=FOLDER, check=False,
                              stdin=subprocess.DEVNULL)
        if done.returncode:
            return 1
    return 0


WEFT, REPEAT = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])
COUNT = sys.argv[3]
PROGRAM, SOURCE, FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[4:])
KIND, LIMIT, STRATEGY = EXPECT.search(SOURCE.read_text(encoding="utf-8")).groups()
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)
sys.exit(main())
