#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs all tests of a build folder, shows what the failed ones printed, and ends with one line of
# counts from Meson's own log. Fails when a test failed or nothing ran.
set -u

build=${1:?usage: check.sh BUILD}
log="$build/meson-logs/testlog.json"

# So that a run that did not come to its end isn't counted with the log of an older one.
rm -f "$log"
meson test -C "$build" --print-errorlogs
python3 "$(dirname "$0")/count-results.py" "$log"
