import os
import socket
import subprocess
import sys

from tools.processes import answers, first_number, free_port, is_port_free, is_running, ports_to_try


class TestIsRunning:
    def test_knows_a_process_by_its_command_line(self):
        assert is_running(os.getpid(), "python")

    def test_does_not_take_a_stranger_for_ours(self):
        assert not is_running(os.getpid(), "pytest", "/var/lib/another/postgres")

    def test_an_ended_process_does_not_run_even_before_its_parent_looked(self):
        child = subprocess.Popen([sys.executable, "-c", ""])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        assert not is_running(child.pid)
        child.wait()

    def test_nobody_has_no_process(self):
        assert not is_running(None)


class TestFirstNumber:
    def test_reads_a_line_of_a_pid_file(self, tmp_path):
        (tmp_path / "postmaster.pid").write_text("4711\n/data\n")

        assert first_number(tmp_path / "postmaster.pid") == 4711

    def test_gives_nothing_for_a_torn_or_missing_file(self, tmp_path):
        (tmp_path / "torn").write_text("")

        assert first_number(tmp_path / "torn") is None
        assert first_number(tmp_path / "missing") is None


class TestPortsToTry:
    def test_begins_with_the_port_of_last_time(self):
        port = free_port()

        assert ports_to_try(port)[0] == port

    def test_leaves_out_a_port_that_is_taken_by_now(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]

            assert not is_port_free(taken)
            assert taken not in ports_to_try(taken, patience=0)


class TestAnswers:
    def test_nobody_listening_is_no_answer(self):
        assert not answers(f"http://127.0.0.1:{free_port()}/readyz")
