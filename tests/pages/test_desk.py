"""The desk of the standing agency: what presses first, by name, and with one way to each."""

from datetime import timedelta

import pytest
from django.db import connection

from reports.consolidated.services.report_drafts import start_draft
from reports.models import Obstacle, ReportingPeriod, UnitReport
from reports.pages.desk import desks_of
from reports.periods.services import run_schedule
from reports.review.services import accept_reports, return_report
from tests.acts import MONDAY, NEXT_MONDAY, filed, filed_as_nothing, report_of
from tests.factories import DutyFactory, PlanFactory, UnitFactory
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

LINES = "//ol[@class='todo']/li"


@pytest.fixture
def neighbour(duty):
    return DutyFactory(initiative=duty.initiative, unit=UnitFactory(name="UBND xã Phú Lệ"))


@pytest.fixture
def opened(duty, neighbour, officer):
    run_schedule(at=MONDAY)


def desk(plan, at=NEXT_MONDAY):
    return desks_of([plan], at)[plan.pk]


def raised(duty, text, **more):
    return Obstacle.objects.create(duty=duty, text=text, opened_at=MONDAY, raised_at=MONDAY, **more)


def test_desk_of_a_plan_with_nothing_to_do_is_clear(plan):
    assert desk(plan).is_clear is True


def test_overdue_reports_stand_by_period_with_the_units_in_full(plan, opened):
    overdue = desk(plan).overdue

    assert [(one.title, one.days, [unit.name for unit in one.units]) for one in overdue.periods] == [
        ("tuần 28/02 – 05/03", 6, ["Phòng Nội vụ", "UBND xã Phú Lệ"])
    ]


def test_overdue_reports_of_several_periods_are_pressed_at_once(plan, opened, duty):
    at = NEXT_MONDAY + timedelta(days=4)  # both the week and the month are past their due day
    run_schedule(at=NEXT_MONDAY)
    run_schedule(at=at)

    overdue = desk(plan, at).overdue

    assert (overdue.total, overdue.query) == (4, "ky=2024-03&ky=2024-W11")


def test_unit_that_missed_more_is_told_with_how_many_in_a_row(plan, opened, duty, neighbour, officer):
    filed(report_of(neighbour.unit), officer, MONDAY)
    for days in (0, 2):
        run_schedule(at=NEXT_MONDAY + timedelta(days=days))

    [week] = desk(plan, NEXT_MONDAY + timedelta(days=2)).overdue.periods

    assert [(unit.name, unit.silent) for unit in week.units] == [("Phòng Nội vụ", 2), ("UBND xã Phú Lệ", 1)]


def test_list_of_who_has_not_filed_is_text_to_send_round(plan, opened):
    assert desk(plan).overdue.text == (
        "Chưa nộp báo cáo tuần 28/02 – 05/03, quá 6 ngày:\n- Phòng Nội vụ\n- UBND xã Phú Lệ"
    )


def test_report_accepted_while_the_desk_is_read_stops_nothing(plan, opened, duty, officer, standing_agency):
    report = filed(report_of(duty.unit), officer, MONDAY)
    began = []

    def accept_after_counting(execute, sql, *rest):
        result = execute(sql, *rest)
        if "MIN(" in sql and not began:
            began.append(sql)
            accept_reports([report], by=standing_agency, at=MONDAY)
        return result

    with connection.execute_wrapper(accept_after_counting):
        waiting = desk(plan).to_review

    assert (len(began), waiting) == (1, None)


def test_reports_waiting_for_acceptance_say_what_they_are_made_of_and_which_waits_longest(
    plan, opened, duty, neighbour, officer
):
    oldest = filed(report_of(duty.unit), officer, MONDAY)
    filed_as_nothing(report_of(neighbour.unit), officer, MONDAY + timedelta(days=1))
    run_schedule(at=NEXT_MONDAY)
    filed(report_of(neighbour.unit, "2024-W11"), officer, NEXT_MONDAY)

    waiting = desk(plan).to_review

    assert (waiting.total, waiting.long, waiting.nothing, waiting.days) == (3, 2, 1, 7)
    assert waiting.oldest == (oldest.pk, "Phòng Nội vụ")
    assert waiting.made_of == "1 tuần 06/03 – 12/03 · 2 tuần 28/02 – 05/03, trong đó 1 không phát sinh"


def test_new_difficulties_are_gathered_by_problem(plan, opened, duty, neighbour):
    raised(duty, "Thiếu đầu đọc thẻ căn cước")
    raised(neighbour, "Thiếu đầu đọc thẻ căn cước.")
    raised(duty, "Đường truyền không ổn định")

    new = desk(plan).new_obstacles

    assert (new.total, [(one.text, len(one.units)) for one in new.problems]) == (
        3,
        [("Thiếu đầu đọc thẻ căn cước", 2), ("Đường truyền không ổn định", 1)],
    )


def test_report_upward_of_the_last_period_says_what_is_in(plan, opened, duty, officer, standing_agency):
    report = filed(report_of(duty.unit), officer, MONDAY)
    accept_reports([report], by=standing_agency, at=MONDAY)
    before = desk(plan).upward
    draft = start_draft(ReportingPeriod.objects.get(code="2024-W10"), by=standing_agency, at=NEXT_MONDAY)

    [upward] = desk(plan).upward

    assert [one.draft for one in before] == [None]
    assert upward == ("2024-W10", "tuần 28/02 – 05/03", 1, 2, 1, draft.pk)


def test_returned_reports_are_counted_with_the_unit_and_since_when(plan, opened, duty, officer, standing_agency):
    report = filed(report_of(duty.unit), officer, MONDAY)
    return_report(report, reason="Thiếu", by=standing_agency, at=MONDAY)

    assert desk(plan).returned == (1, [(report.pk, "Phòng Nội vụ", "tuần 28/02 – 05/03", "7 ngày")])


def test_desk_knows_nothing_of_another_plan(opened, duty):
    raised(duty, "Thiếu máy")

    assert desk(PlanFactory()).is_clear is True


def test_page_of_the_desk_has_one_blue_button_and_it_presses(client, plan, opened, standing_agency, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(standing_agency)

    page = client.get("/")

    assert texts(page, "//a[contains(@class, 'btn-main')]") == ["Đôn đốc cả 2"]
    assert texts(page, f"{LINES}//h3") == ["2 báo cáo quá hạn chưa nộp", "Báo cáo gửi cấp trên tuần 28/02 – 05/03"]


def test_own_report_of_the_agency_is_the_last_of_its_desk(client, plan, opened, duty, standing_agency, time_machine):
    DutyFactory(initiative=duty.initiative, unit=standing_agency.memberships.get().unit)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    client.force_login(standing_agency)

    page = client.get("/")

    unit = standing_agency.memberships.get().unit
    assert f"Báo cáo của {unit}" in texts(page, f"{LINES}//h3")[-1]


@same_queries(9, numbers=(1, 3))
def test_desks_take_the_same_queries_for_any_number_of_units(plan, duty, officer, rows, counted):
    duties = [DutyFactory(initiative=duty.initiative, unit=UnitFactory()) for _ in range(2 * rows)]
    run_schedule(at=MONDAY)
    for one in duties[:rows]:
        filed(report_of(one.unit), officer, MONDAY)
        raised(one, "Thiếu máy in")
    run_schedule(at=NEXT_MONDAY)
    plans = [plan]

    with counted:
        desks_of(plans, NEXT_MONDAY)
    assert UnitReport.objects.filter(period__plan=plan).count() > rows
