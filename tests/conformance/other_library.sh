#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same for a program with another standard library than gcc's: C++ with clang's libc++, or Rust.
# Skips, saying why, where there is no compiler for it.
#
#	other_library.sh EXECUTE RUNTIME SOURCE
set -u
execute=$1
runtime=$2
source=$3
scripts=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
name=$(basename "$source")

skip() {
	echo "skipped: $1"
	exit 77
}

case $name in
*.rs)
	rustc --version >/dev/null 2>&1 || skip 'there is no rustc'
	rustc --edition 2021 -O -o "$folder/${name%.rs}" "$source" || exit 1
	;;
*)
	echo '#include <version>' >"$folder/empty.cc"
	for version in 14 16 17 18 19; do
		compiler=clang++-$version
		"$compiler" -stdlib=libc++ -std=gnu++20 -c -o "$folder/empty.o" \
			"$folder/empty.cc" 2>/dev/null && break
		compiler=
	done
	[ -n "$compiler" ] || skip 'there is no clang with libc++'
	"$compiler" -stdlib=libc++ -std=gnu++20 -D_GNU_SOURCE -O1 -g -pthread \
		-o "$folder/${name%.cc}" "$source" || exit 1
	;;
esac
COMPARE_CARRIERS=1 "$scripts/run.sh" "$execute" "$runtime" "$folder/${name%.*}"
