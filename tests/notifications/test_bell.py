"""The bell: what one was told inside the portal, each line with its plan where several have told something."""

from datetime import date

import pytest

from assignments.models import StandingAgency
from reports.models import Notification, Obstacle
from reports.obstacles.services import answer_obstacle
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from reports.reminders.tick import tick
from reports.requests.services import answer_request, ask_unit
from reports.review.services import return_report
from reports.special.services import request_special_report
from tests.acts import MONDAY, filed, report_of
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory(short_name="Mô hình số")


@pytest.fixture
def second():
    return PlanFactory(short_name="Đề án 06")


@pytest.fixture
def duty_of_second(second, unit):
    return DutyFactory(unit=unit, initiative=InitiativeFactory(plan=second))


def asked_specially(duty, by):
    plan = duty.initiative.plan
    request_special_report(
        plan, title="Rà soát", units=[duty.unit], initiatives=[duty.initiative],
        due_at=vn("2024-03-08 17:00"), by=by, at=MONDAY,
    )  # fmt: skip


@pytest.fixture
def lines(client, officer):
    """What the officer reads at the bell."""
    client.force_login(officer)
    return lambda: texts(client.get("/thong-bao/"), "//button[contains(@class, 'line')]/span[2]")


def told_of(user):
    return [one.plan for one in Notification.objects.filter(user=user)]


def test_bell_that_rang_for_one_plan_does_not_name_it(lines, standing_agency, duty, second):
    asked_specially(duty, standing_agency)

    assert lines() == ["Báo cáo đột xuất: Rà soát. Hạn nộp 17:00 ngày 08/03/2024. Chưa đọc · 08:00 04/03/2024"]


def test_bell_that_rang_for_several_plans_names_each(lines, standing_agency, duty, duty_of_second):
    for one in (duty, duty_of_second):
        asked_specially(one, standing_agency)

    words = "Báo cáo đột xuất: Rà soát. Hạn nộp 17:00 ngày 08/03/2024."
    assert lines() == [
        f"{words} Đề án 06 · Chưa đọc · 08:00 04/03/2024", f"{words} Mô hình số · Chưa đọc · 08:00 04/03/2024",
    ]  # fmt: skip


def test_bell_that_rang_for_one_plan_names_it_to_who_has_to_do_with_two(lines, standing_agency, duty, duty_of_second):
    asked_specially(duty, standing_agency)

    words = "Báo cáo đột xuất: Rà soát. Hạn nộp 17:00 ngày 08/03/2024."
    assert lines() == [f"{words} Mô hình số · Chưa đọc · 08:00 04/03/2024"]


def returned(report, officer, by):
    filed(report, by=officer, at=MONDAY)
    return_report(report, reason="Thiếu", by=by, at=MONDAY)


def answered(report, officer, by):
    duty = report.entries.get().duty
    obstacle = Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)
    answer_obstacle(obstacle, text="Đã cấp", by=by, at=MONDAY)


def excused(report, officer, by):
    excuse_report(report, reason="Đi tập huấn", by=by, at=MONDAY)


@pytest.mark.parametrize("act", [returned, answered, excused])
def test_what_rings_the_bell_says_of_which_plan_it_is(officer, standing_agency, duty, plan, act):
    run_schedule(at=MONDAY)

    act(report_of(duty.unit), officer, standing_agency)

    assert told_of(officer) == [plan]


def test_answer_to_a_request_says_of_which_plan_it_is(officer, standing_agency, duty, plan):
    obstacle = Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)
    request = ask_unit(
        duty.unit, plan=plan, about={"obstacle": obstacle}, text="Cấp máy", due_on=date(2024, 3, 8),
        by=standing_agency, at=MONDAY,
    )  # fmt: skip

    answer_request(request, text="Đã cấp", by=officer, at=MONDAY)

    assert told_of(standing_agency) == [plan]


def test_reminder_of_one_plan_is_of_it(officer, reminder_rules, duty, second, plan):
    tick(at=MONDAY)

    assert told_of(officer) == [plan]


def test_reminder_of_several_plans_is_of_none(officer, reminder_rules, duty, duty_of_second):
    tick(at=MONDAY)

    assert told_of(officer) == [None]


def test_evening_digest_of_one_plan_names_it(officer, reminder_rules, standing_agency, duty, plan):
    StandingAgency.objects.get_or_create(plan=plan, unit=standing_agency.memberships.get().unit)
    run_schedule(at=MONDAY)

    tick(at=vn("2024-03-05 18:00"))

    assert told_of(standing_agency) == [plan]


@same_queries(10, numbers=(2, 4))
def test_bell_takes_the_same_queries_for_any_number_of_plans(client, officer, rows, counted):
    for number in range(rows):
        plan = PlanFactory(short_name=f"Kế hoạch {number}")
        Notification.objects.create(user=officer, text="Tin", plan=plan, created_at=MONDAY)
    client.force_login(officer)

    with counted:
        client.get("/thong-bao/")
