#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weft test` as a user meets it: exit statuses, messages, files, signals, terminals.

Nothing here waits for time to pass: where a moment matters, it is read from a pipe.
"""
import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import tempfile
import unittest

WEFT = os.environ["WEFT"]
PROGRAMS = os.environ["PROGRAMS"]
UNLIMITED = "1000000000"


def program(name):
    return os.path.join(PROGRAMS, name)


def setUpModule():
    """Under nohup, or in the background of a shell, these would be ignored in all that is started here."""
    for number in signal.SIGHUP, signal.SIGINT, signal.SIGTERM:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="weft-campaign-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_test(self, *arguments, **settings):
        settings.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run([WEFT, "test", *arguments], cwd=self.folder, text=True,
                              capture_output=True, **settings)

    def start_test(self, *arguments, **settings):
        done = subprocess.Popen([WEFT, "test", *arguments], cwd=self.folder, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **settings)
        self.addCleanup(done.kill)
        return done

    def test_a_deadlock_is_found_and_saved(self):
        done = self.run_test("--", program("two_locks"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("deadlock", done.stdout)
        saved = os.listdir(self.path("weft-out"))
        self.assertEqual(len(saved), 1)
        self.assertTrue(saved[0].endswith(".weft"))

    def test_nothing_found_leaves_no_folder(self):
        done = self.run_test("--strategy", "sequential", "--schedules", "3", "--predictions",
                             "off", "--", program("two_locks"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing found in 3 executions", done.stdout)
        self.assertFalse(os.path.exists(self.path("weft-out")))

    def test_the_number_of_workers_changes_nothing(self):
        reports = []
        for jobs in "1", "2", "3":
            done = self.run_test("--jobs", jobs, "--json", "-", "--schedules", "150", "--",
                                 program("two_locks"))
            report = json.loads(done.stdout)
            del report["seconds"], report["jobs"]
            reports.append(report)
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])
        self.assertEqual(reports[0]["findings"][0]["replays_reproduced"], 10)

    def test_address_randomisation_changes_nothing(self):
        reports = []
        for prefix in [], [program("without_personality")]:
            done = subprocess.run([*prefix, WEFT, "test", "--jobs", "2", "--json", "-", "--",
                                   program("lost_update")], cwd=self.folder, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True)
            self.assertEqual(done.returncode, 1, done.stderr)
            report = json.loads(done.stdout)
            del report["seconds"]
            reports.append(report)
        self.assertEqual(reports[0], reports[1])
        self.assertGreater(reports[0]["failures"], 1)
        self.assertEqual(reports[0]["findings"][0]["replays_reproduced"], 10)

    def test_first_stops_at_the_first_finding(self):
        done = self.run_test("--first", "--json", "r.json", "--", program("two_locks"))
        with open(self.path("r.json")) as file:
            report = json.load(file)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(report["executions"], report["findings"][0]["first_execution"])

    def test_quiet_prints_findings_only(self):
        done = self.run_test("--quiet", "--schedules", "3", "--", program("input_reader"))
        self.assertIn("exit-status", done.stdout)
        self.assertNotIn("distinct behaviour", done.stdout)
        self.assertEqual(done.stderr, "")

    def test_every_execution_reads_the_same_input(self):
        done = self.run_test("--schedules", "5", "--", program("input_reader"), stdin=None,
                             input="hello\n")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_output_is_checked_when_asked(self):
        done = self.run_test("--", program("order_printer"))
        self.assertEqual(done.returncode, 0, done.stdout)
        done = self.run_test("--check-output", "--", program("order_printer"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("output", done.stdout)

    def test_a_folder_that_cannot_be_made_costs_no_finding(self):
        open(self.path("file"), "w").close()
        done = self.run_test("--out", "file/out", "--", program("two_locks"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("deadlock", done.stdout)
        self.assertRegex(done.stderr,
                         r"(?m)^weft test: cannot make the folder 'file/out': Not a directory")

    def test_a_report_that_cannot_be_written_is_an_error(self):
        done = self.run_test("--schedules", "3", "--json", "no/r.json", "--strategy",
                             "sequential", "--predictions", "off", "--", program("two_locks"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("no/r.json", done.stderr)

    def test_memory_is_limited_when_asked(self):
        for limit, status in ("1024", 0), ("100", 1):
            done = self.run_test("--schedules", "2", "--memory-limit", limit, "--",
                                 program("allocator"))
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)

    def test_an_endless_loop_is_a_hang(self):
        done = self.run_test("--schedules", "1", "--stall-limit", "20ms", "--",
                             program("endless"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("hang", done.stdout)

    def test_wrong_options_are_named(self):
        for arguments, word in (
                (["--model", "c11", "--", program("two_locks")], "c11"),
                (["--strategy", "best", "--", program("two_locks")], "best"),
                (["--jobs", "0", "--", program("two_locks")], "--jobs"),
                (["--time", "soon", "--", program("two_locks")], "--time"),
                (["--"], "program"),
                (["--", "./no-such-program"], "no-such-program")):
            done = self.run_test(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(word, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_help_has_examples(self):
        done = self.run_test("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("examples:", done.stdout)

    def test_an_interrupt_ends_in_order_with_what_was_found(self):
        done = self.start_test("--schedules", UNLIMITED, "--json", "r.json", "--",
                               program("two_locks"))
        self.assertIn("deadlock", done.stdout.readline())
        done.send_signal(signal.SIGINT)
        out, _ = done.communicate()
        self.assertEqual(done.returncode, 1)
        self.assertIn("(interrupted)", out)
        with open(self.path("r.json")) as file:
            self.assertTrue(json.load(file)["interrupted"])

    def start_endless(self, *arguments):
        """Returns when an execution runs, with the end of a pipe that all its processes hold."""
        read_end, write_end = os.pipe()
        done = self.start_test("--stall-limit", "1h", *arguments, "--", program("endless"),
                               str(write_end), pass_fds=[write_end])
        os.close(write_end)
        self.assertEqual(os.read(read_end, 1), b"x")
        return done, read_end

    def wait_for_end_of_all(self, read_end):
        while os.read(read_end, 4096):
            pass
        os.close(read_end)

    def test_an_interrupt_leaves_no_process_behind(self):
        done, read_end = self.start_endless()
        done.send_signal(signal.SIGTERM)
        self.wait_for_end_of_all(read_end)
        out, errors = done.communicate()
        self.assertEqual(done.returncode, 0, out)
        self.assertIn("not one execution ended", errors)

    def test_a_second_signal_ends_at_once(self):
        done, read_end = self.start_endless()
        done.send_signal(signal.SIGINT)
        done.send_signal(signal.SIGTERM)
        self.wait_for_end_of_all(read_end)
        done.communicate()
        self.assertIn(done.returncode, (-signal.SIGTERM, -signal.SIGINT))

    def test_daemons_of_the_program_end_with_their_execution(self):
        for arguments in ["--schedules", "5"], ["--stall-limit", "50ms", "--schedules", "1"]:
            read_end, write_end = os.pipe()
            stay = ["stay"] if "--stall-limit" in arguments else []
            done = self.start_test(*arguments, "--", program("daemon_maker"), *stay,
                                   pass_fds=[write_end])
            os.close(write_end)
            out, errors = done.communicate()
            self.assertEqual(done.returncode, len(stay), out + errors)
            self.wait_for_end_of_all(read_end)

    def test_a_killed_tool_leaves_no_process_behind(self):
        done, read_end = self.start_endless()
        done.kill()
        self.wait_for_end_of_all(read_end)
        done.communicate()

    def test_a_program_that_closes_descriptors_is_tested_like_any_other(self):
        done = self.run_test("--schedules", "5", "--", "/bin/sh", "-c",
                             "exec 3>&- 4>&- 0<&-; exit 0")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)

    def test_a_killed_tool_leaves_no_daemon_behind(self):
        for number in signal.SIGKILL, signal.SIGHUP:
            read_end, write_end = os.pipe()
            done = self.start_test("--stall-limit", "1h", "--", program("daemon_maker"), "stay",
                                   str(write_end), pass_fds=[write_end])
            os.close(write_end)
            self.assertEqual(os.read(read_end, 1), b"x")
            done.send_signal(number)
            if number == signal.SIGHUP:
                done.send_signal(signal.SIGTERM)
            self.wait_for_end_of_all(read_end)
            done.communicate()

    def test_a_killed_server_goes_unnoticed(self):
        done, read_end = self.start_endless("--schedules", "1", "--jobs", "1")
        with open(f"/proc/{done.pid}/task/{done.pid}/children") as file:
            (server,) = file.read().split()
        os.kill(int(server), signal.SIGKILL)
        # The execution is tried again by a new server, and ended in order.
        self.assertEqual(os.read(read_end, 1), b"x")
        done.send_signal(signal.SIGHUP)
        self.wait_for_end_of_all(read_end)
        out, _ = done.communicate()
        self.assertEqual(done.returncode, 0, out)
        self.assertIn("(interrupted)", out)

    def test_a_reader_that_leaves_costs_no_result(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run([WEFT, "test", "--schedules", UNLIMITED, "--json", "r.json", "--",
                               program("two_locks")], cwd=self.folder, stdout=write_end,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        os.close(write_end)
        self.assertEqual(done.returncode, 1, done.stderr)
        with open(self.path("r.json")) as file:
            self.assertEqual(len(json.load(file)["findings"]), 1)

    def test_full_disks_are_named(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([WEFT, "test", "--quiet", "--", program("two_locks")],
                                  cwd=self.folder, stdin=subprocess.DEVNULL, stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr), (
            1, "weft test: cannot write to standard output: No space left on device\n"))
        done = self.run_test("--quiet", "--schedules", "2", "--strategy", "sequential",
                             "--predictions", "off", "--json", "/dev/full", "--",
                             program("two_locks"))
        self.assertEqual((done.returncode, done.stderr), (
            2, "weft test: cannot write the json report '/dev/full': No space left on device\n"))

    def test_a_limit_on_file_sizes_is_named(self):
        done = self.run_test("--quiet", "--json", "r.json", "--", program("two_locks"),
                             preexec_fn=lambda: resource.setrlimit(
                                 resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY)))
        self.assertEqual(done.returncode, 2)
        self.assertIn("File too large", done.stderr)

    def test_limits_that_leave_no_room_are_named(self):
        for number, value, word in ((resource.RLIMIT_AS, 3 << 30, "ulimit -v"),
                                    (resource.RLIMIT_NOFILE, 12, "ulimit -n")):
            done = self.run_test("--", program("two_locks"), preexec_fn=lambda: resource.setrlimit(
                number, (value, value)))
            self.assertEqual(done.returncode, 2)
            self.assertIn(word, done.stderr)
        done = self.run_test("--jobs", "200", "--", program("two_locks"),
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^weft test: 200 jobs need more open files .*64\n$")

    def test_closed_standard_descriptors(self):
        for fd in 0, 1, 2:
            done = subprocess.run(["/bin/sh", "-c", f'exec {fd}>&-; exec "$@"', "sh", WEFT, "test",
                                   "--quiet", "--", program("two_locks")], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1, fd)
            self.assertEqual(len(os.listdir(self.path("weft-out"))), 1)

    def test_gigabytes_of_output_are_no_finding(self):
        done = self.run_test("--schedules", "1", "--", program("talker"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_input_is_kept_for_replaying(self):
        done = self.run_test("--schedules", "5", "--", program("input_reader"), stdin=None,
                             input="other\n")
        self.assertEqual(done.returncode, 1)
        (schedule,) = [name for name in os.listdir(self.path("weft-out")) if name.endswith(".weft")]
        with open(self.path("weft-out/" + schedule)) as file:
            self.assertIn("\n# exit-status: ", file.read())
        done = subprocess.run([WEFT, "replay", "weft-out/" + schedule], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        os.remove(self.path("weft-out/" + schedule.replace(".weft", ".input")))
        done = subprocess.run([WEFT, "replay", "weft-out/" + schedule], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot open the input", done.stderr)

    def random_data(self, *arguments):
        """What each execution of a campaign got from getrandom()."""
        log = self.path("random")
        done = self.run_test("--schedules", "4", *arguments, "--", program("random_writer"), log)
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(log, "rb") as file:
            data = file.read()
        os.remove(log)
        return {data[i:i + 8] for i in range(0, len(data), 8)}

    def test_random_data_derive_from_the_seed_alone(self):
        first = self.random_data()
        self.assertEqual(len(first), 1)
        self.assertEqual(self.random_data("--jobs", "3", "--strategy", "pos"), first)
        self.assertNotEqual(self.random_data("--seed", "2"), first)

    def test_what_ends_when_given_more_time_is_no_hang(self):
        done = self.run_test("--schedules", "1", "--stall-limit", "20ms", "--",
                             program("endless"), "-1", self.path("seen"))
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("raise --stall-limit", done.stderr)

    def test_what_ends_when_given_more_operations_is_no_hang(self):
        for rounds in "100", "300":
            done = self.run_test("--schedules", "20", "--step-limit", "1000", "--",
                                 program("long_way"), rounds)
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("more operations than the step limit, but came to an end when given more; "
                      "raise --step-limit", done.stderr)

    def test_what_goes_on_for_ever_is_a_hang_with_no_reason_made_up(self):
        done = self.run_test("--schedules", "20", "--step-limit", "1000", "--",
                             program("long_way"), "-1")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("hang", done.stdout)
        self.assertIn("after 1000 operations, the step limit", done.stdout)
        self.assertNotIn("atomicity", done.stdout)
        self.assertNotIn("raise --step-limit", done.stderr)

    def test_a_failure_that_comes_from_executions_beside_it_is_weft_s_own(self):
        for jobs, status in ("2", 0), ("1", 1):
            done = self.run_test("--jobs", jobs, "--schedules", "100", "--",
                                 program("nth_fails"), "40", self.path("count" + jobs))
            self.assertEqual(done.returncode, status, done.stdout)
            beside = "failed (exit-status) while others ran beside it, but not alone"
            self.assertEqual(beside in done.stderr, jobs == "2", done.stderr)
            self.assertIn("in 100 executions", done.stdout)

    def test_a_wait_that_weft_cannot_follow_is_no_hang(self):
        done = self.run_test("--schedules", "20", "--stall-limit", "100ms", "--",
                             program("raw_waiter"), "raw")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertRegex(done.stderr, "weft test: the program can't be tested: it waits in a system "
                         "call that '.*/raw_waiter' makes without the C library")
        done = self.run_test("--schedules", "20", "--", program("raw_waiter"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_writes_over_the_memory_of_weft_are_named(self):
        for byte in "0", "1", "65", "255":
            done = self.run_test("--quiet", "--schedules", "3", "--", program("scribbler"), byte)
            self.assertEqual((done.returncode, done.stdout), (2, ""), byte)
            self.assertRegex(done.stderr, "^weft test: the program can't be tested: it wrote over memory "
                             "of weft in its process, by a wild write\n$")

    def run_on_terminal(self, *arguments):
        """Returns what appears on a terminal that is stderr."""
        leader, follower = pty.openpty()
        environment = dict(os.environ, TERM="xterm")
        done = subprocess.Popen([WEFT, "test", *arguments], cwd=self.folder, env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=follower)
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            shown += part
        os.close(leader)
        done.communicate()
        return shown.decode()

    def test_a_terminal_shows_one_live_line(self):
        shown = self.run_on_terminal("--time", "500ms", "--strategy", "sequential", "--",
                                     program("two_locks"))
        lines = shown.split("\r\x1b[K")
        self.assertRegex(lines[1], r"^\d+ executions?, [\d.]+/s, \d+ behaviours?, 0 findings, \ds left$")
        self.assertFalse(lines[-1].startswith("0 exec"), lines[-1])

    def test_no_terminal_no_escape_sequences(self):
        done = self.run_test("--", program("two_locks"))
        self.assertNotIn("\x1b", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
