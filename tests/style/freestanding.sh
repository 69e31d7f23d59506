#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# freestanding.sh ROOT: common and the runtime's core compile with the compiler's own headers alone,
# so that they cannot come to need a library.
set -u

cd "$1" || exit 1
headers=$(gcc -print-file-name=include)
failed=0
for file in common/*.c runtime/core/*.c runtime/strategy/*.c; do
	gcc -std=gnu11 -ffreestanding -nostdinc -isystem "$headers" -I. -D_GNU_SOURCE \
		-Wall -Wextra -fsyntax-only "$file" || failed=1
done
exit $failed
