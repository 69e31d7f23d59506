# SPDX-License-Identifier: Apache-2.0
"""test_hermitage.py WEFT FOLDER [ENGINE...]: Hermitage's anomalies, on each engine at each level.

Hermitage (github.com/ept/hermitage) runs one schedule of each; here it is all of them, so that a cell is
how many executions are bad and how many there are. For anomalies that other ones come along with
(G0 to OTV), only executions with that anomaly's name count.
"""
import contextlib
import json
import os
import subprocess
import sys

import servers

SPECS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hermitage")

# Rows whose cells count one name only.
NAMES = {"g0": "dirty-write", "g1a": "aborted-read", "g1b": "intermediate-read",
         "g1c": "circular-information-flow", "otv": "observed-transaction-vanishes"}

POSTGRES_LEVELS = ["read committed", "repeatable read", "serializable"]
MARIADB_LEVELS = ["read uncommitted", "read committed", "repeatable read", "snapshot", "serializable"]
TABLE = {
    "postgres": {
        "g0": ["0/6", "0/6", "0/6"], "g1a": ["0/10", "0/10", "0/10"], "g1b": ["0/20", "0/20", "0/20"],
        "g1c": ["0/20", "0/20", "0/20"], "otv": ["0/2772", "0/1428", "0/1428"],
        "pmp": ["2/10", "0/10", "0/10"], "p4": ["12/14", "0/14", "0/14"],
        "g-single": ["5/56", "0/56", "0/56"], "g2-item": ["18/20", "18/20", "0/20"],
        "g2": ["18/20", "18/20", "0/20"]},
    "mariadb": {
        "g0": ["0/6", "0/6", "0/6", "0/6", "0/6"], "g1a": ["5/10", "0/10", "0/10", "0/10", "0/5"],
        "g1b": ["9/20", "0/20", "0/20", "0/20", "0/6"],
        "g1c": ["12/20", "0/20", "0/20", "0/20", "0/8"],
        "otv": ["536/2772", "0/2772", "0/2772", "0/2772", "0/110"],
        "pmp": ["3/10", "2/10", "0/10", "0/10", "0/5"],
        "p4": ["8/14", "12/14", "12/14", "0/14", "0/8"],
        "g-single": ["12/56", "5/56", "0/56", "0/56", "0/22"],
        "g2-item": ["12/20", "18/20", "18/20", "18/20", "0/8"],
        "g2": ["12/20", "18/20", "18/20", "18/20", "0/8"]},
    # Writers exclude each other, and readers see the state at their transaction's begin.
    "sqlite": {name: [cell] for name, cell in {
        "g0": "0/6", "g1a": "0/10", "g1b": "0/20", "g1c": "0/6", "otv": "0/2772", "pmp": "0/10",
        "p4": "0/14", "g-single": "0/56", "g2-item": "0/14", "g2": "0/14"}.items()},
}
LEVELS = {"postgres": POSTGRES_LEVELS, "mariadb": MARIADB_LEVELS, "sqlite": ["serializable"]}


class Explorer:
    def __init__(self, weft: str, folder: str, engine: str, connection: str | None):
        self.command = [weft, "sql", "--engine", engine, "--no-fixes", "--json", "-"]
        if connection:
            self.command += ["--connect", connection]
        self.folder = folder

    def run(self, name: str, level: str, *options: str) -> dict:
        path = os.path.join(self.folder, f"{name}.spec")
        with open(f"{SPECS}/{name}.spec", encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"isolation {level}\n{text}")
        done = subprocess.run(self.command + [*options, path], cwd=self.folder, check=False,
                              capture_output=True, text=True, timeout=600)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{name} at {level}: status {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def cell_of(name: str, report: dict) -> str:
    level = report["levels"][0]
    bad = level["wrong"]
    if name in NAMES:
        bad = sum(finding["executions"] for finding in report["findings"]
                  if finding["kind"] == NAMES[name])
    return f"{bad}/{level['executions']}"


def kinds_of(report: dict) -> list[str]:
    return sorted({finding["kind"] for finding in report["findings"]})


def check(explorer: Explorer, engine: str, name: str, level: str, expected: str) -> list[str]:
    """What is not as it should be."""
    wrong = []
    report = explorer.run(name, level, "--no-pruning")
    cell = cell_of(name, report)
    pruned = explorer.run(name, level)
    if cell != expected:
        wrong.append(f"{cell}, expected {expected}")
    if kinds_of(pruned) != kinds_of(report):
        wrong.append(f"pruning finds {kinds_of(pruned)}, not {kinds_of(report)}")
    for finding in report["findings"] + pruned["findings"]:
        if finding["replays_reproduced"] != finding["replays"]:
            wrong.append(f"{finding['kind']} is shown again {finding['replays_reproduced']} times")
    print(f"{engine:9} {level:17} {name:9} {cell:9} {report['executions'] / report['seconds']:5.0f}/s"
          f"  pruned to {pruned['executions']}" + "".join(f"  WRONG: {text}" for text in wrong),
          flush=True)
    return wrong


def server_of(engine: str):
    if engine == "sqlite":
        return contextlib.nullcontext((None, None))
    return servers.postgres() if engine == "postgres" else servers.mariadb()


def main() -> int:
    weft, folder = (os.path.abspath(argument) for argument in sys.argv[1:3])
    os.makedirs(folder, exist_ok=True)
    cells = wrong = 0
    for engine in sys.argv[3:] or ["sqlite", "postgres", "mariadb"]:
        with server_of(engine) as (connection, _):
            explorer = Explorer(weft, folder, engine, connection)
            for name, row in TABLE[engine].items():
                for level, expected in zip(LEVELS[engine], row):
                    cells += 1
                    wrong += bool(check(explorer, engine, name, level, expected))
    print(f"{cells - wrong} of {cells} cells of Hermitage's table are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
