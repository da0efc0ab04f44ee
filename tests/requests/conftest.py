"""A difficulty, and the unit that may be asked to solve it."""

import pytest

from reports.domain.states import WorkState
from reports.models import Obstacle
from tests.acts import MONDAY, filed
from tests.factories import DutyFactory, UnitFactory, UserFactory
from tests.requests.acts import given


@pytest.fixture
def culture(plan):
    """The unit that is asked, under the plan with a duty of its own."""
    unit = UnitFactory(name="Phòng Văn hóa và Thông tin")
    DutyFactory(unit=unit, initiative__plan=plan)
    return unit


@pytest.fixture
def asked_officer(culture):
    return UserFactory(unit=culture, email="vhtt@example.vn")


@pytest.fixture
def obstacle(report, officer):
    filed(report, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu đầu đọc thẻ")
    return Obstacle.objects.get()


@pytest.fixture
def asked(obstacle, culture, asked_officer, standing_agency):
    """The difficulty given to the culture department, to be answered by Thursday 14/03."""
    return given(obstacle, culture, standing_agency)
