#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that instrumented programs write under weft what they write natively.

usage: check_programs.py SAME_OUTPUT RUNTIME TSAN_FOLDER PROGRAMS NAME

Builds the program NAME of the folder PROGRAMS without instrumentation for the expected output, then
with -fsanitize=thread by each installed compiler, and runs each build in many schedules by
SAME_OUTPUT. A program `host` is given the plugin beside it, built likewise.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

COMPILERS = [
    ("gcc-11", "g++-11"),
    ("gcc-12", "g++-12"),
    ("clang-14", "clang++-14"),
    ("clang-16", "clang++-16"),
    ("clang-19", "clang++-19"),
]
WIDE = ["-mcx16", "-DWITH_128_BITS"]


class Build:
    """Builds one program, natively or instrumented, into a folder."""

    def __init__(self, programs, runtime, folder):
        self.programs = pathlib.Path(programs)
        self.runtime = pathlib.Path(runtime)
        self.folder = pathlib.Path(folder)

    def compile(self, compilers, name, options):
        """Returns the path of the built program."""
        source = next(self.programs.glob(name + ".c*"))
        compiler = compilers[1] if source.suffix == ".cc" else compilers[0]
        target = self.folder / f"{name}-{compiler}{''.join(options)}".replace("/", "_")
        command = [compiler, "-w", "-pthread", *WIDE, str(source), "-o", str(target), *options]
        subprocess.run(command, check=True)
        return str(target)

    def native(self, name):
        """Builds without instrumentation, by the default compilers."""
        return self.compile(("cc", "c++"), name, ["-O1", "-latomic"])

    def instrumented(self, compilers, name, level):
        """Builds with it; clang's own runtime, which is static, is left out."""
        options = [level, "-g", "-fsanitize=thread"]
        if compilers[0].startswith("clang"):
            options += ["-fno-sanitize-link-runtime", str(self.runtime)]
        return self.compile(compilers, name, options)

    def plugin(self, compilers, level):
        """Builds what `host` loads."""
        target = self.folder / "plugin.so"
        options = ["-w", "-shared", "-fPIC", level]
        if compilers[0] != "cc":
            options += ["-fsanitize=thread"]
        if compilers[0].startswith("clang"):
            options += ["-fno-sanitize-link-runtime"]
        source = str(self.programs / "plugin.c")
        subprocess.run([compilers[0], *options, source, "-o", str(target)], check=True)
        return str(target)


def arguments(build, name, compilers, level):
    """What the program is run with."""
    return [build.plugin(compilers, level)] if name == "host" else []


def main():
    same_output, runtime, tsan_folder, programs, name = sys.argv[1:]
    installed = [pair for pair in COMPILERS if all(map(shutil.which, pair))]
    failed = 0
    if not installed:
        print("none of the compilers is installed: " + ", ".join(c for c, _ in COMPILERS))
        return 77
    with tempfile.TemporaryDirectory() as folder:
        build = Build(programs, runtime, folder)
        expected = pathlib.Path(folder) / "expected"
        with open(expected, "wb") as output:
            command = [build.native(name), *arguments(build, name, ("cc", "c++"), "-O1")]
            subprocess.run(command, check=True, stdout=output)
        for pair in installed:
            command = [same_output, runtime, tsan_folder, str(expected)]
            command += [build.instrumented(pair, name, "-O2")]
            command += arguments(build, name, pair, "-O2")
            if subprocess.run(command, check=False).returncode != 0:
                print(f"{name} built by {pair[0]} differs")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
