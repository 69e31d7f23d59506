#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh BUILD: a bug that ordinary runs don't show, found, replayed and explained.
set -eu

build=$(cd "${1:?usage: demo.sh BUILD}" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)/examples/double-withdrawal/bank.c
runs=20

if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold='' plain=''
fi

say()
{
	printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
}

# run STATUS COMMAND...: shows the command, runs it, and insists on its exit status.
run()
{
	expected=$1
	shift
	say "$*"
	status=0
	"$@" || status=$?
	if [ "$status" != "$expected" ]; then
		echo "demo: '$*' ended with status $status, not $expected" >&2
		exit 1
	fi
}

rm -rf "$build/demo"
mkdir "$build/demo"
cd "$build/demo"
cp "$source" .
PATH="$build:$PATH"

run 0 gcc -g -pthread bank.c -o bank

say "for run in 1..$runs; do ./bank; done"
failed=0
for run in $(seq "$runs"); do
	./bank 2>/dev/null || failed=$((failed + 1))
done
echo "$failed of $runs ordinary runs failed"

run 1 weft test -- ./bank
for schedule in weft-out/*.weft; do
	run 1 weft explain "$schedule"
done
