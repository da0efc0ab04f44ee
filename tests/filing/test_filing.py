"""Reports are there before they are filed; filing them keeps the last word; silence is never an answer."""

from datetime import timedelta

import pytest

from reports.domain.states import ReportStatus, WorkState
from reports.filing.services import submit_nothing, submit_report
from reports.lifecycle.errors import AlreadyFiled, HasContent, Locked, NothingBefore, Unready
from reports.models import CurrentProgress, ProgressEntry, ReportingPeriod, ScheduleTick, UnitReport
from reports.periods import services as periods
from reports.periods.services import mark_missed, open_periods, run_schedule
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, vn
from tests.queries import same_queries

pytestmark = pytest.mark.django_db


def weekly(code="2024-W10"):
    return UnitReport.objects.get(period__code=code)


def fill(report, by, at, **fields):
    entries = list(report.entries.all())
    for entry in entries:
        for name, value in {"work_state": WorkState.IN_PROGRESS, "percent": 60, **fields}.items():
            setattr(entry, name, value)
    save_draft(report, entries, by=by, at=at)


@pytest.fixture
def report(duty, monday):
    run_schedule(at=monday)
    return weekly()


def test_schedule_opens_the_week_and_the_month_with_a_report_for_each_unit(duty, monday):
    outcome = run_schedule(at=monday)

    assert outcome == {"opened": ["2024-W10", "2024-03"], "missed": []}
    assert list(ProgressEntry.objects.values_list("report__unit", "duty")) == [(duty.unit_id, duty.pk)] * 2
    assert ScheduleTick.objects.get(name="run-schedule").at == monday


def test_schedule_run_again_does_nothing_more(report, monday):
    assert run_schedule(at=monday) == {"opened": [], "missed": []}


def test_schedule_after_a_pause_opens_every_period_in_between(report):
    run_schedule(at=vn("2024-03-20 00:05"))

    assert sorted(ReportingPeriod.objects.values_list("code", flat=True)) == [
        "2024-03", "2024-04", "2024-W10", "2024-W11", "2024-W12", "2024-W13",
    ]  # fmt: skip


def test_schedule_of_a_closed_plan_opens_nothing(duty, monday):
    duty.initiative.plan.closed_on = monday.date() - timedelta(days=1)
    duty.initiative.plan.save()

    assert run_schedule(at=monday)["opened"] == []


def test_each_plan_has_periods_and_duties_of_its_own(report, duty):
    """A plan that begins while another runs starts with the period it finds, and owes nothing of the other."""
    other = DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=PlanFactory(starts_on="2024-03-05")))

    run_schedule(at=vn("2024-03-05 08:00"))

    owed = ProgressEntry.objects.order_by("duty", "report__period__rhythm")
    assert list(owed.values_list("duty", "report__period__plan", "report__period__code")) == [
        (duty.pk, duty.initiative.plan_id, "2024-03"),
        (duty.pk, duty.initiative.plan_id, "2024-W10"),
        (other.pk, other.initiative.plan_id, "2024-03"),
        (other.pk, other.initiative.plan_id, "2024-W10"),
    ]


class PowerCut(Exception):
    pass


@pytest.mark.parametrize("last", ["refresh_duties", "expect_reports", "bulk_update_with_history", "close_periods"])
def test_schedule_that_breaks_off_leaves_everything_as_it_was(report, monkeypatch, last):
    """The moment opens week 11 to 13 and misses week 10, and is cut off after ``last`` has been done."""
    done = getattr(periods, last)

    def break_off(*args, **kwargs):
        done(*args, **kwargs)
        raise PowerCut

    monkeypatch.setattr(periods, last, break_off)
    with pytest.raises(PowerCut):
        run_schedule(at=vn("2024-03-20 00:05"))

    assert set(UnitReport.objects.values_list("period__code", "state")) == {("2024-W10", "open"), ("2024-03", "open")}
    assert ReportingPeriod.objects.count() == 2
    assert ScheduleTick.objects.get(name="run-schedule").at == vn("2024-03-04 08:00")


def test_opening_periods_breaks_off_as_a_whole(plan, duty, monday, monkeypatch):
    def break_off(*args, **kwargs):
        raise PowerCut

    monkeypatch.setattr(periods, "expect_reports", break_off)
    with pytest.raises(PowerCut):
        open_periods(plan, at=monday)

    assert ReportingPeriod.objects.count() == 0


def test_marking_what_was_missed_breaks_off_as_a_whole(report, monkeypatch):
    """Locked first, written together: the rows are only held inside a transaction."""
    done = periods.bulk_update_with_history

    def break_off(*args, **kwargs):
        done(*args, **kwargs)
        raise PowerCut

    monkeypatch.setattr(periods, "bulk_update_with_history", break_off)
    with pytest.raises(PowerCut):
        mark_missed(at=vn("2024-03-20 00:05"))

    assert set(UnitReport.objects.values_list("state", flat=True)) == {"open"}


def test_period_stores_its_due_and_lock_moments(report):
    assert (report.period.due_at > vn("2024-03-05 23:59:59"), report.period.due_at < vn("2024-03-06 00:00")) == (
        True,
        True,
    )
    assert report.period.locks_at == report.period.due_at + timedelta(days=7)


