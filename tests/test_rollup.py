"""The roll-up: who has filed, how every initiative stands at every unit, at a fixed cost."""

import re

import pytest

from assignments.models import AssignmentRole, Unit
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline
from reports.models import ReportingPeriod, UnitReport
from reports.rollup import Filing, filings_of, latest_periods, matrix_of, neighbours
from reports.services.drafts import save_draft
from reports.services.filing import submit_nothing, submit_report
from reports.services.periods import run_schedule
from reports.standing import duties_with_progress
from reports.states import WorkState
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, vn

pytestmark = pytest.mark.django_db

TUESDAY = vn("2024-03-05 09:00")
WEDNESDAY = vn("2024-03-06 09:00")


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan, code="9", name="Triển khai việc 9")


def duties_of(initiative, *names, **fields):
    return [DutyFactory(initiative=initiative, unit=UnitFactory(name=name), **fields) for name in names]


def file(duty, by, at, **fields):
    report = UnitReport.objects.get(unit=duty.unit, period__code="2024-W10")
    entries = list(report.entries.all())
    for entry in entries:
        for name, value in {"work_state": WorkState.IN_PROGRESS, **fields}.items():
            setattr(entry, name, value)
    save_draft(report, entries, by=by, at=at)
    submit_report(report, by=by, at=at)


def filing(code="2024-W10"):
    return filings_of([ReportingPeriod.objects.get(code=code)])[0]


def names(reports):
    return [report.unit.name for report in reports]


def test_filing_tells_on_time_late_and_missing_apart(initiative, officer, monday):
    first, second, _ = duties_of(initiative, "Phòng Y tế", "Phòng Tư pháp", "Phòng Thanh tra")
    run_schedule(at=monday)
    file(first, officer, TUESDAY)
    file(second, officer, WEDNESDAY)

    found = filing()

    assert (names(found.on_time), names(found.late), names(found.missing)) == (
        ["Phòng Y tế"], ["Phòng Tư pháp"], ["Phòng Thanh tra"],
    )  # fmt: skip
    assert (found.expected, found.filed, found.filed_rate, found.on_time_rate) == (3, 2, "67 %", "33 %")
    assert [found.is_past_due(at) for at in (TUESDAY, WEDNESDAY)] == [False, True]


def test_nothing_to_report_counts_as_filed(initiative, officer, monday):
    duties_of(initiative, "Phòng Y tế")
    run_schedule(at=monday)
    submit_nothing(UnitReport.objects.get(period__code="2024-W10"), by=officer, at=TUESDAY)

    assert (filing().filed, filing().filed_rate) == (1, "100 %")


def test_rate_of_nothing_expected_is_a_dash():
    nobody_owes = Filing(ReportingPeriod(), on_time=[], late=[], missing=[])

    assert (nobody_owes.filed_rate, nobody_owes.on_time_rate) == ("–", "–")


def test_missing_units_are_in_vietnamese_order(initiative, monday):
    duties_of(initiative, "Ủy ban xã Đông", "Ủy ban xã Dương", "An ninh", "Ấp Bắc")
    run_schedule(at=monday)

    assert names(filing().missing) == ["An ninh", "Ấp Bắc", "Ủy ban xã Dương", "Ủy ban xã Đông"]


def test_latest_period_of_each_rhythm_and_its_neighbours(duty, plan):
    run_schedule(at=vn("2024-03-04 08:00"))
    run_schedule(at=vn("2024-03-12 08:00"))

    weekly, monthly = latest_periods(plan)
    before, after = neighbours(weekly)

    assert (weekly.code, monthly.code, before.code, after) == ("2024-W11", "2024-03", "2024-W10", None)
    assert neighbours(before)[1] == weekly


def cells(matrix):
    return {row.code: re.findall(r'class="cell ([^"]*)"[^>]*aria-label="([^"]*)"', row.cells) for row in matrix.rows}


def test_matrix_shows_the_last_state_of_each_unit_and_who_is_late(initiative, officer, standing_agency, plan, monday):
    Deadline.objects.create(initiative=initiative, text="Tháng 3", kind=DeadlineKind.MONTH, due_on="2024-03-04")
    first, _ = duties_of(initiative, "Phòng Y tế", "Phòng Tư pháp", role=AssignmentRole.LEAD)
    run_schedule(at=monday)
    file(first, officer, TUESDAY, work_state=WorkState.DONE, percent=100, result="xong")

    duties = duties_with_progress(plan, standing_agency, TUESDAY.date())
    matrix = matrix_of(plan.initiatives.prefetch_related("deadlines"), duties, TUESDAY.date())

    assert [column.name for column in matrix.columns] == ["Phòng Tư pháp", "Phòng Y tế"]
    assert cells(matrix) == {
        "9": [
            ("state-none is-late", "Mô hình 9 – Phòng Tư pháp (Chủ trì): Chưa có báo cáo, chậm"),
            ("state-green", "Mô hình 9 – Phòng Y tế (Chủ trì): Hoàn thành 100 %"),
        ]
    }


def test_matrix_puts_communes_after_departments(initiative, standing_agency, plan, monday):
    DutyFactory(initiative=initiative, unit=UnitFactory(name="Bản Công", kind=Unit.Kind.COMMUNE))
    duties_of(initiative, "Phòng Y tế")

    duties = duties_with_progress(plan, standing_agency, monday.date())

    assert [column.name for column in matrix_of([], duties, monday.date()).columns] == ["Phòng Y tế", "Bản Công"]


def test_matrix_distrusts_names(plan, standing_agency, monday):
    unit = UnitFactory(name='<script>"x"')
    DutyFactory(initiative=InitiativeFactory(plan=plan), unit=unit)
    duties = duties_with_progress(plan, standing_agency, monday.date())

    row = matrix_of(plan.initiatives.prefetch_related("deadlines"), duties, monday.date()).rows[0]

    assert ("<script" in row.cells, "&lt;script&gt;&quot;x&quot;" in row.cells) == (False, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_rollup_page_takes_the_same_queries_for_any_number_of_rows(
    client, standing_agency, plan, monday, time_machine, rows, django_assert_num_queries
):
    for _ in range(rows):
        for initiative in (InitiativeFactory(plan=plan), InitiativeFactory(plan=plan)):
            DutyFactory(initiative=initiative)
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    client.force_login(standing_agency)

    with django_assert_num_queries(13):
        assert client.get("/tong-hop/").status_code == 200


def test_rollup_of_an_earlier_period_is_named_in_the_address(client, standing_agency, duty, time_machine):
    for day in ("2024-03-04 08:00", "2024-03-12 08:00"):
        run_schedule(at=vn(day))
    time_machine.move_to(vn("2024-03-12 08:00"), tick=False)
    client.force_login(standing_agency)

    page = client.get("/tong-hop/", {"ky": "2024-W10"})

    assert (page.context["period"].code, [row.unit for row in page.context["missing"]]) == (
        "2024-W10",
        ["Phòng Nội vụ"],
    )


@pytest.mark.parametrize("code", ["2024-W99", "x" * 5000])
def test_unknown_period_leads_to_the_latest_with_a_word_about_it(client, standing_agency, duty, monday, code):
    run_schedule(at=monday)
    client.force_login(standing_agency)

    page = client.get("/tong-hop/", {"ky": code}, follow=True)

    assert [str(message)[:13] for message in page.context["messages"]] == ["Không có kỳ “"]
    assert page.context["period"].code == "2024-W10"


def test_rollup_before_the_first_period_says_so(client, standing_agency, duty):
    client.force_login(standing_agency)

    page = client.get("/tong-hop/")

    assert (page.status_code, page.context["period"]) == (200, None)
