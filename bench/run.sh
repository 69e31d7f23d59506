#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [OPTION ...]: measures how fast weft is; prints the table and writes BUILD/bench.json.
# Options are handed on to weft-bench: --rounds N, --take-core, names of cases.
set -eu

build=$(cd "${1:?usage: run.sh BUILD [OPTION ...]}" && pwd)
shift
exec "$build/bench/weft-bench" --weft "$build/weft" --programs "$build/bench" \
	--json "$build/bench.json" "$@"
