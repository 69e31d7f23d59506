# SPDX-License-Identifier: Apache-2.0
"""Writes the linker's version script for libweft.so from the lists of hooks."""
import re
import sys

FIXED = [
    "__asan_on_error",
    "__tsan_*",
    "__sanitizer_*",
    "weft_*",
    "Annotate*",
    "WTFAnnotate*",
    "RunningOnValgrind",
    "ValgrindSlowdown",
    "ThreadSanitizerQuery",
]
HOOK = re.compile(r"^HOOK\(\w+,\s*[^,]+?,\s*(\w+),|^STRING_HOOK\((\w+)\)", re.MULTILINE)

names = []
for path in sys.argv[1:-1]:
    with open(path, encoding="utf-8") as source:
        names += [a or b for a, b in HOOK.findall(source.read())]
with open(sys.argv[-1], "w", encoding="utf-8") as script:
    script.write("{\nglobal:\n")
    script.writelines(f"\t{name};\n" for name in FIXED + names)
    script.write("local:\n\t*;\n};\n")
