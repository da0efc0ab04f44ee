"""Made-up data in bulk: many units and a long history, as right as if the services had written every row."""

import pytest
from django.db import transaction

from assignments.models import DutyTerm, Unit, UnitMembership, User
from reports.demo import SCALES, DemoRefused, Scale, clear_demo, seed_scale
from reports.domain.calendar import local_day
from reports.models import CurrentProgress, PeriodState, ProgressEntry, ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from reports.progress.period_states import rebuild_period_states
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine, pytest.mark.slow]

NOW = vn("2026-11-24 09:00")  # a Tuesday: the week's reports are due today
SMALL = Scale("thử", plans=2, units=25, initiatives=7)
WEEKS = 11


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """Two plans, made once for all tests here and taken out again after them; what was said meanwhile."""
    lines = []
    with django_db_blocker.unblock(), transaction.atomic():
        seed_scale(SMALL, weeks=WEEKS, at=NOW, tell=lines.append)
        yield lines
        transaction.set_rollback(True)


def test_every_unit_has_said_something_of_every_initiative_of_its_plan_every_week(told):
    weeks = ReportingPeriod.objects.filter(summed_at__isnull=False)

    assert weeks.count() == 2 * WEEKS
    assert UnitReport.objects.filter(period__in=weeks, state="accepted").count() == 25 * WEEKS
    assert ProgressEntry.objects.filter(report__period__in=weeks).count() == SMALL.entries(WEEKS)
    assert (PeriodState.objects.count(), CurrentProgress.objects.count()) == (25 * 7 * WEEKS, 25 * 7)


def test_present_state_and_sums_are_those_of_the_history(told):
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


def test_some_filed_late_and_every_state_of_work_is_met(told):
    late = [report for report in UnitReport.objects.filed().select_related("period") if report.is_late]

    assert 0 < len(late) < 25 * WEEKS / 10
    assert set(CurrentProgress.objects.values_list("work_state", flat=True)) == {
        "not_started", "in_progress", "done", "maintained", "blocked",
    }  # fmt: skip


def test_duties_are_those_the_assignments_give_so_that_the_schedule_leaves_them_alone(told):
    before = set(DutyTerm.objects.values_list("duty", "role", "valid_from", "valid_to"))

    run_schedule(at=NOW)

    assert set(DutyTerm.objects.values_list("duty", "role", "valid_from", "valid_to")) == before
    assert (len(before), DutyTerm.objects.filter(role="lead").count()) == (25 * 7, 30)


def test_present_periods_are_open_and_owed_by_every_unit(told):
    running = ReportingPeriod.objects.filter(ends_on__gte=local_day(NOW))

    assert sorted(running.values_list("code", flat=True)) == ["2026-12", "2026-12", "2026-W48", "2026-W48"]
    assert UnitReport.objects.filter(period__in=running, state="open").count() == 2 * 25


def test_every_unit_has_an_officer(told):
    served = set(UnitMembership.objects.values_list("unit", flat=True))

    assert served >= set(Unit.objects.filter(files_reports=True).values_list("pk", flat=True))
    assert set(User.objects.values_list("is_demo", flat=True)) == {True}


def test_progress_is_told_plan_by_plan(told):
    assert told == [
        "Đã tạo 2 kế hoạch, 25 đơn vị.",
        "Đã ghi 11 tuần của kế hoạch 1/2.",
        "Đã ghi 11 tuần của kế hoạch 2/2.",
        "Đã mở kỳ báo cáo hiện tại.",
    ]


def test_data_in_bulk_is_neither_cleared_row_by_row_nor_made_twice(told):
    with pytest.raises(DemoRefused, match="Hãy tạo lại cơ sở dữ liệu"):
        clear_demo()
    with pytest.raises(DemoRefused, match="Hãy tạo lại cơ sở dữ liệu"):
        seed_scale(SMALL, weeks=1, at=NOW, tell=lambda line: None)


def test_scales_are_those_of_the_measurements():
    nation = SCALES["nation"]

    assert (nation.entries(104), sum(nation.units_of_plans), len(nation.units_of_plans)) == (15_196_896, 3321, 34)
    assert SCALES["province"].units_of_plans == [166]
