# SPDX-License-Identifier: Apache-2.0
"""Prints "N passed, N failed, N skipped" from Meson's testlog.json, one JSON object a line.

Fails when a test failed, when none passed, or when there is no log: whatever the reason, that is
no success.
"""
import collections
import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP", "IGNORED"}


def main() -> int:
    counts = collections.Counter()
    try:
        with open(sys.argv[1], encoding="utf-8") as log:
            for line in log:
                result = json.loads(line)["result"]
                if result in PASSED:
                    counts["passed"] += 1
                elif result in SKIPPED:
                    counts["skipped"] += 1
                else:
                    counts["failed"] += 1
    except OSError as error:
        print(f"check: no tests were run: {error}", file=sys.stderr)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 0 if counts["passed"] and not counts["failed"] else 1


sys.exit(main())
