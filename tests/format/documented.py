# SPDX-License-Identifier: Apache-2.0
"""documented.py ROOT: docs/format.md and weft.5 name every operation, decision and header there is."""
import pathlib
import re
import sys

# Source, the macro that lists, the group in it that is the name, and the pages that must name it.
LISTS = [
    ("common/op.h", r'\bOP\(\w+, "([\w-]+)", \w+\)', ["docs/format.md"]),
    ("common/wire.h", r'\bDECISION\(\w+, "([\w-]+)"\)', ["docs/format.md", "man/weft.5.scd"]),
    ("tool/trace/schedule_header.c", r'\bHEADER\(\w+, "([\w-]+)"\)',
     ["docs/format.md", "man/weft.5.scd"]),
]
# Stands for the absence of an operation or decision, in no file.
ABSENT = "none"


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    problems = checked = 0
    for source, pattern, pages in LISTS:
        names = set(re.findall(pattern, (root / source).read_text(encoding="utf-8"))) - {ABSENT}
        checked += len(names)
        for page in pages:
            text = (root / page).read_text(encoding="utf-8")
            for name in sorted(names):
                if not re.search(rf"[`*]{re.escape(name)}[`* ]", text):
                    print(f"{page}: '{name}' of {source} is missing")
                    problems += 1
    print(f"{checked} names, {problems} missing")
    return 1 if problems or not checked else 0


sys.exit(main())
