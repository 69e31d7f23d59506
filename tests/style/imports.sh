#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imports.sh LIBRARY LIST: the runtime asks the dynamic linker for nothing but what LIST allows.
set -u

list=$(mktemp)
trap 'rm -f "$list"' EXIT
awk 'NF && !/^#/ { print $1 }' "$2" | sort -u >"$list"
imports=$(nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u)
[ -n "$imports" ] || { echo "$1: no imports found"; exit 1; }
more=$(echo "$imports" | comm -23 - "$list")
[ -z "$more" ] || { echo "imports that are not in $2:"; echo "$more"; exit 1; }
