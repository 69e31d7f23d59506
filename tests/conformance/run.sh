#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a conformance program natively and under the runtime, on both carriers and under several
# strategies; each run has to print and return the same. With COMPARE_CARRIERS in the environment, both
# carriers have to give the same execution, event for event.
#
#	run.sh EXECUTE RUNTIME PROGRAM [SEEDS]
set -u
execute=$1
runtime=$2
program=$3
seeds=${4:-4}
name=${program##*/}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

run_under() {
	EXECUTE_HASH=$folder/$1.$2.$3 \
		timeout 60 "$execute" "$runtime" "$1" "$2" "$3" "$program" \
		>"$folder/actual" 2>"$folder/errors" </dev/null
	status=$?
	if [ $status -eq "$expected_status" ] && cmp -s "$folder/expected" "$folder/actual"; then
		return
	fi
	echo "$name: $1 carrier, $2 strategy, seed $3: status $status, expected $expected_status"
	diff -u "$folder/expected" "$folder/actual" | head -n 12
	head -n 20 "$folder/errors"
	failed=1
}

# The same decisions make the same execution, whatever carries the threads.
compare_carriers() {
	if [ -n "${COMPARE_CARRIERS:-}" ] &&
		! cmp -s "$folder/fiber.$1.$2" "$folder/thread.$1.$2"; then
		echo "$name: $1 strategy, seed $2: the two carriers gave different executions"
		failed=1
	fi
}

run_both() {
	run_under fiber "$1" "$2"
	run_under thread "$1" "$2"
	compare_carriers "$1" "$2"
}

timeout 60 "$program" >"$folder/expected" 2>"$folder/errors" </dev/null
expected_status=$?
if [ $expected_status -ne 0 ] || grep -q '^FAIL' "$folder/expected"; then
	echo "$name: native run: status $expected_status"
	tail -n 3 "$folder/expected"
	head -n 5 "$folder/errors"
	exit 1
fi
run_both sequential 1
for strategy in random pct pos; do
	seed=1
	while [ $seed -le "$seeds" ]; do
		run_both $strategy $seed
		seed=$((seed + 1))
	done
done
exit $failed
