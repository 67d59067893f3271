import pytest

from agencies.tests.few_units import load_few_units


@pytest.fixture
def few_units(db, tmp_path) -> None:
    load_few_units(tmp_path)
