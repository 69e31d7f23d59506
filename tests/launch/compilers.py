# SPDX-License-Identifier: Apache-2.0
"""Which clang there is: Debian's packages of a version have no plain `clang`."""
import shutil

CLANGS = ("clang-14", "clang-16", "clang-17", "clang-18", "clang-19", "clang")
CLANG = next((name for name in CLANGS if shutil.which(name)), None)
