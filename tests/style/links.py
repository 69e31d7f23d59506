# SPDX-License-Identifier: Apache-2.0
"""links.py ROOT: the link law. Which folder may include what; docs/ARCHITECTURE.md says why."""
import re
import sys

from sources import C_SUFFIXES, CXX_SUFFIXES, lines_of, report, sources

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')

# What the C standard promises without a library behind it.
FREESTANDING = {f"{name}.h" for name in (
    "float", "iso646", "limits", "stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint",
    "stdnoreturn")}

# Folder: the folders that it may include, and nothing but freestanding headers besides.
CLOSED = {
    "common/": ("common/",),
    "runtime/core/": ("common/", "runtime/core/", "runtime/strategy/"),
    "runtime/strategy/": ("common/", "runtime/core/", "runtime/strategy/"),
}

# Folder: the folders that it must never include.
APART = {
    "tool/": ("runtime/",),
    "runtime/": ("tool/",),
    "include/": ("tool/", "runtime/", "common/"),
}

# Header: the only folders of the product that may include it.
RESTRICTED = {"pthread.h": ("runtime/interpose/", "runtime/sys/")}
PRODUCT = ("common/", "runtime/", "tool/")


def problem_of(path: str, bracket: str, header: str) -> str | None:
    for folder, allowed in CLOSED.items():
        if not path.startswith(folder):
            continue
        if bracket == "<" and header not in FREESTANDING:
            return f"{folder} uses no library, <{header}> belongs to one"
        if bracket == '"' and not header.startswith(allowed):
            return f'{folder} may not include "{header}"'
    for folder, forbidden in APART.items():
        if path.startswith(folder) and header.startswith(forbidden):
            return f'{folder} may not include "{header}": they meet in common/'
    if path.startswith(PRODUCT) and header in RESTRICTED:
        if not path.startswith(RESTRICTED[header]):
            return f"<{header}> may only be seen in {' and '.join(RESTRICTED[header])}"
    return None


def main() -> int:
    root = sys.argv[1]
    paths = sources(root, C_SUFFIXES + CXX_SUFFIXES)
    problems = []
    for path in paths:
        for number, line in enumerate(lines_of(root, path), 1):
            match = INCLUDE.match(line)
            problem = match and problem_of(path, match[1], match[2])
            if problem:
                problems.append(f"{path}:{number}: {problem}")
    return report(problems, len(paths))


sys.exit(main())
