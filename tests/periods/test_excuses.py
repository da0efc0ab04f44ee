"""A unit that owes nothing in one period: neither missing nor late, in no rate, chased by nobody."""

from datetime import timedelta

import pytest

from reports.consolidated.drafting.facts import read_facts
from reports.domain.states import ReportStatus
from reports.filing.services import submit_report
from reports.lifecycle.errors import NotOwed, ReviewError
from reports.models import Alarm, Notification, Reminder, ReminderRule, ReportingPeriod, UnitReport
from reports.periods.excuses import excuse_report, expect_report
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.outstanding import outstanding_reports, periods_to_chase
from reports.reminders.services import create_due_reminders
from reports.reminders.tick import tick
from reports.review.services import reopen_report
from reports.rollup import read_board, scope_of
from reports.rollup.attention import attention_groups
from reports.rollup.initiative_lines import lines_of
from reports.rollup.timeliness import Tally, grid_of, owing_units, period_tally, silences
from tests.acts import MONDAY, WEEK, entry_of, filed, fill, opened, report_of
from tests.factories import DutyFactory, UnitFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

WEDNESDAY = vn("2024-03-06 09:00")
AFTER_LOCK = vn("2024-03-13 08:00")
WHY = "Đơn vị tạm dừng <hoạt động>"


@pytest.fixture
def other(duty):
    """Another unit with the same work, so that something is owed still."""
    return DutyFactory(unit=UnitFactory(name="UBND xã Phú Lệ"), initiative=duty.initiative).unit


def excuse(report, by, at=WEDNESDAY, reason=WHY):
    return excuse_report(report, reason=reason, by=by, at=at)


def test_excused_report_says_who_when_and_why_and_the_unit_is_told(report, officer, standing_agency):
    fill(report, officer, MONDAY, result="đang viết")

    found = excuse(report, standing_agency)

    assert (found.state, found.excused_at, found.excused_by, found.excused_reason) == (
        "excused", WEDNESDAY, standing_agency, WHY,
    )  # fmt: skip
    assert (found.status(WEDNESDAY), found.is_fileable(WEDNESDAY)) == (ReportStatus.EXCUSED, False)
    assert Notification.objects.get(user=officer).text == (
        f"Phòng Nội vụ không phải nộp báo cáo tuần 28/02 – 05/03: {WHY}"
    )
    assert (found.history.first().history_user, entry_of(report).result) == (standing_agency, "đang viết")


def test_portal_itself_excuses_without_a_person(report):
    found = excuse(report, None, reason="Đơn vị đã kết thúc")

    assert (found.excused_by, found.history.first().history_user) == (None, None)


def test_missed_report_that_is_excused_was_never_missed(report, standing_agency):
    run_schedule(at=AFTER_LOCK)

    found = excuse(report_of(report.unit), standing_agency, AFTER_LOCK)

    assert (found.state, found.missed_at, found.was_missed) == ("excused", AFTER_LOCK, False)


def test_report_owed_again_can_be_filed_in_time(report, officer, standing_agency):
    excuse(report, standing_agency)

    found = expect_report(report, by=standing_agency, at=WEDNESDAY)

    assert (found.state, found.excused_at, found.excused_by, found.excused_reason) == ("open", None, None, "")
    assert Notification.objects.filter(user=officer).latest("pk").text == (
        "Phòng Nội vụ vẫn phải nộp báo cáo tuần 28/02 – 05/03."
    )
    assert filed(report, officer, WEDNESDAY).status(WEDNESDAY) == ReportStatus.LATE


def test_report_owed_again_after_its_lock_is_missed_by_the_clock_and_can_be_reopened(report, standing_agency):
    run_schedule(at=AFTER_LOCK)
    excuse(report_of(report.unit), standing_agency, AFTER_LOCK)
    expect_report(report, by=standing_agency, at=AFTER_LOCK + WEEK)

    run_schedule(at=AFTER_LOCK + WEEK)

    found = report_of(report.unit)
    assert (found.state, found.missed_at, found.was_missed) == ("missed", AFTER_LOCK, True)
    until = AFTER_LOCK + 2 * WEEK
    assert reopen_report(found, until=until, reason="Sót", by=standing_agency, at=AFTER_LOCK + WEEK).state == "open"


def test_filed_report_is_not_excused(report, officer, standing_agency):
    filed(report, officer, MONDAY)

    with pytest.raises(ReviewError, match="đã nộp hoặc đã ghi không phải nộp"):
        excuse(report, standing_agency)


def test_report_is_not_excused_without_a_reason_or_twice(report, standing_agency):
    with pytest.raises(ReviewError, match="Hãy ghi lý do"):
        excuse(report, standing_agency, reason=" ")
    excuse(report, standing_agency)
    with pytest.raises(ReviewError, match="đã ghi không phải nộp"):
        excuse(report, standing_agency)
    assert UnitReport.objects.get(pk=report.pk).excused_reason == WHY


