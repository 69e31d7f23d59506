# SPDX-License-Identifier: Apache-2.0
"""licence.py ROOT: each source and build file opens with the licence tag."""
import sys

from sources import CODE_SUFFIXES, lines_of, report, sources

TAG = "SPDX-License-Identifier: Apache-2.0"
# After the interpreter's line, where a script has one.
TAG_LINE_MAX = 2


def main() -> int:
    root = sys.argv[1]
    paths = sources(root, CODE_SUFFIXES + ("meson.build", "Makefile", ".ci/run"))
    problems = [f"{path}: its first lines have no '{TAG}'" for path in paths
                if not any(TAG in line for line in lines_of(root, path)[:TAG_LINE_MAX])]
    return report(problems, len(paths))


sys.exit(main())
