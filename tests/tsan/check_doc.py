#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that docs/tsan-abi.md lists the runtime's sanitizer and string functions, all and only.

usage: check_doc.py RUNTIME DOCUMENT HOOKS...

The document's names stand in the first column of its tables, in backquotes, with braces as in the
shell. HOOKS are the lists of interposed functions that the document need not have.
"""

import itertools
import re
import subprocess
import sys

PARTS = re.compile(r"\{([^}]*)\}")


def expand(pattern):
    """All names that a pattern with braces stands for."""
    pieces = PARTS.split(pattern)
    choices = [p.split(",") if i % 2 else [p] for i, p in enumerate(pieces)]
    return {"".join(parts) for parts in itertools.product(*choices)}


def documented(path):
    """Names in the first columns of the document's tables."""
    names = set()
    with open(path, encoding="utf-8") as document:
        for line in document:
            if line.startswith("|"):
                for pattern in re.findall(r"`([^`]+)`", line.split("|")[1]):
                    names |= expand(pattern)
    return names


def exported(runtime):
    """Names that the runtime exports."""
    out = subprocess.run(
        ["nm", "-D", "--defined-only", runtime], check=True, capture_output=True, text=True
    ).stdout
    return {line.split()[2].split("@")[0] for line in out.splitlines()}


def interposed(paths):
    """Names in the lists of hooks."""
    names = set()
    for path in paths:
        with open(path, encoding="utf-8") as source:
            names |= set(re.findall(r"^HOOK\(\w+,\s*[^,]+?,\s*(\w+),", source.read(), re.M))
    return names


def main():
    public = {n for n in exported(sys.argv[1]) if not n.startswith("weft_")}
    public -= interposed(sys.argv[3:])
    listed = documented(sys.argv[2])
    for name in sorted(public - listed):
        print(f"exported, but not documented: {name}")
    for name in sorted(listed - public):
        print(f"documented, but not exported: {name}")
    return 0 if public == listed else 1


if __name__ == "__main__":
    sys.exit(main())
