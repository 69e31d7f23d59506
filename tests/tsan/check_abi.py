#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that the runtime exports every __tsan_* function that the installed compilers call.

usage: check_abi.py RUNTIME CORPUS

The list is the compilers' own: each file of the corpus is compiled with -fsanitize=thread by each
of the compilers below, C at all levels, and with the options that change which functions are called.
Then the same is asked of what gcc's libtsan exports, so that a program's own references to its
public interface are met too.
"""

import pathlib
import re
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
LEVELS = {".c": [["-O0"], ["-O1"], ["-O2"], ["-O3"]], ".cc": [["-O0"], ["-O2"]]}
VARIANTS = {
    "gcc": [["-O2", "-mcx16", "--param", "tsan-distinguish-volatile=1"]],
    "clang": [
        ["-O2", "-mcx16", "-mllvm", "-tsan-instrument-read-before-write"],
        [
            *["-O1", "-mllvm", "-tsan-distinguish-volatile"],
            *["-mllvm", "-tsan-compound-read-before-write"],
        ],
    ],
}
NEEDED = re.compile(r"__(tsan|sanitizer|atomic)_\w+")

# Interfaces of libtsan that no compiled program refers to; docs/tsan-abi.md says why.
LEFT_OUT = re.compile(r"__tsan_(java_|testonly_|symbolize_external)")


def symbols(path, *options):
    """Names that `nm` lists for a file."""
    out = subprocess.run(
        ["nm", *options, str(path)], check=True, capture_output=True, text=True
    ).stdout
    return {line.split()[-1].split("@")[0] for line in out.splitlines() if line.strip()}


def emitted_by(compiler, options, source, folder):
    """Names of the sanitizer's functions that a compiler calls for one file."""
    target = pathlib.Path(folder) / "out.o"
    standard = "-std=c++20" if source.suffix == ".cc" else "-std=gnu11"
    command = [compiler, standard, "-w", "-fsanitize=thread", *options]
    subprocess.run([*command, "-c", str(source), "-o", str(target)], check=True)
    return {name for name in symbols(target, "-u") if NEEDED.fullmatch(name)}


def emitted_by_family(pair, corpus, folder):
    """Names that a C compiler and its C++ twin call over the whole corpus."""
    names = set()
    for source in sorted(corpus.iterdir()):
        compiler = pair[1] if source.suffix == ".cc" else pair[0]
        for options in LEVELS[source.suffix] + VARIANTS[pair[0].split("-")[0]]:
            names |= emitted_by(compiler, options, source, folder)
    return names


def libtsan_interface():
    """The __tsan_* functions that gcc's own runtime exports; empty if it is not installed."""
    path = subprocess.run(
        ["gcc", "-print-file-name=libtsan.so"], check=True, capture_output=True, text=True
    ).stdout.strip()
    if not pathlib.Path(path).is_file():
        return set()
    names = symbols(path, "-D", "--defined-only")
    return {n for n in names if n.startswith("__tsan_") and not LEFT_OUT.match(n)}


def report(who, needed, exported):
    """Prints what one source of names needs and lacks. Returns whether nothing is lacking."""
    missing = sorted(needed - exported)
    print(f"{who}: {len(needed)} functions, {len(missing)} missing")
    for name in missing:
        print(f"  {name}")
    return not missing


def main():
    runtime, corpus = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    exported = symbols(runtime, "-D", "--defined-only")
    installed = [pair for pair in COMPILERS if all(map(shutil.which, pair))]
    if not installed:
        print("none of the compilers is installed: " + ", ".join(c for c, _ in COMPILERS))
        return 77
    complete = report("libtsan's interface", libtsan_interface(), exported)
    with tempfile.TemporaryDirectory() as folder:
        for pair in installed:
            names = emitted_by_family(pair, corpus, folder)
            complete = report(pair[0], names, exported) and complete
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
