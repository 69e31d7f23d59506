# SPDX-License-Identifier: Apache-2.0
"""logged.py WEFT SOURCE COMPILER FOLDER [FLAG...]: does logging change what weft does to a program?

SOURCE is an example with a bug. It is built as it is, and with a log statement after each statement of its
functions, of three kinds: printf, fprintf to stderr, and write. On the same line, so that schedules can be
compared. With the same seed each must show the same finding by the same schedule. FOLDER is made anew.
"""
import pathlib
import re
import shutil
import subprocess
import sys

WEFT, SOURCE = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
COMPILER, FOLDER = sys.argv[3], pathlib.Path(sys.argv[4])
FLAGS = sys.argv[5:]
SEEDS = (1, 2)
LOGS = {
    "printf": 'printf("at %d\\n", __LINE__);',
    "stderr": 'fprintf(stderr, "at %d\\n", __LINE__);',
    "write": 'if (write(2, "log\\n", 4)) {}',
}
# A statement within a function that goes on: no declaration at file level, no return, no loop's head.
STATEMENT = re.compile(r"^\t+(?!return\b|for\b|if\b|while\b|else\b|static\b|case\b|break\b|\{|\})[^/*#]*;$")
AFTER_HEAD = re.compile(r"^\t+(if|for|while|else|do)\b[^;{]*$")


def logged(text: str, log: str) -> str:
    lines = text.split("\n")
    in_function = False
    for i, line in enumerate(lines):
        in_function = line == "{" or (in_function and line != "}")
        body_of_head = i and AFTER_HEAD.match(lines[i - 1])
        goes_on = i and lines[i - 1].rstrip().endswith((",", "(", "=", "&&", "||"))
        if in_function and STATEMENT.match(line) and not body_of_head and not goes_on and "};" not in line:
            lines[i] = f"{line} {log}"
    return "#include <stdio.h>\n#include <unistd.h>\n#line 1\n" + "\n".join(lines)


def build(name: str, text: str) -> pathlib.Path:
    folder = FOLDER / name
    folder.mkdir()
    (folder / SOURCE.name).write_text(text, "utf-8")
    subprocess.run([COMPILER, "-g", "-O0", "-pthread", "-w", *FLAGS, SOURCE.name, "-o", "program"],
                   cwd=folder, check=True)
    return folder


def found(folder: pathlib.Path, seed: int) -> tuple[str, list[str]]:
    """Kind and place of the finding, and the decisions of its schedule."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    done = subprocess.run([WEFT, "test", "--seed", str(seed), "--first", "--races", "off", "--out", "out", "--",
                           "./program"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode != 1:
        sys.exit(f"{folder.name}, seed {seed}: nothing found\n{done.stdout}{done.stderr}")
    schedule = next((folder / "out").glob("*.weft")).read_text("utf-8")
    expect = re.search(r"^expect (.*) fingerprint", schedule, re.MULTILINE)
    assert expect
    return expect[1], [line.split(" #")[0] for line in schedule.splitlines() if line.startswith("at ")]


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    text = SOURCE.read_text("utf-8")
    plain = build("plain", "\n\n#line 1\n" + text)
    variants = {name: build(name, logged(text, log)) for name, log in LOGS.items()}
    assert all(log in (variants[name] / SOURCE.name).read_text("utf-8") for name, log in LOGS.items())
    problems = []
    for seed in SEEDS:
        expected = found(plain, seed)
        for name, folder in variants.items():
            seen = found(folder, seed)
            if seen != expected:
                problems.append(f"{name}, seed {seed}:\n  without: {expected}\n  with:    {seen}")
    if problems:
        sys.exit("\n".join(problems))


main()
