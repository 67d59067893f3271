import pytest

from tools.chrome import find_chrome
from tools.errors import ToolFailed


class TestFindChrome:
    def test_takes_the_one_it_is_told(self, tmp_path, monkeypatch):
        program = tmp_path / "chrome"
        program.touch(mode=0o755)
        monkeypatch.setenv("CHROME_BIN", str(program))

        assert find_chrome() == program

    def test_refuses_what_is_no_program(self, tmp_path, monkeypatch):
        monkeypatch.setenv("CHROME_BIN", str(tmp_path / "missing"))

        with pytest.raises(ToolFailed, match="CHROME_BIN"):
            find_chrome()

    def test_finds_one_on_the_path(self, tmp_path, monkeypatch):
        (tmp_path / "chromium").touch(mode=0o755)
        monkeypatch.delenv("CHROME_BIN", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert find_chrome() == tmp_path / "chromium"

    def test_says_in_one_line_what_to_install(self, tmp_path, monkeypatch):
        monkeypatch.delenv("CHROME_BIN", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(ToolFailed, match="apt install chromium"):
            find_chrome()
