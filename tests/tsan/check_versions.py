#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_versions.py RUNTIME: does no function of libtsan's turn into an old version of libc's?

A program that is linked with libtsan names no version of what libtsan defines. With the runtime in its
place, and without such a function of the runtime's, the loader takes libc's oldest.
"""
import collections
import re
import subprocess
import sys

# Gone from the headers: only programs that are older than libtsan name them.
FORGOTTEN = re.compile(r"xdr")
# The older ones set `signgam` and do nothing else that differs.
ALIKE = {"lgamma", "lgammaf", "lgammal"}


def symbols(path):
    listed = subprocess.run(["nm", "-D", "--defined-only", path], check=True, capture_output=True, text=True)
    return [(fields[0], fields[-1]) for fields in map(str.split, listed.stdout.splitlines()) if len(fields) == 3]


def names(path):
    return {name.split("@")[0] for _, name in symbols(path)}


def with_old_version(library):
    """Functions whose first version is another function than that which is linked today."""
    versions = collections.defaultdict(dict)
    for address, name in symbols(library):
        function, _, version = name.partition("@")
        versions[function][version] = address
    for function, addresses in versions.items():
        newest = [address for version, address in addresses.items() if version.startswith("@")]
        if "GLIBC_2.2.5" in addresses and addresses["GLIBC_2.2.5"] not in newest:
            yield function


def main():
    tsan = subprocess.run(["gcc", "-print-file-name=libtsan.so"], check=True, capture_output=True,
                          text=True).stdout.strip()
    wanted, have = names(tsan), names(sys.argv[1])
    libraries = [line.split()[2] for line in subprocess.run(
        ["ldd", "/proc/self/exe", sys.argv[1]], check=False, capture_output=True, text=True).stdout.splitlines()
        if re.search(r"lib(c|m)\.so\.6 =>", line)]
    old = {function for library in set(libraries) for function in with_old_version(library)}
    missing = sorted(f for f in old & wanted - have - ALIKE if not FORGOTTEN.match(f))
    for function in missing:
        print(f"the runtime lacks {function}, which has an old version")
    print(f"{len(old)} functions with an old version, {len(old & wanted)} of libtsan's, {len(missing)} missing")
    return 1 if missing or len(old & wanted) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
