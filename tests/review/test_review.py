"""After the filing: withdrawn, returned, corrected, accepted, reopened, filed on behalf, left out of the roll-up."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assignments.permissions import Permission
from assignments.roles import PERMISSIONS, Role
from reports.domain.states import ReportStatus, WorkState
from reports.filing.services import file_on_behalf, submit_nothing, submit_report, withdraw_report
from reports.lifecycle.errors import Locked, NotWithdrawable, ReviewError, Unready
from reports.models import CurrentProgress, Evidence, ProgressEntry, ReviewRemark, UnitReport
from reports.periods.services import run_schedule
from reports.review.services import (
    Remark,
    accept_reports,
    exclude_entry,
    include_entry,
    reopen_report,
    return_report,
)
from tests.acts import (
    MONDAY,
    NEXT_MONDAY,
    entry_of,
    filed,
    fill,
    opened,
    report_of,
    save_entry,
)
from tests.factories import DutyFactory, UserFactory, vn
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

TUESDAY = vn("2024-03-05 10:00")
LATE = vn("2024-03-07 10:00")
AFTER_LOCK = vn("2024-03-13 08:00")


# --- Withdrawing ---


def test_withdrawn_report_is_owed_as_if_it_had_never_been_filed(report, officer):
    filed(report, officer, MONDAY, result="đã tập huấn")

    withdrawn = withdraw_report(report, by=officer, at=TUESDAY)

    assert (withdrawn.state, withdrawn.submitted_at, withdrawn.first_submitted_at) == ("open", None, None)
    assert (entry_of(report).result, CurrentProgress.objects.count()) == ("đã tập huấn", 0)


def test_withdrawing_gives_up_being_on_time(report, officer):
    filed(report, officer, MONDAY)
    withdraw_report(report, by=officer, at=TUESDAY)

    again = submit_report(report, by=officer, at=LATE)

    assert again.status(LATE) == ReportStatus.LATE


def test_nothing_to_report_can_be_withdrawn(report, officer):
    filed(report_of(report.unit, "2024-03"), officer, MONDAY)
    submit_nothing(report, by=officer, at=MONDAY)

    assert withdraw_report(report, by=officer, at=TUESDAY).nothing_to_report is False


def test_withdrawing_after_the_lock_is_refused_for_it_could_not_be_filed_again(report, officer):
    filed(report, officer, MONDAY)

    with pytest.raises(NotWithdrawable, match="không nộp lại được"):
        withdraw_report(report, by=officer, at=AFTER_LOCK)


# --- Returning ---


def test_returned_report_says_why_and_on_which_field(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    remark = Remark(entry_of(report).pk, "Ghi rõ số lượng", "result")

    returned = return_report(report, reason=" Chung chung ", remarks=[remark], by=standing_agency, at=TUESDAY)

    assert (returned.status(TUESDAY), returned.return_reason) == (ReportStatus.RETURNED, "Chung chung")
    kept = ReviewRemark.objects.get()
    assert (kept.field, kept.text, kept.answered_at) == ("result", "Ghi rõ số lượng", None)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_return_without_a_reason_is_refused(report, officer, standing_agency, reason):
    filed(report, officer, MONDAY)

    with pytest.raises(ReviewError, match="Hãy ghi lý do"):
        return_report(report, reason=reason, by=standing_agency, at=TUESDAY)


@pytest.mark.parametrize("spoilt", [{"entry_id": 0}, {"field": "unit"}, {"text": " "}])
def test_remark_must_speak_of_an_entry_of_the_report(report, officer, standing_agency, spoilt):
    filed(report, officer, MONDAY)
    remark = Remark(entry_of(report).pk, "Ghi rõ", "result")._replace(**spoilt)

    with pytest.raises(ReviewError):
        return_report(report, reason="Thiếu", remarks=[remark], by=standing_agency, at=TUESDAY)

    assert UnitReport.objects.get(pk=report.pk).state == "submitted"


def test_returned_report_stays_on_time_and_can_be_corrected_after_the_lock(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    return_report(report, reason="Thiếu", remarks=[Remark(entry_of(report).pk, "x")], by=standing_agency, at=TUESDAY)
    run_schedule(at=AFTER_LOCK)

    corrected = filed(report, officer, AFTER_LOCK, result="3 buổi")

    assert (corrected.status(AFTER_LOCK), corrected.first_submitted_at, corrected.submitted_at) == (
        ReportStatus.SUBMITTED,
        MONDAY,
        AFTER_LOCK,
    )
    assert ReviewRemark.objects.get().answered_at == AFTER_LOCK
    assert UnitReport.objects.on_time().get() == corrected


def test_returned_words_do_not_count_until_they_are_filed_again(report, officer, standing_agency):
    filed(report, officer, MONDAY)

    return_report(report, reason="Thiếu", by=standing_agency, at=TUESDAY)
    fill(report, officer, TUESDAY, percent=80)

    assert (CurrentProgress.objects.count(), ProgressEntry.objects.counted().count()) == (0, 0)
    submit_report(report, by=officer, at=TUESDAY)
    assert CurrentProgress.objects.get().percent == 80


def test_nothing_to_report_returned_asks_for_an_answer(report, officer, standing_agency):
    filed(report_of(report.unit, "2024-03"), officer, MONDAY)
    submit_nothing(report, by=officer, at=MONDAY)

    returned = return_report(report, reason="Có hội nghị", by=standing_agency, at=TUESDAY)

    assert returned.nothing_to_report is False
    with pytest.raises(Unready):
        submit_report(report, by=officer, at=TUESDAY)


def test_accepted_report_can_still_be_returned(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    accept_reports([report], by=standing_agency, at=TUESDAY)

    returned = return_report(report, reason="Sai số", by=standing_agency, at=LATE)

    assert (returned.state, returned.accepted_at, returned.days_waiting(vn("2024-03-10 08:00"))) == (
        "returned",
        None,
        3,
    )


# --- Accepting ---


def test_many_are_accepted_at_once_and_the_rest_are_told(duty, officer, standing_agency):
    other = DutyFactory(initiative=duty.initiative)
    run_schedule(at=MONDAY)
    mine, theirs = report_of(duty.unit), report_of(other.unit)
    filed(mine, officer, MONDAY)

    outcome = accept_reports([mine, theirs], by=standing_agency, at=TUESDAY)

    assert (outcome.accepted, outcome.left) == ([mine], [theirs])
    accepted = UnitReport.objects.get(pk=mine.pk)
    assert (accepted.status(TUESDAY), accepted.accepted_by, accepted.accepted_at) == (
        ReportStatus.ACCEPTED,
        standing_agency,
        TUESDAY,
    )
    assert mine.history.latest("history_id").history_user == standing_agency


@same_queries(10)
def test_accepting_takes_the_same_queries_for_any_number(duty, standing_agency, rows, counted):
    others = [DutyFactory(initiative=duty.initiative) for _ in range(rows - 1)]
    run_schedule(at=MONDAY)
    reports = [report_of(one.unit) for one in (duty, *others)]
    for report in reports:
        filed(report, by=UserFactory(unit=report.unit), at=MONDAY)

    with counted:
        accept_reports(reports, by=standing_agency, at=TUESDAY)


def test_queue_has_the_longest_waiting_first(duty, officer, standing_agency):
    other = DutyFactory(initiative=duty.initiative)
    run_schedule(at=MONDAY)
    filed(report_of(other.unit), officer, TUESDAY)
    filed(report_of(duty.unit), officer, MONDAY)

    waiting = UnitReport.objects.to_review()

    assert [report.unit for report in waiting] == [duty.unit, other.unit]
    assert [report.days_waiting(LATE) for report in waiting] == [3, 2]


# --- Missed, and opened again ---


def test_reopened_report_is_filed_late_and_stays_known_as_missed(report, officer, standing_agency):
    run_schedule(at=AFTER_LOCK)
    reopen_report(report, until=vn("2024-03-15 17:00"), reason="Mất mạng", by=standing_agency, at=AFTER_LOCK)

    late = filed(report, officer, vn("2024-03-15 17:00"))

    assert (late.status(AFTER_LOCK), late.was_missed, late.missed_at) == (ReportStatus.LATE, True, AFTER_LOCK)


def test_reopened_report_locks_again(report, officer, standing_agency):
    run_schedule(at=AFTER_LOCK)
    reopen_report(report, until=vn("2024-03-15 17:00"), reason="Mất mạng", by=standing_agency, at=AFTER_LOCK)

    with pytest.raises(Locked, match="17:00 ngày 15/03/2024"):
        fill(report, officer, vn("2024-03-15 17:01"))
    assert len(run_schedule(at=vn("2024-03-15 17:00"))["missed"]) == 0
    missed = run_schedule(at=vn("2024-03-15 17:01"))["missed"]
    assert missed == [{"unit": "Phòng Nội vụ", "period": "2024-W10"}]
    assert UnitReport.objects.get(pk=report.pk).missed_at == AFTER_LOCK


@pytest.mark.parametrize(("reason", "until"), [("", "2024-03-15 17:00"), ("Mất mạng", "2024-03-13 08:00")])
def test_reopening_asks_for_a_reason_and_a_moment_to_come(report, standing_agency, reason, until):
    run_schedule(at=AFTER_LOCK)

    with pytest.raises(ReviewError):
        reopen_report(report, until=vn(until), reason=reason, by=standing_agency, at=AFTER_LOCK)


# --- On behalf ---


def test_report_filed_on_behalf_is_marked_so_and_withdrawing_takes_the_mark(report, standing_agency, officer):
    fill(report, standing_agency, MONDAY, result="báo qua điện thoại")

    on_behalf = file_on_behalf(report, by=standing_agency, at=MONDAY)

    assert (on_behalf.filed_on_behalf, on_behalf.submitted_by) == (True, standing_agency)
    assert report.versions.get().on_behalf is True
    assert withdraw_report(report, by=officer, at=MONDAY).filed_on_behalf is False


def test_nothing_to_report_can_be_filed_on_behalf(report, officer, standing_agency):
    filed(report_of(report.unit, "2024-03"), officer, MONDAY)

    assert file_on_behalf(report, by=standing_agency, at=MONDAY, nothing=True).nothing_to_report is True


# --- Left out ---


def test_excluded_entry_counts_no_more_until_it_is_taken_back(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    entry = entry_of(report)

    excluded = exclude_entry(entry, reason="Trùng số liệu", by=standing_agency, at=TUESDAY)

    assert (excluded.excluded_by, excluded.excluded_reason) == (standing_agency, "Trùng số liệu")
    assert (CurrentProgress.objects.count(), ProgressEntry.objects.counted().count()) == (0, 0)
    include_entry(entry, by=standing_agency, at=LATE)
    assert CurrentProgress.objects.get().entry == entry


def test_excluding_asks_for_a_reason_and_a_filed_report(report, officer, standing_agency):
    with pytest.raises(ReviewError, match="chưa nộp"):
        exclude_entry(entry_of(report), reason="Trùng", by=standing_agency, at=MONDAY)
    filed(report, officer, MONDAY)
    with pytest.raises(ReviewError, match="Hãy ghi lý do"):
        exclude_entry(entry_of(report), reason=" ", by=standing_agency, at=MONDAY)


def test_database_refuses_an_exclusion_that_does_not_say_why(report, officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressEntry.objects.update(excluded_at=MONDAY, excluded_by=officer)


# --- What an entry must say ---


@pytest.mark.parametrize(
    ("said", "missing", "field"),
    [
        ({"work_state": ""}, "chọn trạng thái công việc", "work_state"),
        ({"work_state": WorkState.BLOCKED}, "ghi rõ khó khăn, vướng mắc", "difficulty"),
        ({"work_state": WorkState.BLOCKED, "difficulty": "Thiếu máy"}, "", ""),
        ({"work_state": WorkState.DONE}, "ghi kết quả hoặc đính kèm minh chứng", "result"),
        ({"work_state": WorkState.DONE, "result": "Xong"}, "", ""),
        ({"work_state": WorkState.MAINTAINED}, "", ""),
        ({"work_state": WorkState.NOT_STARTED}, "", ""),
    ],
)
def test_what_an_entry_must_say_depends_on_its_state(entry, officer, said, missing, field):
    saved = save_entry(entry, said, by=officer, at=MONDAY)

    assert (saved.missing, saved.missing_field) == (missing, field)


def test_finished_work_may_show_evidence_instead_of_words(entry, officer):
    saved = save_entry(entry, {"work_state": WorkState.DONE}, by=officer, at=MONDAY)
    Evidence.objects.create(
        entry=entry, file="x", name="ảnh.jpg", size=1, sha256="0" * 64, kind="image/jpeg",
        uploaded_by=officer, uploaded_at=MONDAY,
    )  # fmt: skip

    assert saved.missing == ""
    assert submit_report(entry.report, by=officer, at=MONDAY).state == "submitted"


# --- Rights ---


@pytest.mark.parametrize("permission", [Permission.REVIEW_REPORTS, Permission.MANAGE_OBSTACLES])
def test_only_the_standing_agency_reviews(permission):
    assert [role for role in Role if permission in PERMISSIONS[role]] == [Role.STANDING_AGENCY]


def test_only_officers_and_the_standing_agency_file():
    assert [role for role in Role if Permission.FILE_REPORT in PERMISSIONS[role]] == [
        Role.STANDING_AGENCY,
        Role.OFFICER,
    ]


def test_reviewing_reaches_the_reports_of_the_own_plan_or_none(report, officer, standing_agency):
    DutyFactory(unit=report.unit)  # under a plan of nobody's
    run_schedule(at=MONDAY)
    day = MONDAY.date()

    reviewable = [UnitReport.objects.reviewable_by(user, day).count() for user in (officer, standing_agency)]

    assert reviewable == [0, 2]


def test_next_week_before_its_first_day_is_not_yet_due(duty):
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    assert next_week.status(MONDAY) == ReportStatus.NOT_YET
    assert next_week.status(NEXT_MONDAY + timedelta(days=2)) == ReportStatus.OVERDUE
