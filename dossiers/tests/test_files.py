"""Attachments at rest."""

import stat
from pathlib import Path

import pytest

from core.errors import Unavailable
from dossiers import files
from dossiers.errors import FileLost
from dossiers.files import Kept
from dossiers.tests.strangers_files import SECRET


def test_what_is_kept_is_read_again(kept_in):
    kept = files.keep(SECRET)

    assert files.read(kept) == SECRET


def test_the_disk_holds_none_of_it_and_lets_nobody_else_in(kept_in):
    content = SECRET * 1000

    kept = files.keep(content)

    path = Path(kept_in, kept.name)
    assert not any(SECRET[start : start + 6] in path.read_bytes() for start in range(len(SECRET) - 6))
    assert kept.key.encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_equal_files_are_not_seen_to_be_equal(kept_in):
    one, other = files.keep(SECRET), files.keep(SECRET)

    assert one.name != other.name
    assert Path(kept_in, one.name).read_bytes() != Path(kept_in, other.name).read_bytes()


def test_a_file_in_another_ones_place_is_not_taken_for_it(kept_in):
    one, other = files.keep(SECRET), files.keep(b"other")

    with pytest.raises(FileLost):
        files.read(Kept(one.name, other.key))


def test_one_that_was_tampered_with_is_lost(kept_in):
    kept = files.keep(SECRET)
    path = Path(kept_in, kept.name)
    path.write_bytes(path.read_bytes()[:-9] + b"AAAAAAAA=")

    with pytest.raises(FileLost):
        files.read(kept)


def test_a_disk_that_takes_nothing_is_said_to_be_busy(kept_in):
    kept_in.write_bytes(b"no folder")

    with pytest.raises(Unavailable):
        files.keep(SECRET)


def test_what_is_discarded_is_gone_and_may_be_discarded_again(kept_in):
    kept = files.keep(SECRET)

    files.discard(kept.name)
    files.discard(kept.name)

    assert not list(files.names())
    with pytest.raises(FileLost):
        files.read(kept)


def test_all_are_named(kept_in):
    assert list(files.names()) == []
    kept = {files.keep(SECRET).name for _ in range(3)}

    assert {name for name, _ in files.names()} == kept
