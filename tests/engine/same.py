# SPDX-License-Identifier: Apache-2.0
"""same.py EXECUTE RUNTIME PROGRAM [ARGUMENT ...]: does the program end under weft as it does natively?

What it writes and how it ends, by a status or a signal, have to be equal in each of some schedules on
both carriers.
"""
import subprocess
import sys

SEEDS = range(1, 6)
TIMEOUT_S = 60


def run(command: list[str]) -> tuple[int, bytes]:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return status, done.stdout


def main() -> int:
    execute, runtime, *program = sys.argv[1:]
    expected = run(program)
    failed = 0
    for carrier in ("fiber", "thread"):
        for strategy in ("sequential", "random", "pct", "pos"):
            for seed in SEEDS if strategy != "sequential" else [1]:
                actual = run([execute, runtime, carrier, strategy, str(seed), *program])
                if actual == expected:
                    continue
                failed = 1
                print(f"{carrier} carrier, {strategy}, seed {seed}: status {actual[0]}, "
                      f"not {expected[0]}\n--- natively\n{expected[1].decode()}"
                      f"--- under weft\n{actual[1].decode()}")
    return failed


sys.exit(main())
