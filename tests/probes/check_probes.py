#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_probes.py HOOKS STRING_HOOKS PROGRAM...: is every hook called by one of the programs?

A program calls what it imports. All of them are run by the suite, natively and under the runtime.
"""
import re
import subprocess
import sys

HOOK = re.compile(r"^HOOK\(\w+,\s*[^,]+?,\s*(\w+),|^STRING_HOOK\((\w+)\)", re.MULTILINE)


def hooks(paths):
    names = []
    for path in paths:
        with open(path, encoding="utf-8") as source:
            names += [a or b for a, b in HOOK.findall(source.read())]
    return names


def imports(programs):
    listed = subprocess.run(["nm", "-D", "-u", *programs], check=True, capture_output=True, text=True)
    return {line.split()[-1].split("@")[0] for line in listed.stdout.splitlines() if line.strip()}


def main():
    names = hooks(sys.argv[1:3])
    called = imports(sys.argv[3:])
    missing = [name for name in names if name not in called]
    for name in missing:
        print(f"no program that the suite runs calls {name}")
    print(f"{len(names)} hooks, {len(names) - len(missing)} with a probe")
    return 1 if missing or not names else 0


if __name__ == "__main__":
    sys.exit(main())
