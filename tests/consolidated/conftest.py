import pytest

from reports.consolidated.services.report_drafts import start_draft
from tests.consolidated.district import THURSDAY, live_a_week, make_district


@pytest.fixture
def empty_district(db):
    """The district before anybody has reported."""
    return make_district()


@pytest.fixture
def district(empty_district):
    """The district after week 10."""
    live_a_week(empty_district)
    return empty_district


@pytest.fixture
def draft(district):
    return start_draft(district.period(), by=district.agency, at=THURSDAY)
