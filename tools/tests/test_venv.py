import pytest

from tools.venv import fingerprint


class TestFingerprint:
    @pytest.fixture
    def root(self, tmp_path):
        for name in ("requirements.txt", "requirements-dev.txt"):
            (tmp_path / name).write_text("django==5.2\n")
        return tmp_path

    def test_stays_while_nothing_changes(self, root):
        assert fingerprint(root, "3.11.7") == fingerprint(root, "3.11.7")

    @pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
    def test_changes_with_the_packages(self, root, name):
        before = fingerprint(root, "3.11.7")
        (root / name).write_text("django==5.3\n")

        assert fingerprint(root, "3.11.7") != before

    def test_changes_with_the_python(self, root):
        assert fingerprint(root, "3.11.7") != fingerprint(root, "3.12.1")
