import os
import signal
import subprocess
import sys
import time

import pytest

from tools.environment import ROOT
from tools.errors import ToolFailed
from tools.processes import first_number, is_running
from tools.supervisor import Supervisor

SLEEPS = """
import os, pathlib, sys, time
print("hello from", sys.argv[1], flush=True)
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPS
FORKS = "import os, sys\nif os.fork() == 0: sys.argv[1] += '.child'\n" + STUBBORN
OWNER = """
import os, time
from tools.supervisor import Supervisor
Supervisor(os.environ).start("child", ["sleeps", os.environ["PID_FILE"]])
time.sleep(60)
"""


@pytest.fixture
def environment(tmp_path):
    for name, text in {"sleeps": SLEEPS, "stubborn": STUBBORN, "forks": FORKS, "owner": OWNER}.items():
        (tmp_path / f"{name}.py").write_text(text)
    return os.environ | {"PYTHONPATH": str(tmp_path), "PID_FILE": str(tmp_path / "pid")}


@pytest.fixture
def supervisor(environment):
    made = Supervisor(environment)
    yield made
    made.stop(seconds=0)


def wait_for_number(path):
    deadline = time.monotonic() + 10
    while first_number(path) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return first_number(path)


def wait_for_end(pid):
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


class TestStart:
    def test_prints_each_line_under_the_name(self, supervisor, tmp_path, capsys):
        supervisor.start("web", ["sleeps", str(tmp_path / "pid")])
        wait_for_number(tmp_path / "pid")
        supervisor.stop()

        assert capsys.readouterr().out == f"web     | hello from {tmp_path / 'pid'}\n"

    def test_the_child_ends_with_its_owner_even_after_kill_9(self, environment, tmp_path):
        owner = subprocess.Popen([sys.executable, "-m", "owner"], env=environment, cwd=ROOT)
        child = wait_for_number(tmp_path / "pid")

        owner.send_signal(signal.SIGKILL)
        owner.wait()

        assert wait_for_end(child)


class TestFinish:
    def test_names_what_failed(self, supervisor):
        with pytest.raises(ToolFailed, match="prepare failed with exit code 1"):
            supervisor.finish("prepare", ["no_such_module"])

    def test_goes_on_after_success(self, supervisor):
        supervisor.finish("prepare", ["compileall", "-q", "tools/tied.py"])


class TestWaitUntil:
    def test_names_the_process_that_died(self, supervisor, tmp_path):
        supervisor.start("web", ["sleeps", str(tmp_path / "pid")])
        supervisor.start("beat", ["no_such_module"])

        with pytest.raises(ToolFailed, match="beat ended with exit code 1"):
            supervisor.wait_until(lambda: False, seconds=10)

    def test_says_when_time_is_up(self, supervisor):
        assert not supervisor.wait_until(lambda: False, seconds=0)


class TestStop:
    def test_ends_by_force_who_does_not_listen(self, supervisor, tmp_path):
        supervisor.start("worker", ["stubborn", str(tmp_path / "pid")])
        child = wait_for_number(tmp_path / "pid")

        supervisor.stop(seconds=0.1)

        assert not is_running(child)

    def test_leaves_no_grandchild(self, supervisor, tmp_path):
        supervisor.start("web", ["forks", str(tmp_path / "pid")])
        grandchild = wait_for_number(tmp_path / "pid.child")

        supervisor.stop(seconds=0.1)

        assert wait_for_end(grandchild)
