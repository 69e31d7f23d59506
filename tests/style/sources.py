# SPDX-License-Identifier: Apache-2.0
"""The project's own source files, as paths from its root: what git knows, or what lies there."""
import os
import subprocess

C_SUFFIXES = (".c", ".h")
CXX_SUFFIXES = (".cc", ".cpp", ".hpp")
CODE_SUFFIXES = C_SUFFIXES + CXX_SUFFIXES + (".S", ".inc", ".py", ".sh")


def _listed_by_git(root: str) -> list[str]:
    command = ["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "-z",
               "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [path for path in output.split("\0") if path]


def _found_in_folders(root: str) -> list[str]:
    paths = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith((".", "build"))]
        paths += [os.path.relpath(os.path.join(folder, file), root) for file in files]
    return paths


def sources(root: str, suffixes: tuple[str, ...]) -> list[str]:
    try:
        paths = _listed_by_git(root)
    except (OSError, subprocess.CalledProcessError):
        paths = _found_in_folders(root)
    return sorted(path for path in paths
                  if path.endswith(suffixes) and os.path.isfile(os.path.join(root, path)))


def lines_of(root: str, path: str) -> list[str]:
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read().splitlines()


def report(problems: list[str], checked: int) -> int:
    """Prints what is wrong; the exit status. Nothing checked is wrong, too."""
    for problem in problems:
        print(problem)
    print(f"{checked} files checked, {len(problems)} problems")
    return 1 if problems or not checked else 0
