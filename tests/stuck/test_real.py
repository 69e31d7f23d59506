# SPDX-License-Identifier: Apache-2.0
"""Servers as they are installed: test_real.py WEFT FOLDER."""
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

from hang import Answers, LIMIT_S, main, wait_until_asleep

LOCKED = """
import sys, threading
a, b = threading.Lock(), threading.Lock()
meet = threading.Barrier(2)
def cross(first, second):
    with first:
        meet.wait()
        with second:
            pass
threads = [threading.Thread(target=cross, args=pair) for pair in ((a, b), (b, a))]
for thread in threads:
    thread.start()
print("ready", flush=True)
for thread in threads:
    thread.join()
"""


class Servers(Answers):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def serve(self, ready: str, *command: str) -> subprocess.Popen:
        process = subprocess.Popen(command, cwd=self.folder.name, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        watchdog = threading.Timer(LIMIT_S, process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        for line in process.stdout:
            if ready in line:
                return process
        raise AssertionError(f"{command} did not start")

    @unittest.skipUnless(shutil.which("redis-server"), "needs redis-server")
    def test_redis(self):
        process = self.serve("eady to accept", "redis-server", "--port", "0", "--unixsocket",
                             f"{self.folder.name}/socket", "--save", "")
        self.assert_silent(self.ask(process.pid))

    def test_http_server_of_python(self):
        process = self.serve("Serving", sys.executable, "-u", "-m", "http.server", "0",
                             "--bind", "127.0.0.1")
        self.assert_silent(self.ask(process.pid))

    @unittest.skipUnless(shutil.which("nginx"), "needs nginx")
    def test_nginx(self):
        settings = f"daemon off; master_process off; pid {self.folder.name}/pid; " \
                   "error_log stderr notice;"
        configuration = f"{self.folder.name}/nginx.conf"
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(f"events {{}} http {{ access_log off; "
                       f"server {{ listen unix:{self.folder.name}/socket; }} }}")
        process = self.serve("getrlimit(", "nginx", "-p", self.folder.name, "-c", configuration,
                             "-g", settings)
        self.assert_silent(self.ask(process.pid))

    def test_locks_of_python_have_no_owner(self):
        process = self.serve("ready", sys.executable, "-c", LOCKED)
        wait_until_asleep(process.pid)
        answer = self.ask(process.pid)
        self.assert_silent(answer)
        self.assertTrue(self.waits(answer, "semaphore"))
        self.assertIn("signal handler", answer["summary"])


if __name__ == "__main__":
    main()
