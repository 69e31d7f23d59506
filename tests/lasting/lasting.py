# SPDX-License-Identifier: Apache-2.0
"""lasting.py WEFT FOLDER SOURCE...: does a schedule made before a program was changed still show its bug?

Each SOURCE is built with its bug, and the schedule of what `weft test` finds is kept. Then the program is
edited in five ways that leave the bug where it is, built again and replayed. 95 % must reproduce it, and
those that don't must say why. FOLDER is made anew.
"""
import pathlib
import re
import shutil
import subprocess
import sys

WEFT, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
SOURCES = [pathlib.Path(a).resolve() for a in sys.argv[3:]]
REPRODUCED = 1
INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
SHARE_MIN = 0.95
# These show without instrumented code; the others are built for it.
INSTRUMENTED = {"counter", "config", "deposit", "cache", "aba", "intermediate", "read_twice"}

STATEMENT = re.compile(r"^\t+(?!return\b|for\b|if\b|while\b|else\b|do\b|static\b|case\b|break\b|\{|\})[^/*#]*;$")
HEAD = re.compile(r"^\t+(if|for|while|else|do)\b[^;{]*$")
FUNCTION = re.compile(r"^(static [^;={}]*?\))\n\{\n.*?^\}\n", re.MULTILINE | re.DOTALL)


def unchanged(text: str) -> str:
    return text


def log_lines(text: str) -> str:
    lines, in_function = [], False
    before = ""
    for line in text.split("\n"):
        in_function = line == "{" or (in_function and line != "}")
        lines.append(line)
        if in_function and STATEMENT.match(line) and not HEAD.match(before) \
                and not before.rstrip().endswith((",", "(", "=", "&&", "||")):
            lines.append('\tfprintf(stderr, "at %d\\n", __LINE__);')
        before = line
    return "#include <stdio.h>\n" + "\n".join(lines)


def more_code(text: str) -> str:
    """A longer head, and functions that nobody calls between the others."""
    count = iter(range(1000))

    def with_neighbour(match: re.Match[str]) -> str:
        return (f"/* Nobody calls it. */\nint neighbour_{next(count)}(int x);\n"
                f"int neighbour_{next(count) - 1}(int x)\n{{\n\treturn x + 1;\n}}\n\n{match[0]}")

    return "/*\n" + " * A longer history.\n" * 20 + " */\n" + FUNCTION.sub(with_neighbour, text)


def functions_moved(text: str) -> str:
    """Every static function behind main, in the other order."""
    functions = [match[0] for match in FUNCTION.finditer(text)]
    return FUNCTION.sub(lambda match: match[1] + ";\n", text) + "\n" + "\n".join(reversed(functions))


EDITS = {
    "log lines": (log_lines, ["-O0"]),
    "more code": (more_code, ["-O0"]),
    "functions moved": (functions_moved, ["-O0"]),
    "-O2": (unchanged, ["-O2"]),
    "other compiler": (unchanged, ["-O1"]),
}


def compiler_for(edit: str, instrumented: bool) -> list[str]:
    if instrumented:
        return ["cc", "-fsanitize=thread"]
    return ["clang"] if edit == "other compiler" and shutil.which("clang") else ["cc"]


def build(source: pathlib.Path, folder: pathlib.Path, text: str, edit: str, flags: list[str]) -> None:
    folder.mkdir(parents=True)
    (folder / source.name).write_text(text, "utf-8")
    subprocess.run([*compiler_for(edit, source.stem in INSTRUMENTED), "-g", "-pthread", "-w", f"-I{INCLUDE}",
                    *flags,
                    source.name, "-o", "program"], cwd=folder, check=True)


def weft(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(WEFT), *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)


def schedule_of(source: pathlib.Path) -> pathlib.Path:
    folder = FOLDER / source.stem / "original"
    build(source, folder, source.read_text("utf-8"), "", ["-O0"])
    done = weft(folder, "test", "--seed", "1", "--schedules", "3000", "--first", "--races", "off", "--out", "out",
                "--", "./program")
    if done.returncode != REPRODUCED:
        sys.exit(f"{source.stem}: its bug was not found\n{done.stdout}{done.stderr}")
    return next((folder / "out").glob("*.weft"))


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    tried, searched, lost = 0, 0, []
    for source in SOURCES:
        schedule = schedule_of(source)
        for number, (edit, (change, flags)) in enumerate(EDITS.items()):
            folder = FOLDER / source.stem / str(number)
            build(source, folder, change(source.read_text("utf-8")), edit, flags)
            done = weft(folder, "replay", str(schedule), "--", "./program")
            tried += 1
            if "a search found" in done.stderr:
                searched += 1
                print(f"{source.stem}, {edit}: by a search")
            if done.returncode != REPRODUCED:
                lost.append(f"{source.stem}, {edit}: status {done.returncode}\n{done.stdout}{done.stderr}")
                if "no longer fits" not in done.stdout + done.stderr:
                    sys.exit(f"{lost[-1]}\nnobody says why")
    print("\n".join(lost))
    print(f"{tried - len(lost)} of {tried} reproduced, {searched} of them by a search")
    if len(lost) > (1 - SHARE_MIN) * tried:
        sys.exit("too few")


main()
