"""What stands beside the reports of others is not said to have none: it is the lead that has none."""

import pytest

from assignments.models import AssignmentRole
from tests.acts import MONDAY, filed, opened
from tests.factories import AssignmentFactory, InitiativeFactory, UnitFactory, UserFactory
from tests.html import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(plan):
    """Coordinates an initiative whose lead says nothing."""
    initiative, helper = InitiativeFactory(plan=plan, code="6"), UnitFactory(name="Phòng Nội vụ")
    AssignmentFactory(initiative=initiative)
    AssignmentFactory(initiative=initiative, unit=helper, role=AssignmentRole.COORDINATING)
    return helper


@pytest.mark.parametrize("part", ["mo-hinh/", "mo-hinh/6/", "tong-hop/?ky=2024-W10"])
def test_page_says_whose_report_is_missing_where_another_reported(
    client, plan, standing_agency, helper, part, time_machine
):
    time_machine.move_to(MONDAY, tick=False)
    report = opened(helper)
    client.force_login(standing_agency)
    address = f"/ke-hoach/{plan.pk}/{part}"
    [before] = texts(client.get(address), "//main")

    filed(report, UserFactory(unit=helper), MONDAY, result="Đã kê bàn")

    [after] = texts(client.get(address), "//main")
    said = "Chưa có báo cáo của đơn vị chủ trì"
    assert (said in before, said in after) == (False, True)
