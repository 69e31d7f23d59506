# SPDX-License-Identifier: Apache-2.0
"""test_header.py RUNTIME FOLDER: does <weft/weft.h> reach weft from binaries of every kind, and do without?"""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

RUNTIME, FOLDER = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
SOURCE = """
#include <weft/weft.h>
#include <stdio.h>
int main(void)
{
	int calls = 0;
	weft_op_begin("operation");
	weft_op_end(calls++);
	weft_yield();
	weft_observe("value", calls++);
	weft_observe_text("text", (calls++, "x"));
	weft_assert_always(calls++, "always");
	weft_assert_sometimes(calls++, "sometimes");
	weft_assert_eventually(calls++, "eventually");
	printf("%d %u %d\\n", calls, weft_choose(3), weft_api_entry_(0) != NULL);
	return 0;
}
"""
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-pedantic", "-Werror"]
KINDS = [[], ["-O2"], ["-no-pie", "-fno-pie"], ["-O2", "-no-pie", "-fno-pie"], ["-flto", "-O2"],
         ["-fsanitize=undefined"]]


def compilers() -> list[list[str]]:
    found = [["gcc", "-std=c99"], ["g++", "-std=c++11"], ["clang", "-std=c99"],
             ["clang++", "-std=c++11"]]
    return [words for words in found if shutil.which(words[0])]


def build(words: list[str], kind: list[str]) -> pathlib.Path:
    suffix = ".cc" if "++" in words[0] else ".c"
    source, program = FOLDER / f"header{suffix}", FOLDER / "header.bin"
    source.write_text(SOURCE, "utf-8")
    subprocess.run([*words, *WARNINGS, *kind, "-I", str(INCLUDE), str(source), "-o", str(program)],
                   check=True)
    return program


def output(program: pathlib.Path, **environment: str) -> str:
    return subprocess.run([str(program)], env={**os.environ, **environment}, check=True,
                          capture_output=True, text=True).stdout


class Header(unittest.TestCase):
    def test_it_compiles_without_warnings_and_finds_weft(self) -> None:
        for words in compilers():
            for kind in KINDS:
                with self.subTest(words[0], kind=kind):
                    program = build(words, kind)
                    self.assertEqual(output(program), "6 0 0\n")
                    self.assertEqual(output(program, LD_PRELOAD=str(RUNTIME)), "6 0 1\n")

    def test_a_static_program_does_without(self) -> None:
        self.assertEqual(output(build(["gcc"], ["-static"])), "6 0 0\n")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
