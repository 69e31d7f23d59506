#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares what this libc exports of POSIX threads, semaphores and C11 threads with what the
# conformance programs call, and names the functions that none of them does.
#
#	coverage.sh LIST_OF_EXCEPTIONS PROGRAM...
set -eu
exceptions=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
libc=$(ldd "$1" | awk '$1 == "libc.so.6" { print $3 }')
family='^(pthread_|sem_(init|destroy|open|close|unlink|wait|trywait|timedwait|clockwait|post|getvalue)|thrd_|mtx_|cnd_|tss_|call_once)'

nm -D "$libc" | awk '$2 ~ /[TWi]/ { sub(/@.*/, "", $3); print $3 }' | grep -E "$family" |
	sort -u >"$folder/exported"
for program in "$@"; do
	nm -D -u "$program"
done | awk '{ sub(/@.*/, "", $NF); print $NF }' >"$folder/symbols"
# What a header or the linker turns into another symbol is listed with it.
awk '!/^#/ && NF >= 3 && $2 == "is" { print $3, $1 }' "$exceptions" | while read -r symbol name; do
	if grep -qx "$symbol" "$folder/symbols"; then
		echo "$name"
	fi
done >"$folder/renamed"
awk '!/^#/ && NF && $2 != "is" { print $1 }' "$exceptions" >"$folder/excepted"
sort -u "$folder/symbols" "$folder/renamed" "$folder/excepted" >"$folder/called"
comm -23 "$folder/exported" "$folder/called" >"$folder/uncovered"
if [ -s "$folder/uncovered" ]; then
	echo 'functions that no conformance program calls:'
	cat "$folder/uncovered"
	exit 1
fi
echo "$(wc -l <"$folder/exported") functions covered"
