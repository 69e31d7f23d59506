# SPDX-License-Identifier: Apache-2.0
"""Writes the linker's version script for libweft.so from the list of hooks."""
import re
import sys

FIXED = ["__tsan_*", "weft_*", "Annotate*"]

with open(sys.argv[1], encoding="utf-8") as source:
    names = re.findall(r"^HOOK\(\w+,\s*[^,]+?,\s*(\w+),", source.read(), re.MULTILINE)
with open(sys.argv[2], "w", encoding="utf-8") as script:
    script.write("{\nglobal:\n")
    script.writelines(f"\t{name};\n" for name in FIXED + names)
    script.write("local:\n\t*;\n};\n")
