#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""weft cc and weft c++: what they build runs by itself as if built without them, is taken by weft
with every memory access a point, and the compiler's own manners are kept.

Every gcc and clang that is installed is tried.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

WEFT = os.environ["WEFT"]
CORPUS = os.environ["CORPUS"]
# What is built must find the runtime without it.
os.environ.pop("LD_LIBRARY_PATH", None)


def installed(pattern):
    """The compilers on PATH with a name that fits, each under one name."""
    found = {}
    for folder in os.environ["PATH"].split(":"):
        for path in glob.glob(os.path.join(folder, "*")):
            if re.fullmatch(pattern, os.path.basename(path)) and os.access(path, os.X_OK):
                found.setdefault(os.path.realpath(path), os.path.basename(path))
    return sorted(found.values())


def cxx_of(compiler):
    return compiler.replace("gcc", "g++").replace("clang", "clang++")


COMPILERS = installed(r"gcc(-\d+)?") + installed(r"clang(-\d+)?")


class Compile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="weft-cc-")
        self.addCleanup(shutil.rmtree, self.folder)

    def run_in(self, *command, status=0, **environment):
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}{done.stderr}")
        return done

    def weft(self, *command, **arguments):
        return self.run_in(WEFT, *command, **arguments)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as out:
            out.write(text)

    def points(self, program):
        done = self.weft("doctor", "--json", program)
        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        return checks["points"]["status"]

    def check_program(self, command, compiler, source, status, *flags):
        """Builds in one call and in two, and compares with the compiler's own build."""
        choice = "--weft-compiler=" + compiler
        self.run_in(compiler, source, "-o", "plain", "-pthread", *flags)
        expected = self.run_in("./plain", status=status).stdout
        self.weft(command, choice, "-Wall", "-Werror", source, "-o", "whole", "-pthread", *flags)
        self.assertEqual(self.run_in("./whole", status=status).stdout, expected)
        self.assertEqual(self.points("./whole"), "ok")
        self.weft(command, choice, "-Wall", "-Werror", "-c", source, "-o", "part.o", *flags)
        self.weft(command, choice, "part.o", "-o", "linked", "-pthread", *flags)
        self.assertEqual(self.run_in("./linked", status=status).stdout, expected)

    def test_c(self):
        for compiler in COMPILERS:
            for flags in ((), ("-O2",)):
                with self.subTest(compiler, flags=flags):
                    self.check_program("cc", compiler, CORPUS + "/threads.c", 3, *flags)

    def test_cxx(self):
        for compiler in map(cxx_of, COMPILERS):
            if not shutil.which(compiler):
                continue
            with self.subTest(compiler):
                self.check_program("c++", compiler, CORPUS + "/threads.cc", 4, "-O2")

    def test_what_is_built_is_tested_at_every_access(self):
        # Without a point between them, nobody else's store comes between a load and its store.
        self.write("lost.c", """
#include <assert.h>
#include <pthread.h>
static int count;
static void *add(void *unused) { count++; return unused; }
int main(void)
{
	pthread_t one, two;
	pthread_create(&one, 0, add, 0);
	pthread_create(&two, 0, add, 0);
	pthread_join(one, 0);
	pthread_join(two, 0);
	assert(count == 2);
}
""")
        for compiler in COMPILERS:
            with self.subTest(compiler):
                self.weft("cc", "--weft-compiler=" + compiler, "lost.c", "-o", "lost", "-pthread")
                self.weft("test", "--first", "--schedules", "1000", "--json", "lost.json", "--",
                          "./lost", status=1)
                with open(os.path.join(self.folder, "lost.json")) as result:
                    finding = json.load(result)["findings"][0]
                self.assertEqual(finding["kind"], "assertion")
                self.assertEqual(finding["replays_reproduced"], 10)
                self.assertEqual(finding["preemptions"], 1)

    def test_the_header_of_the_api_is_found(self):
        self.write("op.c", "#include <weft/weft.h>\nint main(void) { weft_yield(); return 0; }\n")
        for compiler in COMPILERS:
            with self.subTest(compiler):
                self.weft("cc", "--weft-compiler=" + compiler, "-c", "op.c", "-o", "op.o")
                self.weft("cc", "--weft-compiler=" + compiler, "op.c", "-o", "op")

    def test_link_time_optimisation(self):
        self.check_program("cc", "gcc", CORPUS + "/threads.c", 3, "-O2", "-flto")

    def test_shared_library(self):
        self.write("part.c", "int shared; int part(void) { return ++shared; }\n")
        self.write("main.c", "int part(void); int main(void) { return part(); }\n")
        for compiler in COMPILERS:
            with self.subTest(compiler):
                choice = "--weft-compiler=" + compiler
                self.weft("cc", choice, "-shared", "-fPIC", "part.c", "-o", "libpart.so",
                          "-Wl,-z,defs")
                self.run_in(compiler, "main.c", "-o", "main", "-L.", "-lpart", "-Wl,-rpath,.")
                self.run_in("./main", status=1)
                self.assertEqual(self.points("./main"), "ok")

    def test_steps_before_linking_are_the_compilers_own(self):
        self.write("a.c", "#include \"a.h\"\nint a(void) { return A; }\n")
        self.write("a.h", "#define A 1\n")
        for compiler in COMPILERS:
            with self.subTest(compiler):
                choice = "--weft-compiler=" + compiler
                self.assertIn("return 1", self.weft("cc", choice, "-E", "a.c").stdout)
                self.assertIn("a.h", self.weft("cc", choice, "-MM", "a.c").stdout)
                self.weft("cc", choice, "-Werror", "-S", "a.c")
                self.weft("cc", choice, "-Werror", "-c", "a.s")
                self.weft("cc", choice, "-Werror", "-fsyntax-only", "a.c")
                self.weft("cc", choice, "-r", "a.o", "-o", "b.o")
                self.weft("cc", choice, "a.h")
                own = self.run_in(compiler, "--version").stdout
                self.assertEqual(self.weft("cc", choice, "--version").stdout, own)

    def test_debug_information_is_the_users_choice(self):
        self.write("a.c", "int a(void) { return 1; }\n")
        for flags, expected in (((), True), (("-g0",), False), (("-g1",), True)):
            with self.subTest(flags=flags):
                self.weft("cc", "-c", "a.c", *flags)
                with open(os.path.join(self.folder, "a.o"), "rb") as made:
                    self.assertEqual(b".debug_info" in made.read(), expected)

    def test_response_file(self):
        self.write("a b.c", "int main(void) { return 5; }\n")
        self.write("inner", "-o made\n")
        self.write("outer", "'a b.c' @inner")
        self.weft("cc", "@outer")
        self.run_in("./made", status=5)
        self.write("outer", "-c 'a b.c'")
        self.weft("cc", "@outer")
        self.assertTrue(os.path.exists(os.path.join(self.folder, "a b.o")))

    def test_errors_are_the_compilers(self):
        self.write("bad.c", "int main(void) { return nothing; }\n")
        own = self.run_in("gcc", "-c", "bad.c", status=1, LC_ALL="C")
        ours = self.weft("cc", "-c", "bad.c", status=1, CC="", WEFT_CC="", LC_ALL="C")
        self.assertEqual(ours.stderr, own.stderr)

    def test_weft_itself_is_passed_over_in_the_environment(self):
        for name in ("weft cc", "/usr/bin/weft cc", "weft-cc"):
            done = self.weft("cc", "--version", CC=name, WEFT_CC="")
            self.assertIn("Free Software Foundation", done.stdout)

    def test_what_can_not_work_is_refused_in_one_line(self):
        self.write("a.c", "int main(void) { return 0; }\n")
        for arguments, text in ((("-static", "a.c"), "'-static'"),
                                (("--weft-compiler=no-such-cc", "a.c"), "'no-such-cc'"),
                                (("--weft-compiler=weft", "a.c"), "no compiler"),
                                (("--weft-compiler=", "a.c"), "no compiler")):
            with self.subTest(arguments):
                error = self.weft("cc", *arguments, status=2).stderr
                self.assertEqual(error.count("\n"), 1)
                self.assertIn("weft cc: ", error)
                self.assertIn(text, error)

    def test_link_named_weft_cc_is_the_same(self):
        os.symlink(WEFT, os.path.join(self.folder, "weft-cc"))
        self.write("a.c", "int main(void) { return 6; }\n")
        self.run_in("./weft-cc", "a.c", "-o", "made")
        self.run_in("./made", status=6)


if __name__ == "__main__":
    unittest.main()
