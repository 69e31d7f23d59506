# SPDX-License-Identifier: Apache-2.0
"""test_sqlite.py WEFT SOURCE FOLDER: `weft sql` as users run it, on SQLite."""
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from xml.etree import ElementTree

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "report"))
import json_schema  # noqa: E402

WEFT, SOURCE, FOLDER = (os.path.abspath(argument) for argument in sys.argv[1:4])
EXAMPLES = os.path.join(SOURCE, "examples", "sql")

COUNTER = """
setup { CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0) }
session a
step a1 { SELECT v FROM t } -> v
step a2 { UPDATE t SET v = {v} + 1 }
session b
step b1 { SELECT v FROM t } -> v
step b2 { UPDATE t SET v = {v} + 1 }
"""


def weft(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([WEFT, *arguments], cwd=FOLDER, capture_output=True, text=True,
                          check=False, timeout=120)


def write(name: str, text: str) -> str:
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def explore(path: str, *options: str, status: int) -> dict:
    done = weft("sql", "--engine", "sqlite", "--json", "-", *options, path)
    assert done.returncode == status, (path, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def kinds(report: dict) -> list[str]:
    return sorted({finding["kind"] for finding in report["findings"]})


def refused(text: str, message: str, *options: str) -> None:
    done = weft("sql", *options, write("refused.spec", text))
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert done.stderr.count("\n") == 1 and message in done.stderr, done.stderr


def examples_show_their_bug_and_the_repaired_ones_are_silent():
    shown = {"double-payment": ["invariant", "predicate-write-skew"], "lost-update": ["lost-update"],
             "job-twice": ["invariant", "predicate-write-skew"], "transfer-crash": ["half-done"]}
    for name, expected in shown.items():
        assert kinds(explore(f"{EXAMPLES}/{name}.spec", status=1)) == expected, name
        assert not explore(f"{EXAMPLES}/{name}-fixed.spec", status=0)["findings"], name


def the_same_interleaving_gives_the_same_three_times():
    for name in sorted(os.listdir(EXAMPLES)):
        if not name.endswith(".spec"):
            continue
        reports = []
        for _ in range(3):
            done = weft("sql", "--engine", "sqlite", "--json", "-", f"{EXAMPLES}/{name}")
            report = json.loads(done.stdout)
            report.pop("seconds")
            for level in report["levels"]:
                level.pop("search_seconds")
            reports.append(report)
            for finding in report["findings"]:
                assert finding["replays_reproduced"] == finding["replays"] == 3, (name, finding)
            assert all(level["divergences"] == 0 for level in report["levels"]), name
        assert reports[0] == reports[1] == reports[2], name


def pruning_loses_no_finding():
    for name in ("double-payment", "lost-update", "job-twice"):
        pruned = explore(f"{EXAMPLES}/{name}.spec", status=1)
        whole = explore(f"{EXAMPLES}/{name}.spec", "--no-pruning", status=1)
        assert kinds(pruned) == kinds(whole)
        assert pruned["executions"] < whole["executions"]


def a_counter_has_six_interleavings():
    report = explore(write("counter.spec", COUNTER), "--no-pruning", status=1)
    assert report["executions"] == 6 and report["levels"][0]["wrong"] == 4, report["levels"]
    assert report["levels"][0]["complete"]


def a_limit_is_told():
    report = explore(write("counter.spec", COUNTER), "--max", "2", "--no-fixes", status=1)
    assert report["executions"] == 2 and not report["levels"][0]["complete"]


def a_schedule_replays_and_no_longer_fits_a_changed_file():
    path = write("counter.spec", COUNTER)
    report = explore(path, status=1)
    schedule = report["findings"][0]["schedule"]
    done = weft("replay", schedule)
    assert done.returncode == 1 and "lost update" in done.stdout, done.stdout + done.stderr
    write("counter.spec", COUNTER.replace("{v} + 1", "v + 1").replace("SELECT v FROM", "SELECT 1 FROM"))
    assert weft("replay", schedule).returncode == 0
    write("counter.spec", COUNTER.replace("session b", "session c"))
    assert weft("replay", schedule).returncode == 3


def schedules_folder(*names: str) -> str:
    """A folder of schedules, and what they were made from: one for each example, if its bug is there."""
    folder = os.path.join(FOLDER, "suite")
    shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        assert weft("sql", "--engine", "sqlite", "--no-fixes", "--out", folder, name).returncode == 1, name
    return folder


def a_folder_of_schedules_is_a_suite():
    path = write("counter.spec", COUNTER)
    folder = schedules_folder(path, f"{EXAMPLES}/transfer-crash.spec")
    done = weft("replay", folder, "--junit", "suite.xml")
    assert done.returncode == 1 and "0 of 3 schedules passed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("FAILED ") == 3 and "transfer-crash-half-done-2.weft: half-done: a part" in done.stdout
    suite = ElementTree.parse(f"{FOLDER}/suite.xml").getroot().find("testsuite")
    assert suite.get("tests") == suite.get("failures") == "3" and suite.get("errors") == "0"
    assert "begins" not in suite[0][0].text and "a2: UPDATE t" in suite[0][0].text, suite[0][0].text
    write("counter.spec", COUNTER.replace("{v} + 1", "v + 1").replace("SELECT v FROM", "SELECT 1 FROM"))
    done = weft("replay", folder)
    assert done.returncode == 1 and "1 of 3 schedules passed" in done.stdout, done.stdout
    assert "counter-lost-update-1.weft: the schedule ends as some serial order does" in done.stdout
    write("counter.spec", COUNTER.replace("session b", "session c"))
    done = weft("replay", folder)
    assert "does not fit" in done.stdout and "no session 'b' any more" in done.stdout, done.stdout
    os.unlink(path)
    done = weft("replay", folder)
    assert "error " in done.stdout and "cannot open" in done.stdout and done.returncode == 1, done.stdout


def a_replay_writes_reports_and_refuses_what_has_no_meaning():
    folder = schedules_folder(write("counter.spec", COUNTER))
    done = weft("replay", "--json", "-", "--junit", "replay.xml", f"{folder}/counter-lost-update-1.weft")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    finding = report["findings"][0]
    assert [finding[key] for key in ("kind", "replays", "replays_reproduced")] == ["lost-update", 1, 1]
    subprocess.run(["xmllint", "--noout", "--schema", f"{SOURCE}/tests/report/schema/junit.xsd",
                    f"{FOLDER}/replay.xml"], check=True)
    for options in (["--gdb"], ["--sarif", "x.sarif"]):
        done = weft("replay", *options, f"{folder}/counter-lost-update-1.weft")
        assert done.returncode == 2 and "has no meaning for it" in done.stderr, done.stderr
    done = weft("replay", f"{folder}/counter-lost-update-1.weft", "--", "true")
    assert done.returncode == 2 and "a program has no meaning" in done.stderr, done.stderr


def a_schedule_says_which_server_and_not_what_later_versions_have():
    folder = schedules_folder(write("counter.spec", COUNTER))
    path = f"{folder}/counter-lost-update-1.weft"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "sql-server" not in text
    for line, status in (("sql-server private", 1), ("sql-server rented", 2), ("sql-cloud x", 1)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("sql-order", f"{line}\nsql-order"))
        done = weft("replay", path)
        assert done.returncode == status, (line, done.stdout, done.stderr)


def findings_of_one_execution_share_its_columns():
    done = weft("sql", "--no-fixes", f"{EXAMPLES}/double-payment.spec")
    assert done.stdout.count("look1: SELECT") == 1, done.stdout
    assert done.stdout.index("(G2)") < done.stdout.index("broken invariant") < done.stdout.index("look1")
    assert done.stdout.count("weft replay weft-out/") == 2, done.stdout
    report = explore(f"{EXAMPLES}/double-payment.spec", "--no-fixes", status=1)
    assert [len(finding["events"]) for finding in report["findings"]] == [4, 4], report["findings"]


def what_a_fault_leaves_counts_as_wrong():
    report = explore(f"{EXAMPLES}/transfer-crash.spec", status=1)
    level = report["levels"][0]
    assert (level["executions"], level["wrong"]) == (3, 2), level
    done = weft("sql", f"{EXAMPLES}/transfer-crash.spec")
    assert "0 of 3 still" in done.stdout, done.stdout


def fixes_that_were_not_tried_come_last():
    done = weft("sql", f"{EXAMPLES}/lost-update.spec")
    tried, rest = done.stdout.split("fixes that were not tried\n")
    assert "helps, 0 of" in tried and "FOR UPDATE" not in tried.split("fixes, tried")[1], done.stdout
    rest = rest.split("\n\n")[0].split("\n")
    assert all(line.count(": ") == 1 for line in rest) and len(rest) == 6, rest


def a_transaction_around_a_session_keeps_what_it_has_before_and_after():
    text = """
setup { CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0); CREATE TABLE seen (n INT) }
""" + COUNTER.split("}", 1)[1].replace("session a", "session a setup { INSERT INTO seen VALUES (1) }").replace(
        "session b", "teardown { INSERT INTO seen VALUES (2) }\nsession b")
    text += "invariant { SELECT sum(n) = 3 FROM seen }\ninvariant { SELECT v = 2 FROM t }\n"
    report = explore(write("around.spec", text), "--oracle", "invariant", status=1)
    fix = next(fix for fix in report["fixes"] if fix["fix"] == "one transaction")
    assert fix["helps"] and fix["change"].startswith("a: BEGIN IMMEDIATE ... COMMIT"), fix


def servers_and_engines_that_contradict_each_other_are_told():
    for options, message in ((["--connect", "x"], "SQLite has no server"),
                             (["--start", "all"], "SQLite has no server"),
                             (["--engine", "mariadb", "--start", "postgres"], "are at odds"),
                             (["--engine", "postgres", "--start", "postgres", "--connect", "x"], "'--connect' names")):
        refused(COUNTER, message, *options)
    refused("engine postgres, mariadb\n" + COUNTER, "'--engine' says which", "--connect", "x")


def all_engines_of_the_file_are_run():
    path = write("engines.spec", "engine sqlite, postgres, sqlite\n" + COUNTER)
    done = subprocess.run([WEFT, "sql", "--no-fixes", "--json", "engines.json", path], cwd=FOLDER, text=True,
                          capture_output=True, check=False, env=os.environ | {"PGHOST": "/nowhere"})
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert "cannot connect to PostgreSQL" in done.stderr and "'--start all' starts a private" in done.stderr
    assert done.stdout.startswith("== sqlite ") and "weft-out/engines-lost-update-sqlite-1.weft" in done.stdout
    with open(f"{FOLDER}/engines.json", encoding="utf-8") as file:
        assert json.load(file)["engine"] == "sqlite"


def fixes_are_tried():
    report = explore(write("counter.spec", COUNTER), status=1)
    helps = {fix["fix"]: fix["helps"] for fix in report["fixes"] if fix["applies"]}
    assert helps == {"one transaction": True, "atomic UPDATE": True}, report["fixes"]


def a_refused_transaction_is_a_finding_unless_it_retries():
    text = COUNTER.replace("step a1", "step a0 { BEGIN }\nstep a1").replace(
        "session b", "step a3 { COMMIT }\nsession b").replace(
        "step b1", "step b0 { BEGIN }\nstep b1") + "step b3 { COMMIT }\n"
    assert kinds(explore(write("tx.spec", text), "--no-fixes", status=1)) == ["serialization-failure"]
    text = text.replace("session a", "session a retry 5").replace("session b", "session b retry 5")
    explore(write("tx.spec", text), status=0)


def doing_it_twice_is_noticed():
    text = """
setup { CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0) }
session s
step add { UPDATE t SET v = v + 1 }
repeat step add
"""
    assert kinds(explore(write("twice.spec", text), status=1)) == ["not-idempotent"]
    explore(write("twice.spec", text.replace("v = v + 1", "v = 1")), status=0)


def generated_numbers_do_not_count():
    text = """
setup { CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT) }
session a
step a1 { INSERT INTO t (who) VALUES ('a') }
session b
step b1 { INSERT INTO t (who) VALUES ('b') }
"""
    explore(write("numbers.spec", text), "--oracle", "serial", status=0)


def ignored_columns_do_not_count():
    text = """
setup { CREATE TABLE t (id INT PRIMARY KEY, at INT); INSERT INTO t VALUES (1, 0) }
session a
step a1 { UPDATE t SET at = abs(random()) }
session b
step b1 { SELECT at FROM t }
"""
    explore(write("ignored.spec", text), "--no-fixes", "--oracle", "serial", status=1)
    for names in ("at", "t.at", "id, at"):
        explore(write("ignored.spec", f"ignore {names}\n{text}"), "--oracle", "serial", status=0)


def final_says_what_counts():
    text = """
setup { CREATE TABLE t (x INT, y INT); INSERT INTO t VALUES (0, 0) }
session a
step a1 { UPDATE t SET x = 1 }
step a2 { UPDATE t SET y = 1 }
session b
step b1 { UPDATE t SET x = 2 }
step b2 { UPDATE t SET y = 2 }
"""
    explore(write("final.spec", text), "--no-fixes", status=1)
    explore(write("final.spec", text + "final { SELECT x FROM t }\nfinal rows { SELECT count(*) FROM t }"),
            status=0)


def a_session_done_twice_is_noticed():
    text = """
setup { CREATE TABLE mail (n INT) }
session s
step look { SELECT count(*) FROM mail } -> n
step send when n < 5 { INSERT INTO mail VALUES (1) }
repeat session s
"""
    assert kinds(explore(write("again.spec", text), status=1)) == ["not-idempotent"]
    explore(write("again.spec", text.replace("n < 5", "n = 0")), status=0)


def captured_texts_stay_texts():
    text = """
setup { CREATE TABLE t (code TEXT, n INT); INSERT INTO t VALUES ('007', 1), ('7', 2), ('it''s', 3) }
session s
step c1 { SELECT code FROM t WHERE n = 1 } -> c
step u1 { DELETE FROM t WHERE code = {c} }
step c2 { SELECT code FROM t WHERE n = 3 } -> c
step u2 { DELETE FROM t WHERE code = {c} }
step c3 { SELECT n FROM t WHERE n = 9 } -> none
step u3 when none = null { UPDATE t SET n = {none} }
invariant { SELECT count(*) = 1 AND max(code) = '7' AND max(n) IS NULL FROM t }
"""
    explore(write("captured.spec", text), status=0)


def a_step_that_fails_in_a_transaction_undoes_it():
    text = COUNTER + "fail step a2\ncrash after a1\n"
    report = explore(write("fails.spec", text), "--oracle", "invariant", "--no-fixes", status=0)
    assert report["executions"] > 6


def the_matrix_has_a_row_for_each_level_that_there_is():
    text = "engine sqlite, postgres\nisolation read committed, serializable, default\n" + COUNTER
    levels = [level["isolation"] for level in explore(write("matrix.spec", text), status=1)["levels"]]
    assert levels == ["serializable", "default"], levels


def a_broken_invariant_alone_is_found():
    text = COUNTER + 'invariant "two" { SELECT v = 2 FROM t }\n'
    report = explore(write("counter.spec", text), "--oracle", "invariant", "--no-fixes", status=1)
    assert kinds(report) == ["invariant"]
    explore(write("counter.spec", text), "--oracle", "none", status=0)


def junit_has_a_failure():
    path = write("counter.spec", COUNTER)
    assert weft("sql", path, "--junit", "counter.xml").returncode == 1
    subprocess.run(["xmllint", "--noout", "--schema", f"{SOURCE}/tests/report/schema/junit.xsd",
                    f"{FOLDER}/counter.xml"], check=True)
    with open(f"{FOLDER}/counter.xml", encoding="utf-8") as file:
        assert 'failures="1"' in file.read()


def json_is_as_its_schema_says():
    with open(f"{SOURCE}/docs/schema/sql.json", encoding="utf-8") as file:
        schema = json.load(file)
    for name in sorted(os.listdir(EXAMPLES)):
        if name.endswith(".spec"):
            done = weft("sql", "--engine", "sqlite", "--json", "-", f"{EXAMPLES}/{name}")
            wrong = json_schema.violations(json.loads(done.stdout), schema, schema, name)
            assert not wrong, wrong


def check_only_reads():
    done = weft("sql", "--check", write("counter.spec", COUNTER))
    assert done.returncode == 0 and "2 sessions, 4 steps" in done.stdout


def what_is_wrong_is_told_in_one_line():
    refused("session s\nstep a { SELECT 1", ":2:8: the SQL that begins here has no end")
    refused("setup { CREATE TABL t }\nsession s step a { SELECT 1 }", "the setup of")
    refused("session s step a { SELECT 1 }\ninvariant { SELECT 1, 2 }", "one row of one value")
    refused("session s step a { SELECT 1 }\ninvariant { SELECT absent }", "no such column")
    refused("session s step a { SELECT 1 }\nfinal { SELECT * FROM nowhere }", "no such table")
    done = weft("sql", "not-there.spec")
    assert done.returncode == 2 and "No such file" in done.stderr
    done = weft("sql", "--engine", "postgres", "--connect", "host=/nowhere",
                write("counter.spec", COUNTER))
    assert done.returncode == 2 and done.stderr.startswith("weft sql: "), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("'--start postgres' starts a private server") == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def statements_do_not_overlap_here():
    refused(COUNTER + "overlap a2\n", "'overlap' is for PostgreSQL and MariaDB")


def a_full_disk_is_told_and_is_no_finding():
    text = """
setup { CREATE TABLE big (v TEXT) }
session s
step fill { WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 2000)
	INSERT INTO big SELECT hex(randomblob(1000)) FROM n }
"""
    done = subprocess.run([WEFT, "sql", write("full.spec", text)], cwd=FOLDER, check=False,
                          capture_output=True, text=True, timeout=120,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                (1024 * 1024, 1024 * 1024)))
    assert done.returncode == 2 and done.stderr.count("\n") == 1, (done.returncode, done.stderr)
    assert "the database can't go on, in step 'fill'" in done.stderr, done.stderr


def a_report_that_cannot_be_written_is_told():
    done = weft("sql", "--json", "/dev/full", f"{EXAMPLES}/lost-update-fixed.spec")
    assert done.returncode == 2 and "cannot write '/dev/full'" in done.stderr, done.stderr
    done = weft("sql", "--out", "/dev/null/out", f"{EXAMPLES}/lost-update.spec")
    assert done.returncode == 1 and "lost update" in done.stdout, done.stdout
    assert "cannot make the folder" in done.stderr, done.stderr


def a_driver_that_is_missing_is_told():
    place = os.path.join(FOLDER, "drivers")
    os.makedirs(place, exist_ok=True)
    for library, engine, package in (("libsqlite3.so.0", "sqlite", "libsqlite3-0"),
                                     ("libpq.so.5", "postgres", "libpq5"),
                                     ("libmariadb.so.3", "mariadb", "libmariadb3")):
        with open(f"{place}/{library}", "w", encoding="utf-8"):
            pass
        done = subprocess.run([WEFT, "sql", "--engine", engine, write("counter.spec", COUNTER)],
                              cwd=FOLDER, check=False, capture_output=True, text=True,
                              env=os.environ | {"LD_LIBRARY_PATH": place})
        assert done.returncode == 2 and package in done.stderr, (done.returncode, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr


def ctrl_c_ends_in_order():
    place = os.path.join(FOLDER, "interrupted")
    os.makedirs(place, exist_ok=True)
    steps = "".join(f"session s{s}\n" + "".join(
        f"step s{s}t{i} {{ SELECT {s} + v FROM t }}\n" for i in range(8)) for s in range(4))
    path = write("long.spec", COUNTER.split("session", 1)[0] + steps)
    process = subprocess.Popen([WEFT, "sql", "--no-pruning", path], cwd=FOLDER, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"TMPDIR": place})
    while not os.listdir(place):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and "interrupted" in output, (process.returncode, output, errors)
    assert not os.listdir(place), os.listdir(place)


def time_is_a_limit_of_the_whole():
    report = explore(os.path.join(FOLDER, "long.spec"), "--no-pruning", "--time", "200ms", status=0)
    assert report["interrupted"] and not report["levels"][0]["complete"]


def a_step_that_never_ends_meets_the_limit():
    text = """
session s
step loop { WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n }
"""
    done = explore(write("loop.spec", text), "--timeout", "100ms", "--no-fixes", status=1)
    assert kinds(done) == ["timeout"]


def an_error_of_a_step_is_no_finding():
    report = explore(write("error.spec", "session s step a { SELECT * FROM nowhere }"), status=0)
    assert report["executions"] == 1


def nothing_is_left_behind():
    place = os.path.join(FOLDER, "temporary")
    os.makedirs(place, exist_ok=True)
    subprocess.run([WEFT, "sql", "-q", write("counter.spec", COUNTER)], cwd=FOLDER, check=False,
                   env=os.environ | {"TMPDIR": place}, stdout=subprocess.DEVNULL)
    assert not os.listdir(place), os.listdir(place)


def no_place_for_the_database_is_told():
    done = subprocess.run([WEFT, "sql", write("counter.spec", COUNTER)], cwd=FOLDER, check=False,
                          env=os.environ | {"TMPDIR": "/nowhere"}, capture_output=True, text=True)
    assert done.returncode == 2 and "cannot make a temporary folder" in done.stderr, done.stderr


def main() -> int:
    os.makedirs(FOLDER, exist_ok=True)
    tests = [value for value in globals().values()
             if callable(value) and getattr(value, "__module__", "") == "__main__"
             and value not in (main, weft) and value.__code__.co_argcount == 0]
    for test in tests:
        test()
        print(f"ok {test.__name__}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
