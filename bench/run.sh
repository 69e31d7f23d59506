#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [OPTION ...]: measures how fast weft is; prints the table and writes BUILD/bench.json; then
# the same of `weft sql`, into BUILD/bench/sql/sql.json.
# Options are handed on to weft-bench: --rounds N, --take-core, names of cases.
set -eu

build=$(cd "${1:?usage: run.sh BUILD [OPTION ...]}" && pwd)
shift
if reason=$(sh "$(dirname "$0")/../scripts/fetch-pbzip2.sh" "$build/bench/pbzip2" 2>&1); then
	set -- --pbzip2 "$build/bench/pbzip2/pbzip2" "$@"
else
	set -- --no-pbzip2 "$reason" "$@"
fi
"$build/bench/weft-bench" --weft "$build/weft" --programs "$build/bench" \
	--json "$build/bench.json" "$@"
python3 "$(dirname "$0")/sql.py" "$build/weft" "$build/bench/sql"
