# SPDX-License-Identifier: Apache-2.0
"""Who can end a wait decides the verdict: verdicts.py EXECUTE RUNTIME FOLDER, where the programs are."""
import ctypes
import pathlib
import signal
import subprocess
import sys
import unittest

EXECUTE, RUNTIME, FOLDER = sys.argv[1:4]
CARRIERS = ("fiber", "thread")


def command(program, carrier, strategy="sequential", seed=1):
    path = pathlib.Path(FOLDER) / ("io_" + program)
    return [EXECUTE, RUNTIME, carrier, strategy, str(seed), str(path)]


def run(program, carrier, strategy="sequential", seed=1):
    return subprocess.run(command(program, carrier, strategy, seed), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)


# The system calls that a waiting process is in: read, poll, futex, ppoll.
WAITS = ("0", "7", "202", "271")


def signalled(arguments, wrapped):
    """What the program says that gets a signal in each of two reads, and its status."""
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        output = process.stdout.readline()
        pid = process.pid
        if wrapped:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
            pid = int(children.split()[0])
        interrupt(pid)
        while not output.endswith("1\nwaiting\n"):
            line = process.stdout.readline()
            if not line:
                break
            output += line
        interrupt(pid)
        process.stdin.write("line\n")
        process.stdin.flush()
        output += process.stdout.read()
        return process.wait(timeout=60), output


SYS_TGKILL = 234


def interrupt(pid):
    """Sends the signal once the process waits in the kernel.

    To its main thread: one for the process may go to a thread that is just being started, and
    then no read is ended, with and without weft.
    """
    entry = pathlib.Path(f"/proc/{pid}/syscall")
    while entry.read_text(encoding="ascii").split()[0] not in WAITS:
        pass
    if ctypes.CDLL(None, use_errno=True).syscall(SYS_TGKILL, pid, pid, signal.SIGUSR1):
        raise OSError(ctypes.get_errno(), "tgkill")


class Verdicts(unittest.TestCase):
    def test_full_pipes_are_a_deadlock(self):
        for carrier in CARRIERS:
            for seed in range(1, 5):
                done = run("full_pipe", carrier, "random", seed)
                self.assertEqual(done.returncode, 126, done.stderr)
                self.assertIn("deadlock", done.stderr)
                self.assertIn("is at fd-write", done.stderr)

    def test_a_reader_makes_room(self):
        for carrier in CARRIERS:
            for seed in range(1, 5):
                done = run("full_pipe_fixed", carrier, "random", seed)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_file_locks_in_two_orders_are_a_deadlock(self):
        verdicts = [run("crossed_flock", "fiber", "pos", seed).stderr for seed in range(1, 41)]
        self.assertTrue(any("deadlock" in text for text in verdicts))
        self.assertTrue(any(text == "" for text in verdicts))

    def test_waiting_for_stdin_is_no_deadlock(self):
        for carrier in CARRIERS:
            with subprocess.Popen(command("stdin_reader", carrier), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True) as process:
                self.assertEqual(process.stdout.readline(), "waiting\n")
                process.stdin.write("line\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(), "5 bytes\n")
                self.assertEqual(process.wait(timeout=60), 0)

    def test_signals_from_outside_end_a_read_or_let_it_go_on(self):
        native = signalled([str(pathlib.Path(FOLDER) / "io_outside_signal")], False)
        self.assertEqual(native[0], 0, native[1])
        for carrier in CARRIERS:
            for strategy in ("sequential", "random"):
                self.assertEqual(signalled(command("outside_signal", carrier, strategy), True),
                                 native)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