def test_only_an_excused_report_is_owed_again(report, standing_agency):
    with pytest.raises(ReviewError, match="không ghi là không phải nộp"):
        expect_report(report, by=standing_agency, at=WEDNESDAY)


def test_excused_report_cannot_be_filed(report, officer, standing_agency):
    fill(report, officer, MONDAY)
    excuse(report, standing_agency)

    with pytest.raises(NotOwed, match="đã ghi là không phải nộp.*tạm dừng"):
        submit_report(report, by=officer, at=WEDNESDAY)


def test_bell_that_asked_for_the_report_rings_no_more(duty, officer, standing_agency, reminder_rules):
    tick(at=MONDAY)
    asked = Notification.objects.get(user=officer)

    for report in UnitReport.objects.all():
        excuse(report, standing_agency)

    asked.refresh_from_db()
    assert asked.read_at == WEDNESDAY


def test_excused_report_counts_in_no_rate_and_among_no_missing(other, report, standing_agency):
    opened(other)
    run_schedule(at=AFTER_LOCK)
    excuse(report_of(report.unit), standing_agency, AFTER_LOCK)
    period = ReportingPeriod.objects.get(code="2024-W10")

    board = read_board(scope_of(period.plan, {"ky": "2024-W10"}, AFTER_LOCK))

    assert period_tally(board) == Tally(on_time=0, late=0, missing=1)
    assert [one.unit.name for one in read_facts(period).reports] == [other.name]
    missing = next(group for group in attention_groups(board, lines_of(board)) if group.items)
    assert (missing.heading, [item.about.name for item in missing.items]) == (
        "1 đơn vị quá hạn chưa nộp", [other.name],
    )  # fmt: skip


def test_grid_shows_a_blank_with_the_reason(other, report, standing_agency):
    opened(other)
    excuse(report_of(report.unit), standing_agency)
    run_schedule(at=MONDAY + WEEK)
    board = read_board(scope_of(report.period.plan, {"ky": "2024-W11"}, MONDAY + WEEK))

    rows = {row.unit.name: row.cells for row in grid_of(board, owing_units(board))}

    why = "không phải nộp: Đơn vị tạm dừng &lt;hoạt động&gt;"
    blank = f'<td class="grid-blank" title="{why}"><span class="hide">{why}</span></td>'
    assert rows["Phòng Nội vụ"].startswith(blank)
    assert "grid-blank" not in rows[other.name]


def test_unit_excused_from_its_last_periods_is_not_silent(duty, standing_agency):
    for week in range(3):
        run_schedule(at=MONDAY + week * WEEK)
    now = MONDAY + 2 * WEEK
    board = read_board(scope_of(duty.initiative.plan, {}, now))
    silent = silences(board)
    excuse(report_of(duty.unit, "2024-W11"), standing_agency, now)

    assert silent == {duty.unit_id: 2}
    assert silences(read_board(scope_of(duty.initiative.plan, {}, now))) == {}


def test_excused_report_is_chased_by_nobody(report, standing_agency, officer, reminder_rules):
    for each in UnitReport.objects.all():
        excuse(each, standing_agency, MONDAY)

    tick(at=WEDNESDAY)

    chased = [period.code for period in periods_to_chase(report.period.plan, WEDNESDAY)]
    assert chased == ["2024-W11"]  # begun since
    assert outstanding_reports([report.period], standing_agency, WEDNESDAY) == []
    assert Reminder.objects.filter(user=officer).count() == 0


def test_message_on_its_way_leaves_out_what_was_excused(report, officer, standing_agency, reminder_rules):
    create_due_reminders(at=MONDAY)
    for each in UnitReport.objects.all():
        excuse(each, standing_agency, MONDAY)

    deliver_all(at=MONDAY)

    assert [reminder.state for reminder in Reminder.objects.filter(user=officer)] == ["not_needed"]


def test_chasers_for_a_report_excused_since_make_no_silence(duty, officer, standing_agency, reminder_rules):
    """Three are needed for the leaders' list; two of them spoke of week 10."""
    ReminderRule.objects.filter(kind="escalation").update(after_chasers=2)
    for day in range(9):
        tick(at=MONDAY + day * timedelta(days=1))
        if day == 8:
            excuse(report_of(duty.unit), standing_agency, MONDAY + day * timedelta(days=1))

    tick(at=vn("2024-03-14 08:00"))

    assert Alarm.objects.filter(kind="unanswered", rhythm="weekly").count() == 0


def test_unit_on_the_leaders_list_leaves_it_when_its_report_is_excused(report, standing_agency, officer):
    run_schedule(at=AFTER_LOCK)
    alarm = Alarm.objects.create(
        kind="unanswered", plan=report.period.plan, unit=report.unit, rhythm="weekly", period=report.period,
        chasers=3, raised_at=WEDNESDAY,
    )  # fmt: skip
    excuse(report_of(report.unit), standing_agency, AFTER_LOCK)

    tick(at=AFTER_LOCK)

    alarm.refresh_from_db()
    assert alarm.resolved_at == AFTER_LOCK
