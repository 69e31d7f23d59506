#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs that weft can't test get one line that says what to do, and exit status 2.

Each file is made here, by the compiler where it can be and by patching an ELF header where it
can't, and handed to `weft doctor --json` and `weft test`, which must say the same. Kinds that need
a tool or a right that is missing here are skipped by name.
"""
import json
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

from compilers import CLANG

WEFT = os.environ["WEFT"]
SOURCE = "int main(void) { return 0; }\n"
EI_CLASS, EI_DATA, EI_OSABI, E_TYPE, E_MACHINE = 4, 5, 7, 16, 18


def have(program):
    return shutil.which(program) is not None


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="weft-refusals-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with open(cls.path("main.c"), "w") as source:
            source.write(SOURCE)
        cls.compile("plain")

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def compile(cls, name, *flags, compiler="gcc"):
        """Returns the path of what is built, or skips the test."""
        if not have(compiler):
            raise unittest.SkipTest(f"{compiler} is not installed")
        done = subprocess.run([compiler, cls.path("main.c"), "-o", cls.path(name), *flags],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise unittest.SkipTest(f"{compiler} {' '.join(flags)} does not work here")
        return cls.path(name)

    def patched(self, name, **fields):
        """A copy of the plain program with other numbers in its ELF header."""
        with open(self.path("plain"), "rb") as plain:
            image = bytearray(plain.read())
        for field, value in fields.items():
            if field in ("machine", "type"):
                struct.pack_into("<H", image, E_MACHINE if field == "machine" else E_TYPE, value)
            else:
                image[{"bits": EI_CLASS, "data": EI_DATA, "os_abi": EI_OSABI}[field]] = value
        return self.file(name, bytes(image))

    def file(self, name, content, mode=0o755):
        with open(self.path(name), "wb") as out:
            out.write(content)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def doctor(self, name, **environment):
        done = subprocess.run([WEFT, "doctor", "--json", name], capture_output=True, text=True,
                              cwd=self.folder, env={**os.environ, **environment})
        self.assertIn(done.returncode, (0, 2), done.stderr)
        checks = json.loads(done.stdout)["checks"]
        return done.returncode, {check["name"]: check for check in checks}

    def refused(self, name, *parts, **environment):
        status, checks = self.doctor(name, **environment)
        detail = checks["program"]["detail"]
        self.assertEqual(checks["program"]["status"], "missing", detail)
        self.assertEqual(status, 2)
        self.assertNotIn("\n", detail)
        for part in parts:
            self.assertIn(part, detail)
        done = subprocess.run([WEFT, "test", "--schedules", "1", "--", name], text=True,
                              capture_output=True, cwd=self.folder,
                              env={**os.environ, **environment})
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", f"weft test: {detail}\n"))

    def accepted(self, name, **environment):
        checks = self.doctor(name, **environment)[1]
        self.assertEqual(checks["program"]["status"], "ok", checks["program"]["detail"])
        return checks

    def test_missing_file(self):
        self.refused("./nothing", "cannot start './nothing': No such file or directory")

    def test_missing_from_path(self):
        self.refused("no-such-tool", "cannot find 'no-such-tool' in PATH")

    def test_file_here_but_not_in_path(self):
        self.refused("plain", "did you mean './plain'?")

    def test_directory(self):
        os.mkdir(self.path("folder"))
        self.refused("./folder", "it is a directory")

    def test_device(self):
        self.refused("/dev/null", "not a regular file")

    def test_not_executable(self):
        self.file("unset", b"\x7fELF", 0o644)
        self.refused("./unset", "not executable", "chmod +x ./unset")

    def test_script_names_its_interpreter(self):
        self.file("script", b"#! /bin/sh -e \necho\n")
        self.refused("./script", "script for '/bin/sh -e'", "weft test -- /bin/sh -e ./script")

    def test_script_without_interpreter(self):
        self.file("nameless", b"#!\n")
        self.refused("./nameless", "names no interpreter")

    def test_text(self):
        self.file("text", b"echo\n")
        self.refused("./text", "not an ELF program")

    def test_empty(self):
        self.file("empty", b"")
        self.refused("./empty", "empty")

    def test_truncated_header(self):
        self.file("short", b"\x7fELF\x02\x01\x01")
        self.refused("./short", "damaged or incomplete")

    def test_static(self):
        self.refused(self.compile("static", "-static"), "statically", "without '-static'")

    def test_static_pie(self):
        self.refused(self.compile("static-pie", "-static-pie"), "without '-static-pie'")

    def test_object_file(self):
        path = self.compile("main.o", "-c")
        os.chmod(path, 0o755)
        self.refused(path, "object file", "link it")

    def test_shared_library(self):
        self.refused(self.compile("lib.so", "-shared", "-fPIC"), "shared library")

    def test_core_dump(self):
        self.refused(self.patched("core", type=4), "core dump")

    def test_32_bit(self):
        self.refused(self.patched("i386", bits=1, machine=3), "32-bit x86", "'-m32'")

    def test_x32(self):
        self.refused(self.patched("x32", bits=1), "x32", "'-mx32'")

    def test_aarch64(self):
        self.refused(self.patched("aarch64", machine=183), "AArch64", "x86-64")

    def test_big_endian(self):
        self.refused(self.patched("s390x", data=2, machine=22 << 8), "IBM Z")

    def test_unknown_machine(self):
        self.refused(self.patched("odd", machine=65000), "machine number 65000")

    def test_other_system(self):
        self.refused(self.patched("freebsd", os_abi=9), "not a Linux program")

    def test_musl(self):
        loader = "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"
        self.refused(self.compile("musl", loader), "musl", "glibc")

    def test_loader_missing(self):
        loader = "-Wl,--dynamic-linker=/nonexistent/ld-linux-x86-64.so.2"
        self.refused(self.compile("no-loader", loader), "/nonexistent/ld-linux-x86-64.so.2")

    def test_go(self):
        with open(self.path("go.c"), "w") as source:
            source.write('__attribute__((section(".go.buildinfo"), used)) char info[16];')
        self.refused(self.compile("go", self.path("go.c")), "Go program")

    def test_setuid(self):
        shutil.copy(self.path("plain"), self.path("setuid"))
        os.chmod(self.path("setuid"), 0o4755)
        self.refused("./setuid", "setuid", "cp ./setuid")

    def test_setgid(self):
        shutil.copy(self.path("plain"), self.path("setgid"))
        os.chmod(self.path("setgid"), 0o2755)
        self.refused("./setgid", "setgid")

    def test_file_capabilities(self):
        shutil.copy(self.path("plain"), self.path("caps"))
        # VFS_CAP_REVISION_2, permitted: CAP_NET_RAW.
        value = struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0)
        try:
            os.setxattr(self.path("caps"), "security.capability", value)
        except OSError as error:
            self.skipTest(f"cannot give file capabilities: {error.strerror}")
        self.refused("./caps", "file capabilities")

    def test_missing_library(self):
        self.compile("libgone.so", "-shared", "-fPIC")
        path = self.compile("needs", "-Wl,--no-as-needed", "-L" + self.folder, "-lgone")
        os.remove(self.path("libgone.so"))
        self.refused(path, "libgone.so", "LD_LIBRARY_PATH")

    def test_clang_static_tsan(self):
        path = self.compile("clang-tsan", "-fsanitize=thread", compiler=CLANG)
        self.refused(path, "statically", "weft cc", "-fno-sanitize-link-runtime")

    def test_gcc_static_tsan(self):
        path = self.compile("gcc-tsan", "-fsanitize=thread", "-static-libtsan")
        self.refused(path, "statically", "weft cc")

    def test_stripped_static_sanitizer(self):
        path = self.compile("gcc-tsan-s", "-fsanitize=thread", "-static-libtsan", "-s")
        self.refused(path, "stripped", "'-s'")

    def test_static_address_and_leak_sanitizer(self):
        for kind, way_out, gcc_flag in (("address", "'-shared-libasan'", "-static-libasan"),
                                        ("leak", "without '-fsanitize=leak'", "-static-liblsan")):
            for compiler, flags in (("gcc", [gcc_flag]), (CLANG, [])):
                with self.subTest(kind, compiler=compiler):
                    path = self.compile(f"{kind}-{compiler}", "-fsanitize=" + kind, *flags,
                                        compiler=compiler)
                    self.refused(path, "statically", way_out)

    def test_memory_sanitizer(self):
        path = self.compile("msan", "-fsanitize=memory", compiler=CLANG)
        self.refused(path, "MemorySanitizer")

    def test_plain_program_is_taken(self):
        checks = self.accepted("./plain")
        self.assertEqual(checks["points"]["status"], "warning")
        self.assertEqual(checks["carrier"]["status"], "ok")

    def test_program_is_found_in_path(self):
        checks = self.accepted("plain", PATH=self.folder + ":" + os.environ["PATH"])
        self.assertIn(self.path("plain"), checks["program"]["detail"])

    def test_gcc_tsan_is_taken_with_all_points(self):
        checks = self.accepted(self.compile("tsan", "-fsanitize=thread", "-g"))
        self.assertEqual(checks["points"]["status"], "ok")
        self.assertEqual(checks["debug info"]["status"], "ok")

    def test_instrumented_library_counts(self):
        self.compile("libpart.so", "-shared", "-fPIC", "-fsanitize=thread")
        path = self.compile("whole", "-Wl,--no-as-needed", "-L" + self.folder, "-lpart",
                            "-Wl,-rpath," + self.folder)
        self.assertIn("libpart.so", self.accepted(path)["points"]["detail"])

    def test_address_sanitizer_needs_threads(self):
        runtime = subprocess.run(
            [CLANG, "-print-file-name=libclang_rt.asan-x86_64.so"],
            capture_output=True, text=True, check=True).stdout
        clang = ("-shared-libasan", "-Wl,-rpath," + os.path.dirname(runtime))
        for name, flags, compiler in (("asan", (), "gcc"), ("asan-clang", clang, CLANG)):
            with self.subTest(name):
                path = self.compile(name, "-fsanitize=address", *flags, compiler=compiler)
                carrier = self.accepted(path)["carrier"]
                self.assertIn("AddressSanitizer", carrier["detail"])
                self.assertIn("--carrier thread", carrier["advice"])

    def test_separate_debug_file(self):
        path = self.compile("split", "-g")
        os.mkdir(self.path(".debug"))
        for command in (["objcopy", "--only-keep-debug", path, self.path(".debug/split.debug")],
                        ["objcopy", "--strip-debug",
                         "--add-gnu-debuglink=" + self.path(".debug/split.debug"), path]):
            subprocess.run(command, check=True)
        self.assertIn(".debug/split.debug", self.accepted(path)["debug info"]["detail"])


if __name__ == "__main__":
    unittest.main()
