# SPDX-License-Identifier: Apache-2.0
"""readmes.py ROOT: each folder of the product says what it uses and what uses it, and that is so."""
import os
import re
import sys

from sources import C_SUFFIXES, lines_of, report, sources

INCLUDE = re.compile(r'\s*#\s*include\s*"([^"]+)/[^/"]+"')
PRODUCT = ("common/", "runtime/", "tool/")


def said(root: str, folder: str, word: str) -> set[str] | None:
    """The folders after `word:`, up to the end of the sentence; None without such a line."""
    path = os.path.join(root, folder, "README.md")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        match = re.search(rf"^{word}: (.*?)\.$", file.read(), re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([a-z/]+)`", match[1])) if match else None


def main() -> int:
    root = sys.argv[1]
    paths = [p for p in sources(root, C_SUFFIXES) if p.startswith(PRODUCT)]
    folders = {os.path.dirname(p) for p in paths} - {"tool", "runtime"}
    problems = [f"{folder}/README.md: there is no line '{word}: FOLDERS.'"
                for folder in sorted(folders) for word in ("Uses", "Used by")
                if said(root, folder, word) is None]
    found = set()
    for path in paths:
        user = os.path.dirname(path)
        for line in lines_of(root, path):
            match = INCLUDE.match(line)
            if match and match[1] != user and match[1] in folders and user in folders:
                found.add((user, match[1]))
    for user, used in sorted(found):
        if used not in (said(root, user, "Uses") or ()):
            problems.append(f"{user}/README.md: it uses {used} and does not say so")
        allowed = said(root, used, "Used by") or set()
        if not {user, user.split("/")[0]} & allowed:
            problems.append(f"{used}/README.md: {user} uses it, which it does not say")
    return report(problems, len(paths))


sys.exit(main())
