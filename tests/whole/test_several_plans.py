"""The checker over pages of several plans at once: silent where they tell the truth, and loud where one lies."""

import re

import pytest

from assignments.roles import Role
from reports.models import UnitReport
from reports.periods.services import run_schedule
from reports.reminders.tick import tick
from reports.review.services import return_report
from tests.acts import MONDAY, WEEK, filed
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    agency_of,
    default_rules,
)
from tests.whole.contradictions import contradictions
from tests.whole.papers import Visitor
from tests.whole.several_plans import of_several_plans
from tests.whole.test_contradictions import altered

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def people(shared_world):
    """An officer who owes reports under two plans, one of each returned, and who reads both as their agency."""
    with shared_world():
        default_rules()
        plans = [PlanFactory(short_name=name) for name in ("Mô hình số", "Đề án 06")]
        unit, police = UnitFactory(name="Phòng Nội vụ"), UnitFactory(name="Công an huyện")
        for plan in plans:
            DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan))
            agency_of(plan, police)
        officer, agency = UserFactory(unit=unit), UserFactory(role=Role.STANDING_AGENCY, unit=police)
        run_schedule(at=MONDAY)
        for report in UnitReport.objects.filter(period__code="2024-W10"):
            filed(report, officer, MONDAY)
        run_schedule(at=MONDAY + WEEK)
        for report in UnitReport.objects.filter(period__code="2024-W11"):
            filed(report, officer, MONDAY + WEEK)
        for plan, code in zip(plans, ("2024-W10", "2024-W11"), strict=True):
            returned = UnitReport.objects.get(period__plan=plan, period__code=code)
            return_report(returned, reason="Thiếu số liệu", by=agency, at=MONDAY + WEEK)
        tick(at=MONDAY + WEEK)
        yield {Role.OFFICER: officer, Role.STANDING_AGENCY: agency}


@pytest.fixture
def read(people, time_machine):
    """What somebody's pages over all plans hold, read once; a lie is told in them."""
    time_machine.move_to(MONDAY + WEEK, tick=False)

    def visited(role):
        visitor = Visitor(people[role])
        list(of_several_plans(visitor))
        return visitor

    return visited


@pytest.mark.parametrize("role", [Role.OFFICER, Role.STANDING_AGENCY])
def test_pages_over_several_plans_that_tell_the_truth_contradict_themselves_nowhere(read, role):
    assert contradictions(of_several_plans(read(role))) == []


# Who reads, the address, what is said there, what is said instead, and what the checker finds to be told twice.
LIES = {
    "home, a report nobody is told to file": (Role.OFFICER, r"^/$", "Báo cáo ngay", "Xem", {"to be filed"}),
    "home, plan of a card": (Role.OFFICER, r"^/$", "· Đề án 06<", "· Mô hình số<", {"plan of report"}),
    "home, period of a card": (
        Role.OFFICER,
        r"^/$",
        r"Báo cáo tháng 3\b",
        "Báo cáo tháng 4",
        {"period of report"},
    ),
    "home, running period": (Role.OFFICER, r"^/$", "Đã nộp</span>", "Không nộp</span>", {"status of report"}),
    "home, sign": (Role.OFFICER, r"^/$", "05/03: Đã nộp", "05/03: Không nộp", {"status of report"}),
    "reports, plan": (Role.OFFICER, r"/bao-cao/$", "· Đề án 06", "· Mô hình số", {"plan of report"}),
    "reports, count": (Role.OFFICER, r"/bao-cao/$", r"\(6\)", "(3)", {"own reports"}),
    "reports of a plan": (Role.OFFICER, r"\?ke_hoach=", "Trả lại</span>", "Đã nộp</span>", {"status of report"}),
    "bell, sign": (Role.OFFICER, r"^/$", r'(badge-red">)\d', r"\g<1>9", {"unread"}),
    "bell, plan": (Role.OFFICER, r"chua-doc", "Đề án 06 ·", "Mô hình số ·", {"notification"}),
    "home, a figure of one plan": (
        Role.STANDING_AGENCY,
        r"^/$",
        r"(ket_qua=da-nop[^>]*><b>)\d",
        r"\g<1>7",
        {"filing"},
    ),
    "home, whose figures": (
        Role.STANDING_AGENCY,
        r"^/$",
        "· Đề án 06<",
        "· Mô hình số<",
        {"plan"},
    ),
}


@pytest.mark.parametrize(("role", "address", "words", "others", "things"), LIES.values(), ids=LIES.keys())
def test_page_over_several_plans_that_lies_is_found(read, role, address, words, others, things):
    visitor = read(role)
    visitor.got |= {url: altered(said, words, others) for url, said in visitor.got.items() if re.search(address, url)}

    found = contradictions(of_several_plans(visitor))

    assert {one.about[0] for one in found} == things
