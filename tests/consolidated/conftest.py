import copy

import pytest

from reports.consolidated.services.report_drafts import start_draft
from tests.consolidated.district import THURSDAY, live_a_week, make_district


@pytest.fixture(scope="module")
def founded(shared_world):
    """The district before anybody has reported, founded once for the module."""
    with shared_world():
        yield make_district()


@pytest.fixture(scope="module")
def lived(founded, shared_world):
    """The same district after week 10; tests that know only ``founded`` come before it (``tests.servers``)."""
    with shared_world():
        live_a_week(founded)
        yield founded


@pytest.fixture(scope="module")
def drafted(lived, shared_world):
    """The report of that week, begun once for the tests that go on from it; they come last."""
    with shared_world():
        yield start_draft(lived.period(), by=lived.agency, at=THURSDAY)


@pytest.fixture
def empty_district(db, founded):
    """The district before anybody has reported, its objects the test's own."""
    return copy.deepcopy(founded)


@pytest.fixture
def district(db, lived):
    """The district after week 10, its objects the test's own."""
    return copy.deepcopy(lived)


@pytest.fixture
def draft(db, drafted):
    return copy.deepcopy(drafted)
