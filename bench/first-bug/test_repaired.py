# SPDX-License-Identifier: Apache-2.0
"""test_repaired.py WEFT FOLDER PROGRAM...: weft finds nothing in the repaired programs."""
import pathlib
import subprocess
import sys
import tempfile

EXECUTIONS = 200


def main() -> int:
    weft, folder = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for name in sys.argv[3:]:
            done = subprocess.run([weft, "test", "--quiet", "--schedules", str(EXECUTIONS), "--",
                                   folder / name], cwd=work, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=False)
            print(f"{name}: {done.returncode}", flush=True)
            if done.returncode != 0 or done.stdout:
                print(done.stdout + done.stderr)
                failed.append(name)
    print(f"{len(sys.argv) - 3} programs; not silent: {' '.join(failed) or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
