# SPDX-License-Identifier: Apache-2.0
"""chatter.py WEFT REPEAT PROGRAM: what a program prints changes nothing in what weft does to it.

Each strategy's execution of the silent and of the talkative program has the same event hash.
"""
import subprocess
import sys


def hashes(*arguments: str) -> str:
    done = subprocess.run([REPEAT, WEFT, "12", "-", PROGRAM, *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(1)
    return done.stdout


WEFT, REPEAT, PROGRAM = sys.argv[1:]
SILENT, LOUD = hashes(), hashes("loud")
if SILENT != LOUD:
    sys.exit(f"silent: {SILENT}loud:   {LOUD}")
