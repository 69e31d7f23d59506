#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-sql.sh BUILD: the tests of `weft sql` that need PostgreSQL and MariaDB. It installs the servers
# itself, in addition to what building needs; each test starts private ones and stops them.
set -eu

build=$(cd "${1:?usage: check-sql.sh BUILD}" && pwd)
cd "$(dirname "$0")/.."
sh scripts/install-dependencies.sh scripts/packages-sql.txt

failed=
run()
{
	name=$1
	shift
	echo "== $name"
	if ! timeout 3600 python3 "tests/sql/test_$name.py" "$build/weft" "$@"; then
		failed="$failed $name"
	fi
}

run hermitage "$build/tests/sql/hermitage"
run servers . "$build/tests/sql/servers"
run isolation "$build/tests/sql/isolation"
if [ -n "$failed" ]; then
	echo "check-sql: failed:$failed"
	exit 1
fi
echo "check-sql: Hermitage's table, the servers' tests and PostgreSQL's isolation specs passed"