@pytest.mark.parametrize(
    ("filed_at", "status"),
    [
        ("2024-03-04 23:59:59", ReportStatus.SUBMITTED),
        ("2024-03-05 23:59:59", ReportStatus.SUBMITTED),
        ("2024-03-06 00:00:00", ReportStatus.LATE),
        ("2024-03-12 23:59:59", ReportStatus.LATE),
    ],
)
def test_report_filed_until_the_end_of_the_due_day_is_on_time(report, officer, filed_at, status):
    at = vn(filed_at)
    fill(report, officer, at)

    filed = submit_report(report, by=officer, at=at)

    assert (filed.status(at), filed.submitted_by, filed.submitted_at) == (status, officer, at)


def test_report_not_filed_until_the_lock_is_missed_for_ever(report, officer):
    assert report.status(vn("2024-03-06 00:00")) == ReportStatus.OVERDUE

    outcome = run_schedule(at=vn("2024-03-13 00:00"))

    assert outcome["missed"] == [{"unit": "Phòng Nội vụ", "period": "2024-W10"}]
    with pytest.raises(Locked):
        submit_nothing(report, by=officer, at=vn("2024-03-13 00:01"))
    assert weekly().state == UnitReport.State.MISSED


def test_report_past_its_lock_is_refused_before_the_schedule_has_marked_it(report, officer):
    with pytest.raises(Locked):
        submit_nothing(report, by=officer, at=vn("2024-03-13 00:00"))


def test_report_with_an_unanswered_entry_is_not_filed(report, officer, monday):
    with pytest.raises(Unready) as refused:
        submit_report(report, by=officer, at=monday)

    assert [entry.missing for entry in refused.value.entries] == ["chọn trạng thái công việc"]
    assert weekly().state == UnitReport.State.OPEN


def test_report_of_blocked_work_asks_for_the_difficulty(report, officer, monday):
    fill(report, officer, monday, work_state=WorkState.BLOCKED)

    with pytest.raises(Unready) as refused:
        submit_report(report, by=officer, at=monday)

    assert [entry.missing for entry in refused.value.entries] == ["ghi rõ khó khăn, vướng mắc"]


def test_report_filed_twice_is_one_report_and_says_so(report, officer, monday):
    fill(report, officer, monday)
    submit_report(report, by=officer, at=monday)

    with pytest.raises(AlreadyFiled, match="đã được .* nộp lúc 08:00 ngày 04/03/2024"):
        submit_report(report, by=officer, at=monday + timedelta(minutes=1))

    assert weekly().submitted_at == monday


def test_nothing_to_report_leaves_the_last_word_as_it_was(report, officer, monday):
    fill(report, officer, monday, result="đã lắp 2/3 đầu đọc")
    submit_report(report, by=officer, at=monday)
    run_schedule(at=vn("2024-03-11 08:00"))

    filed = submit_nothing(weekly("2024-W11"), by=officer, at=vn("2024-03-11 08:00"))

    assert filed.status(vn("2024-03-11 08:00")) == ReportStatus.NOTHING_TO_REPORT
    current = CurrentProgress.objects.get()
    assert (current.work_state, current.result, current.period.code) == (
        "in_progress",
        "đã lắp 2/3 đầu đọc",
        "2024-W10",
    )


def test_nothing_to_report_is_refused_over_a_draft_with_words(report, officer, monday):
    fill(report, officer, monday, result="đã tập huấn")
    submit_report(report, by=officer, at=monday)
    monthly = weekly("2024-03")
    fill(monthly, officer, monday, result="đã tập huấn")

    with pytest.raises(HasContent, match="ở 1 mô hình .* xóa nội dung và tệp"):
        submit_nothing(monthly, by=officer, at=monday)

    assert monthly.entries.get().result == "đã tập huấn"


def test_nothing_to_report_is_refused_where_nothing_was_ever_reported(duty, report, officer, monday):
    """There is nothing it could refer to; of two lines the one never reported on is named."""
    fill(report, officer, monday)
    submit_report(report, by=officer, at=monday)
    unheard = DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan, code="88"))
    monthly = weekly("2024-03")
    ProgressEntry.objects.create(report=monthly, duty=unheard)

    with pytest.raises(NothingBefore, match="Mô hình 88 chưa báo cáo lần nào.* chọn trạng thái công việc"):
        submit_nothing(monthly, by=officer, at=monday)

    assert weekly("2024-03").state == UnitReport.State.OPEN


def test_current_state_is_not_covered_by_an_earlier_period_filed_late(report, officer):
    at = vn("2024-03-07 09:00")
    run_schedule(at=at)
    newer = weekly("2024-W11")
    fill(newer, officer, at, work_state=WorkState.DONE, percent=100, result="đã xong")
    submit_report(newer, by=officer, at=at)
    fill(report, officer, at, explanation="mới làm lại")

    submit_report(report, by=officer, at=at)

    current = CurrentProgress.objects.get()
    assert (current.work_state, current.percent, current.period.code) == ("done", 100, "2024-W11")


def test_each_write_leaves_who_and_when(report, officer, monday):
    fill(report, officer, monday)
    submit_report(report, by=officer, at=monday)

    assert [(h.state, h.history_user, h.history_date) for h in report.history.order_by("history_id")] == [
        ("open", None, monday),
        ("submitted", officer, monday),
    ]
    assert [(h.percent, h.history_user) for h in report.entries.get().history.order_by("history_id")] == [
        (None, None),
        (60, officer),
    ]


@same_queries(16)
def test_filing_takes_the_same_queries_for_any_number_of_duties(duty, officer, monday, rows, counted):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan))
    run_schedule(at=monday)
    report = weekly()
    fill(report, officer, monday)

    with counted:
        submit_report(report, by=officer, at=monday)
