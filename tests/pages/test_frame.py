"""The frame: what waits for a person, told in one query; the days of a period; what stands beside the sign-in."""

from datetime import date, timedelta

import pytest
from django.db import connection

from assignments.roles import Role
from reports.models import Obstacle, UnitReport
from reports.obstacles.services import settle_obstacle
from reports.pages.days_strip import days_strip
from reports.pages.frame import _AT, _PLAN, _USER, _put_together, frame_of
from reports.pages.front_door import front_door
from reports.periods.services import run_schedule
from reports.review.services import return_report
from tests.acts import MONDAY, NEXT_MONDAY, WEEK, filed, report_of
from tests.factories import InitiativeFactory, PlanFactory, UserFactory, agency_of
from tests.html import texts
from tests.queries import same_queries


def waiting(user, plan, at=MONDAY):
    """What waits in the rooms, and how much; at the bell something may ring besides."""
    counted = frame_of(user, plan, at).waiting.items()
    return {name: count for name, count in counted if count and name not in ("unread", "initiatives")}


@pytest.mark.django_db
class TestWaiting:
    def test_report_due_within_the_week_waits_for_the_officer(self, officer, duty, plan):
        run_schedule(at=MONDAY)

        assert waiting(officer, plan) == {"to_file": 1, "to_do": 1}

    def test_report_filed_waits_for_the_agency(self, officer, standing_agency, duty, plan):
        run_schedule(at=MONDAY)
        filed(report_of(duty.unit), officer, MONDAY)

        assert (waiting(officer, plan), waiting(standing_agency, plan)) == ({}, {"to_review": 1})

    def test_returned_report_waits_until_it_is_asked_for_no_more(self, officer, standing_agency, duty, plan):
        run_schedule(at=MONDAY)
        report = filed(report_of(duty.unit), officer, MONDAY)
        UnitReport.objects.exclude(pk=report.pk).delete()
        return_report(report, reason="Thiếu", by=standing_agency, at=MONDAY)

        assert [waiting(officer, plan, MONDAY + weeks * WEEK) for weeks in (1, 10)] == [{"to_file": 1, "to_do": 1}, {}]

    def test_overdue_report_is_pressed_for_until_its_period_locks(self, standing_agency, duty, plan):
        run_schedule(at=MONDAY)

        assert [waiting(standing_agency, plan, at).get("overdue", 0) for at in (MONDAY, NEXT_MONDAY)] == [0, 1]

    def test_nothing_is_pressed_for_under_a_plan_that_is_closed(self, standing_agency, duty, plan):
        run_schedule(at=MONDAY)
        plan.closed_on = MONDAY.date()
        plan.save()

        assert waiting(standing_agency, plan, NEXT_MONDAY).get("overdue", 0) == 0

    def test_difficulties_wait_for_the_agency_until_answered_and_then_for_the_unit(
        self, officer, standing_agency, duty, plan
    ):
        told = Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)
        before = [waiting(user, plan).get("obstacles", 0) for user in (officer, standing_agency)]
        settle_obstacle(told, text="Đã cấp", by=standing_agency, at=MONDAY)

        assert before == [0, 1]
        assert [waiting(user, plan).get("obstacles", 0) for user in (officer, standing_agency)] == [1, 0]

    def test_nothing_of_it_waits_for_a_leader(self, officer, duty, plan):
        run_schedule(at=MONDAY)
        filed(report_of(duty.unit), officer, MONDAY)

        assert waiting(UserFactory(role=Role.LEADER), plan, NEXT_MONDAY) == {}


@pytest.mark.engine
@pytest.mark.django_db
@pytest.mark.parametrize("may_review", [False, True])
def test_frame_compares_with_the_moment_it_is_asked_at_alone(may_review):
    """What stands for a moment while the query is put together, and stays in it, would be compared with for ever."""
    _, parameters = _put_together(connection.vendor, may_review)

    values = {str(parameter(1, 2, MONDAY)) for parameter in parameters}

    assert [value for value in values if value.startswith((str(_AT.year), str(_USER), str(_PLAN)))] == []


@pytest.mark.django_db
@same_queries(2)
def test_frame_asks_once_whatever_waits(officer, duty, plan, rows, counted):
    for _ in range(rows):
        Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)

    with counted:
        frame_of(officer, plan, MONDAY)


def test_days_strip_leads_from_a_week_before_to_the_due_day():
    strip = days_strip(date(2024, 3, 5), date(2024, 3, 4))

    assert [(day.weekday, day.number, day.look) for day in strip.days] == [
        ("T4", "28", "past"), ("T5", "29", "past"), ("T6", "01", "past"), ("T7", "02", "past"),
        ("CN", "03", "past"), ("T2", "04", "now"), ("T3", "05", "end"),
    ]  # fmt: skip
    assert strip.words == "Từ thứ Tư 28/02 đến hạn thứ Ba 05/03; hôm nay thứ Hai 04/03"


@pytest.mark.parametrize("today", [date(2024, 2, 27), date(2024, 3, 6)])
def test_there_is_no_days_strip_of_days_that_are_not_now(today):
    assert days_strip(date(2024, 3, 5), today) is None


def test_due_day_is_told_as_such_also_when_it_is_today():
    strip = days_strip(date(2024, 3, 5), date(2024, 3, 5))

    assert [(day.look, day.is_today) for day in strip.days][-1] == ("end", True)


@pytest.mark.django_db
class TestFrontDoor:
    def test_says_whose_it_is_and_when_reports_are_due(self, client, time_machine):
        plan = PlanFactory(short_name="Đề án 06", issuer="UBND huyện Quan Hóa")
        InitiativeFactory(plan=plan)
        agency = agency_of(plan)
        time_machine.move_to(MONDAY, tick=False)

        page = client.get("/dang-nhap/")

        assert texts(page, "//header//*[self::h1 or self::p]") == [
            "Theo dõi 1 mô hình",
            f"Đề án 06. UBND huyện Quan Hóa. {agency} là cơ quan thường trực.",
            "Đơn vị báo cáo hằng tuần đến hết thứ Ba, hằng tháng đến hết ngày 14.",
        ]

    def test_says_of_a_plan_that_does_not_run_nothing(self):
        plan = PlanFactory(starts_on=MONDAY.date() + timedelta(days=30))

        assert front_door([plan], MONDAY) == ("", [], "")

    def test_says_nothing_that_is_not_known(self):
        plan = PlanFactory(short_name="Đề án 06", issuer="")

        assert front_door([plan], MONDAY)[:2] == ("Theo dõi kế hoạch", ["Đề án 06."])
