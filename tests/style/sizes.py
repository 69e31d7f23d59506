# SPDX-License-Identifier: Apache-2.0
"""sizes.py ROOT: functions up to 70 lines and 6 parameters, files below 800 lines.

Relies on the format that clang-format gives: a function's braces stand alone in the first column.
"""
import re
import sys

from sources import CODE_SUFFIXES, C_SUFFIXES, CXX_SUFFIXES, lines_of, report, sources

FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 6
FILE_LINES_MAX = 799

# Functions whose parameters others have fixed: what is interposed, a system call's registers, and
# libdwfl's callback.
FOREIGN = re.compile(r"\b(WEFT_HOOK|\w+_ENTRY|raw_syscall6|find_debuginfo)\b")


def signature_before(lines: list[str], brace: int) -> str:
    """The text of the declaration that the brace in line `brace` opens."""
    first = brace
    while first > 0:
        line = lines[first - 1]
        if not line or line.startswith(("#", "}", "/*", " *")) or line.endswith((";", "*/", "\\")):
            break
        first -= 1
    return " ".join(lines[first:brace])


def parameter_count(signature: str) -> int:
    """Of the last group of parentheses that is inside no other."""
    depth = commas = 0
    group = ""
    for c in signature:
        depth -= c == ")"
        if depth > 0:
            group += c
            commas += c == "," and depth == 1
        if c == "(" and depth == 0:
            group, commas = "", 0
        depth += c == "("
    return 0 if group.strip() in ("", "void") else commas + 1


def problems_in_functions(path: str, lines: list[str]) -> list[str]:
    problems = []
    brace = None
    for number, line in enumerate(lines):
        if line == "{" and ")" in signature_before(lines, number):
            brace = number
        elif line == "}" and brace is not None:
            signature = signature_before(lines, brace)
            name = signature.split("(")[0].split()[-1].lstrip("*")
            length = number - brace - 1
            count = parameter_count(signature)
            if length > FUNCTION_LINES_MAX:
                problems.append(f"{path}:{brace + 1}: {name} has {length} lines, "
                                f"more than {FUNCTION_LINES_MAX}")
            if count > PARAMETERS_MAX and not FOREIGN.search(signature):
                problems.append(f"{path}:{brace + 1}: {name} has {count} parameters, "
                                f"more than {PARAMETERS_MAX}")
            brace = None
    return problems


def main() -> int:
    root = sys.argv[1]
    paths = sources(root, CODE_SUFFIXES)
    problems = []
    for path in paths:
        lines = lines_of(root, path)
        if len(lines) > FILE_LINES_MAX:
            problems.append(f"{path}: {len(lines)} lines, more than {FILE_LINES_MAX}")
        if path.endswith(C_SUFFIXES + CXX_SUFFIXES):
            problems += problems_in_functions(path, lines)
    return report(problems, len(paths))


sys.exit(main())
