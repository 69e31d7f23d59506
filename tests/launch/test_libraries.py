#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs and their shared libraries, each built in its own way, and allocators of a program's own.

A lost update inside of a library must be found whatever the program is built with, and wherever the
loader finds the library; a library that is not instrumented has no point in it, and stays silent.
"""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from compilers import CLANG

WEFT = os.environ["WEFT"]
CORPUS = os.environ["CORPUS"]
BUILDS = {
    "plain": ["gcc", "-g"],
    "gcc": ["gcc", "-g", "-fsanitize=thread"],
    "gcc-11": ["gcc-11", "-g", "-fsanitize=thread"],
    "weft-gcc": [WEFT, "cc", "--weft-compiler=gcc"],
    "weft-clang": [WEFT, "cc", "--weft-compiler=" + CLANG],
}
PLACES = ("rpath", "runpath", "environment", "dlopen")


class Libraries(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="weft-libraries-")
        self.addCleanup(shutil.rmtree, self.folder)

    def build(self, way, source, *flags):
        subprocess.run([*BUILDS[way], os.path.join(CORPUS, source), *flags], cwd=self.folder,
                       check=True)

    def kinds(self, *arguments, options=(), **environment):
        """Tests ./program. Returns the kinds of the findings."""
        command = [WEFT, "test", "--schedules", "200", "--first", "--races", "off", "--json",
                   "out.json", *options,
                   "--", "./program", *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False,
                              env={**os.environ, **environment})
        self.assertIn(done.returncode, (0, 1), done.stderr)
        with open(os.path.join(self.folder, "out.json"), encoding="utf-8") as result:
            return [finding["kind"] for finding in json.load(result)["findings"]]

    def build_program(self, way, place):
        """Returns the arguments and the environment that let it find the library."""
        link = ["-DLINKED", "-L.", "-lbump", "-Wl,--allow-shlib-undefined"]
        flags = {
            "rpath": link + ["-Wl,--disable-new-dtags", "-Wl,-rpath," + self.folder],
            "runpath": link + ["-Wl,--enable-new-dtags", "-Wl,-rpath,$ORIGIN"],
            "environment": link,
            "dlopen": ["-ldl"],
        }
        self.build(way, "bumper.c", "-o", "program", "-pthread", *flags[place])
        arguments = ["./libbump.so"] if place == "dlopen" else []
        return arguments, {"LD_LIBRARY_PATH": self.folder} if place == "environment" else {}

    def test_every_mixture_of_program_and_library(self):
        for library in (way for way in BUILDS if shutil.which(BUILDS[way][0])):
            self.build(library, "bump.c", "-shared", "-fPIC", "-o", "libbump.so")
            for program in ("plain", "gcc", "weft-clang"):
                for place in PLACES:
                    with self.subTest(library=library, program=program, place=place):
                        arguments, environment = self.build_program(program, place)
                        expected = [] if library == "plain" else ["crash"]
                        self.assertEqual(self.kinds(*arguments, **environment), expected)

    def test_allocator_that_locks_before_anything_is_initialised(self):
        allocator = os.path.join(self.folder, "liballocator.so")
        self.build("plain", "locking_malloc.c", "-O1", "-shared", "-fPIC", "-fno-builtin", "-o",
                   "liballocator.so", "-pthread")
        for way in ("plain", "gcc"):
            for carrier in ("fiber", "thread"):
                with self.subTest(way, carrier=carrier):
                    options = ("--carrier", carrier)
                    self.build(way, "bumper.c", "-o", "program", "-pthread", "-DLINKED", "-w",
                               os.path.join(CORPUS, "bump.c"))
                    expected = self.kinds(options=options)
                    self.build(way, "bumper.c", "-o", "program", "-pthread", "-DLINKED", "-w",
                               os.path.join(CORPUS, "bump.c"), "-Wl,--no-as-needed", allocator)
                    self.assertEqual(self.kinds(options=options), expected)


if __name__ == "__main__":
    unittest.main()
