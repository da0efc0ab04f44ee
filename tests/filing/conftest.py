import pytest

from tests.filing.acts import MONDAY, entry_of, opened


@pytest.fixture
def report(duty):
    """The weekly report of week 10, opened on the Monday before it is due."""
    return opened(duty.unit)


@pytest.fixture
def entry(report):
    return entry_of(report)


@pytest.fixture
def monday():
    return MONDAY
