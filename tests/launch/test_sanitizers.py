#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs with a sanitizer of their own: what it reports is a finding, and nothing else is.

Each program is built with the bug and, by -DFIXED, without it, by every compiler that is installed.
"""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

# The sanitizer's own symboliser takes longer than all the rest.
os.environ["ASAN_OPTIONS"] = "symbolize=0"
# Newer versions of Meson set it for the tests.
os.environ.pop("UBSAN_OPTIONS", None)
WEFT = os.environ["WEFT"]
CORPUS = os.environ["CORPUS"]
COMPILERS = [c for c in ("gcc-11", "gcc-12", "gcc-14", "clang-14", "clang-16", "clang-19")
             if shutil.which(c)]


def address_flags(compiler):
    """gcc's runtime is a library of its own; clang's on request, where the loader does not look."""
    if not compiler.startswith("clang"):
        return ["-fsanitize=address"]
    runtime = subprocess.run([compiler, "-print-file-name=libclang_rt.asan-x86_64.so"],
                             capture_output=True, text=True, check=True).stdout.strip()
    return ["-fsanitize=address", "-shared-libasan", "-Wl,-rpath," + os.path.dirname(runtime)]


class Sanitizers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="weft-sanitizers-")
        self.addCleanup(shutil.rmtree, self.folder)

    def findings(self, *options):
        """Tests ./program. Returns the findings and what was printed."""
        command = [WEFT, "test", "--schedules", "200", "--first", "--json", "out.json", *options,
                   "--", "./program"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                              check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        with open(os.path.join(self.folder, "out.json"), encoding="utf-8") as result:
            return json.load(result)["findings"], done.stdout

    def build(self, compiler, source, *flags):
        subprocess.run([compiler, "-g", "-pthread", os.path.join(CORPUS, source), "-o", "program",
                        *flags], cwd=self.folder, check=True)

    def check(self, source, flags_of, expected, *options):
        """The bug is found by every build, and replays; the repaired program is silent."""
        printed = []
        for compiler in COMPILERS:
            with self.subTest(compiler):
                flags = ["-O1", *flags_of(compiler)]
                self.build(compiler, source, *flags)
                found, text = self.findings(*options)
                self.assertEqual([f["kind"] for f in found], [expected], text)
                self.assertEqual(found[0]["replays_reproduced"], found[0]["replays"])
                printed.append((found[0], text))
                self.build(compiler, source, "-DFIXED", *flags)
                found, text = self.findings(*options)
                self.assertEqual(found, [], text)
        return printed

    def test_use_after_free(self):
        for found, text in self.check("use_after_free.c", address_flags, "use-after-free",
                                      "--carrier", "thread"):
            self.assertIn("ERROR: AddressSanitizer: heap-use-after-free", text)
            self.assertIn("freed by thread", text)
            self.assertEqual(found["locations"][0]["function"], "read_value")

    def test_double_free(self):
        for found, text in self.check("double_free.c", address_flags, "double-free",
                                      "--carrier", "thread"):
            self.assertIn("ERROR: AddressSanitizer: attempting double-free", text)
            self.assertEqual(found["locations"][0]["function"], "drop")

    def test_undefined_behaviour_that_ends_the_program(self):
        def flags(compiler):
            return ["-fsanitize=undefined", "-fno-sanitize-recover=undefined"]
        for found, text in self.check("overflow.c", flags, "exit-status"):
            self.assertIn("runtime error: signed integer overflow", text.split("\n")[0])

    def test_undefined_behaviour_that_the_program_survives_is_its_own_business(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                self.build(compiler, "overflow.c", "-fsanitize=undefined")
                self.assertEqual(self.findings()[0], [])


if __name__ == "__main__":
    unittest.main()
