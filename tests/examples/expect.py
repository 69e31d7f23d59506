# SPDX-License-Identifier: Apache-2.0
"""expect.py WEFT PROGRAM SOURCE FOLDER [KIND]: does weft find what the source says it must?

The source opens with `EXPECT: KIND within N executions of STRATEGY`. A KIND that is given is that of
the repaired twin, which is `nothing`. What is found must replay from its file. FOLDER is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

EXPECT = re.compile(r"EXPECT: (\S+) within (\d+) executions of (\S+)")
NOTHING_FOUND, FINDING = 0, 1
SILENT_EXECUTIONS = 200


def weft(arguments: list[str], folder: pathlib.Path) -> int:
    """Runs it and shows what it printed; the exit status."""
    print("$ weft", *arguments, flush=True)
    done = subprocess.run([WEFT, *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    print(done.stdout.decode(errors="replace"), end="", flush=True)
    return done.returncode


def problem_with(findings: list[dict], status: int, kind: str, limit: int,
                 folder: pathlib.Path) -> str | None:
    if kind == "nothing":
        if findings or status != NOTHING_FOUND:
            return f"a repaired program must stay silent, not end with {status}"
        return None
    matching = [f for f in findings if f["kind"] == kind and f["first_execution"] <= limit]
    if not matching:
        return f"no {kind} within {limit} executions, but {[f['kind'] for f in findings]}"
    if status != FINDING:
        return f"the status of a campaign with findings is {FINDING}, not {status}"
    for finding in findings:
        if finding["replays_reproduced"] != finding["replays"] or not finding["replays"]:
            return f"{finding['schedule']} was shown although not all of its replays agree"
        status = weft(["replay", finding["schedule"]], folder)
        if status != FINDING:
            return f"replaying {finding['schedule']} ended with {status}, not {FINDING}"
    return None


def main() -> int:
    program, source, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[2:5])
    kind, limit, strategy = EXPECT.search(source.read_text(encoding="utf-8")).groups()
    if len(sys.argv) > 5:
        kind = sys.argv[5]
        # What is found at once is no measure for its twin's silence.
        limit, strategy = str(max(int(limit), SILENT_EXECUTIONS)), "auto"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    status = weft(["test", "--schedules", limit, "--strategy", strategy, "--seed", "1",
                   "--json", "campaign.json", "--", str(program)], folder)
    if status not in (NOTHING_FOUND, FINDING):
        print(f"weft test ended with {status}")
        return 1
    campaign = json.loads((folder / "campaign.json").read_text(encoding="utf-8"))
    problem = problem_with(campaign["findings"], status, kind, int(limit), folder)
    if problem:
        print(problem)
    return 1 if problem else 0


WEFT = str(pathlib.Path(sys.argv[1]).resolve())
sys.exit(main())
