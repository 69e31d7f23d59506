# SPDX-License-Identifier: Apache-2.0
"""test_isolation.py WEFT FOLDER [NAME...]: PostgreSQL's own isolation specs, byte for byte.

The specs and what they are expected to print come from Debian's source package, which is fetched into
FOLDER once. WEFT_POSTGRES_SOURCE names a folder that has src/test/isolation already.
"""
import difflib
import glob
import os
import subprocess
import sys
import time

import servers

SPECS_MIN = 115
PASSED_MIN = 115
STEP_SECONDS = 120

SOURCES = """deb-src http://deb.debian.org/debian bookworm main
deb-src http://deb.debian.org/debian bookworm-updates main
deb-src http://deb.debian.org/debian-security bookworm-security main
"""

# What pg_regress sets for its tests.
ENVIRONMENT = {"PGTZ": "PST8PDT", "PGDATESTYLE": "Postgres, MDY", "LC_MESSAGES": "C",
               "PGOPTIONS": "-c intervalstyle=postgres_verbose"}


def fetch(folder: str) -> str:
    """The folder of the specs."""
    own = os.environ.get("WEFT_POSTGRES_SOURCE")
    pattern = os.path.join(own or folder, "*" if not own else "", "src/test/isolation")
    if not glob.glob(pattern):
        os.makedirs(f"{folder}/lists/partial", exist_ok=True)
        with open(f"{folder}/sources.list", "w", encoding="utf-8") as file:
            file.write(SOURCES)
        apt = ["apt-get", "-q", "-o", f"Dir::Etc::sourcelist={folder}/sources.list", "-o",
               "Dir::Etc::sourceparts=/dev/null", "-o", f"Dir::State::Lists={folder}/lists"]
        subprocess.run(apt + ["update"], check=True, stdout=subprocess.DEVNULL)
        # The newest that the archive still has.
        known = subprocess.run(["apt-cache"] + apt[2:] + ["showsrc", "postgresql-15"], check=True,
                               capture_output=True, text=True).stdout
        versions = sorted({line.split()[1] for line in known.splitlines()
                           if line.startswith("Version:")}, reverse=True)
        for version in versions:
            if subprocess.run(apt + ["source", "--download-only", f"postgresql-15={version}"],
                              cwd=folder, check=False).returncode == 0:
                break
        archive = sorted(glob.glob(f"{folder}/postgresql-15_*.orig.tar.bz2"))[-1]
        subprocess.run(["tar", "xf", archive, "--wildcards", "*/src/test/isolation/*"], cwd=folder,
                       check=True)
    return glob.glob(pattern)[0]


def expected(folder: str, name: str) -> list[str]:
    """Each of what the spec may print: NAME.out, NAME_1.out ..."""
    paths = [f"{folder}/expected/{name}.out"] + sorted(glob.glob(f"{folder}/expected/{name}_[0-9].out"))
    texts = []
    for path in paths:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
    return texts


def run(weft: str, connection: str, folder: str, name: str) -> tuple[bool, str]:
    environment = os.environ | ENVIRONMENT | {"PGAPPNAME": f"isolation/{name}"}
    done = subprocess.run([weft, "sql", "--compat", "--connect", connection, "--timeout",
                           f"{STEP_SECONDS}s", f"{folder}/specs/{name}.spec"],
                          capture_output=True, text=True, env=environment, check=False)
    # isolationtester's messages come where they happen; pg_regress takes both streams as one.
    texts = expected(folder, name)
    output = done.stdout
    if output in texts or done.stderr + output in texts:
        return True, ""
    diff = min(("".join(difflib.unified_diff(text.splitlines(True), output.splitlines(True),
                                             "expected", "weft", n=2)) for text in texts), key=len)
    return False, diff + done.stderr


def create_database(connection: str) -> str:
    subprocess.run(["psql", "-qX", connection, "-c", "CREATE DATABASE isolation_regression"], check=True)
    return connection.replace("dbname=postgres", "dbname=isolation_regression")


def main() -> int:
    weft, cache = sys.argv[1:3]
    folder = fetch(os.path.abspath(cache))
    names = sys.argv[3:] or sorted(os.path.basename(p)[:-5] for p in glob.glob(f"{folder}/specs/*.spec"))
    failed = []
    with servers.postgres() as (connection, _):
        connection = create_database(connection)
        for name in names:
            start = time.monotonic()
            same, diff = run(weft, connection, folder, name)
            print(f"{'same' if same else 'DIFFERS'} {name} {time.monotonic() - start:.2f} s", flush=True)
            if not same:
                failed.append(name)
                print(diff)
    print(f"{len(names) - len(failed)} of {len(names)} specs print what they should; "
          f"not: {' '.join(failed) or 'none'}")
    enough = len(names) >= SPECS_MIN or bool(sys.argv[3:])
    return 0 if enough and len(names) - len(failed) >= min(PASSED_MIN, len(names)) else 1


if __name__ == "__main__":
    sys.exit(main())
