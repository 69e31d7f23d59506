#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh FUZZER FOLDER RUNS SEEDS: a run that is the same each time, and ends. New inputs go to
# FOLDER, which is made anew; what failed stays there as crash-*.
set -eu

fuzzer=$1 folder=$2 runs=$3 seeds=$4

rm -rf "$folder"
mkdir -p "$folder/corpus"
exec "$fuzzer" -seed=1 -runs="$runs" -max_total_time=60 -max_len=4096 -timeout=10 \
	-print_final_stats=1 -artifact_prefix="$folder/" "$folder/corpus" "$seeds"
