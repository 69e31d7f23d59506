# SPDX-License-Identifier: Apache-2.0
"""run.py WEFT PROGRAM SOURCE FOLDER [SEED...]: is the corpus' program judged as its source says?

The source opens with `EXPECT: KIND within N executions`. The kind `nothing` means a correct program: N
executions, nothing found, exit status 0. Any other kind must be among what is found within N executions,
and each of its findings must replay. Without seeds, the one that the tests use. FOLDER is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

EXPECT = re.compile(r"EXPECT: (\S+) within (\d+) executions\n")
NOTHING_FOUND, FINDING = 0, 1
TESTED_SEED = "1"


def campaign(weft: str, program: str, limit: int, seed: str, folder: pathlib.Path) -> tuple[int, dict]:
    """Runs it and shows what it printed; the exit status, and the campaign's JSON."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [weft, "test", "--quiet", "--jobs", "1", "--schedules", str(limit), "--seed", seed,
               "--json", "campaign.json", "--", program]
    print("$", *command, flush=True)
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    print(done.stdout.decode(errors="replace"), end="", flush=True)
    result = folder / "campaign.json"
    return done.returncode, json.loads(result.read_text()) if result.exists() else {"findings": []}


def problem_with(kind: str, limit: int, status: int, result: dict) -> str | None:
    findings = result["findings"]
    if kind == "nothing":
        if status != NOTHING_FOUND or findings:
            return f"a correct program must end with 0 and nothing found, not with {status}"
        if result.get("executions", 0) < limit:
            return f"only {result.get('executions', 0)} of {limit} executions"
        return None
    if status != FINDING:
        return f"the status of a campaign with findings is {FINDING}, not {status}"
    matching = [f for f in findings if f["kind"] == kind and f["first_execution"] <= limit]
    if not matching:
        return f"no {kind} within {limit} executions, but {[f['kind'] for f in findings]}"
    print(f"{kind}: first in execution {min(f['first_execution'] for f in matching)} of {limit}")
    if any(not f["replays"] or f["replays_reproduced"] != f["replays"] for f in matching):
        return f"a {kind} was shown although not all of its replays agree"
    return None


def main(weft: str, program: str, source: str, folder: str, *seeds: str) -> int:
    expectation = EXPECT.search(pathlib.Path(source).read_text(encoding="utf-8"))
    if not expectation:
        print(f"{source} doesn't say what to expect")
        return 1
    kind, limit = expectation[1], int(expectation[2])
    problems = []
    for seed in seeds or (TESTED_SEED,):
        status, result = campaign(str(pathlib.Path(weft).resolve()), str(pathlib.Path(program).resolve()),
                                  limit, seed, pathlib.Path(folder).resolve())
        problem = problem_with(kind, limit, status, result)
        if problem:
            print(f"seed {seed}: {problem}")
            problems.append(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
