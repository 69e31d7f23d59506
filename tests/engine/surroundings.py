# SPDX-License-Identifier: Apache-2.0
"""surroundings.py WEFT REFUSING BROKEN REPAIRED FOLDER: does the event hash depend on where it is run?

Neither the size of the environment, nor the path of the program, nor the working directory, nor
random addresses may change an execution. FOLDER is made anew.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

WEFT, REFUSING, BROKEN, REPAIRED, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:6])
FINDING, SKIPPED = 1, 77


def weft(*arguments: str, refused: bool = False, folder: pathlib.Path = FOLDER,
         **environment: str) -> subprocess.CompletedProcess:
    prefix = [str(REFUSING)] if refused else []
    return subprocess.run([*prefix, str(WEFT), *arguments], cwd=folder, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env={**os.environ, **environment})


def hash_of(path: pathlib.Path) -> str:
    return json.loads(path.read_text(encoding="utf-8"))["findings"][0]["hash"]


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    elsewhere = FOLDER / "else where"
    elsewhere.mkdir(parents=True)
    shutil.copy(BROKEN, elsewhere / "renamed program")
    found = weft("test", "--first", "--seed", "1", "--json", "campaign.json", "--", str(BROKEN))
    if found.returncode != FINDING:
        sys.exit(f"nothing was found: {found.stderr}")
    expected = hash_of(FOLDER / "campaign.json")
    schedule = str(next(FOLDER.glob("weft-out/*.weft")))
    surroundings = {
        "a large environment": {"LARGE": "x" * 100000},
        "another folder and name": {"folder": elsewhere, "program": "./renamed program"},
        "random addresses": {"refused": True},
        "random addresses, again": {"refused": True},
    }
    for carrier in "fiber", "thread":
        for name, how in surroundings.items():
            how = dict(how)
            program = how.pop("program", str(BROKEN))
            out = FOLDER / "replay.json"
            done = weft("replay", "--carrier", carrier, "--json", str(out), schedule, "--",
                        program, **how)
            if done.returncode == SKIPPED:
                continue
            if done.returncode != FINDING or hash_of(out) != expected:
                sys.exit(f"{name}, {carrier}: status {done.returncode}\n{done.stderr}")
    passed = weft("replay", schedule, "--", str(REPAIRED), refused=True)
    if passed.returncode != SKIPPED and "addresses are random here" not in passed.stderr:
        sys.exit(f"what may be the reason is not named: {passed.stderr}")
    return 0


sys.exit(main())
