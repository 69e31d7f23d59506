# SPDX-License-Identifier: Apache-2.0
"""test_explained.py WEFT PROGRAMS LIST FOLDER: are the bugs of the list explained as what they are?

LIST has a line for each program: its name, the kinds that are right, after commas, and the names of
variables or objects of which one must be told. Every suggestion must have been tried. FOLDER is made anew.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

WEFT, PROGRAMS, LIST, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:5])
SCHEDULES = 10000


def weft(folder: pathlib.Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(WEFT), *map(str, arguments)], cwd=folder, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def explain(program: str) -> tuple[dict, str]:
    folder = FOLDER / program
    folder.mkdir()
    done = weft(folder, "test", "--seed", 1, "--schedules", SCHEDULES, "--races", "off", "--first",
                "--jobs", 1, "--out", "out", "--", PROGRAMS / f"first_bug_{program}")
    schedules = sorted((folder / "out").glob("*.weft"))
    if done.returncode != 1 or not schedules:
        return {}, done.stdout + done.stderr
    done = weft(folder, "explain", "--json", "told.json", schedules[0])
    return json.loads((folder / "told.json").read_text("utf-8")), done.stdout + done.stderr


def mistake(line: str) -> str | None:
    program, kinds, *names = line.split()
    told, output = explain(program)
    suggestion = told.get("suggestion")
    title = output.splitlines()[0] if told else ""
    if not told:
        return f"{program}: the bug was not found\n{output}"
    if told["kind"] not in kinds.split(","):
        return f"{program}: explained as {told['kind']}, not as {kinds}\n{output}"
    if names and not any(f"`{name}`" in title for name in names):
        return f"{program}: told of none of {names}\n{output}"
    if suggestion and (suggestion["executions_passed"] < 20 or not suggestion["executions_failed_without"]):
        return f"{program}: a suggestion that proves nothing\n{output}"
    return None


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    lines = [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        mistakes = [text for text in pool.map(mistake, lines) if text]
    if mistakes:
        sys.exit("\n".join(mistakes))
    print(f"{len(lines)} bugs are explained as what they are")


main()
