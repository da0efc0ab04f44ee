"""The steps a report can take: one table, held by the services and, whoever writes past them, by the database."""

import itertools

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from reports.domain.report_state_triggers import report_state_triggers
from reports.domain.states import STEPS, ReportAction, ReportState, allows
from reports.domain.triggers import create_sql, drop_sql
from reports.filing.services import submit_nothing, submit_report, withdraw_report
from reports.lifecycle.errors import AlreadyFiled, Locked, NotWithdrawable, ReviewError
from reports.models import UnitReport
from reports.periods.services import run_schedule
from reports.review.services import accept_reports, reopen_report, return_report
from tests.acts import MONDAY, filed, opened, report_of
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

LOCKED = vn("2024-03-13 00:05")
_FILED = "first_submitted_at = {at}, submitted_at = {at}, submitted_by_id = {by}"
_NOT_FILED = "first_submitted_at = NULL, submitted_at = NULL, submitted_by_id = NULL"
# What a row must say of itself in each state, so that only the step itself is in question.
COLUMNS = {
    ReportState.OPEN: _NOT_FILED,
    ReportState.SUBMITTED: _FILED,
    ReportState.RETURNED: f"{_FILED}, returned_at = {{at}}, returned_by_id = {{by}}, return_reason = 'x'",
    ReportState.ACCEPTED: f"{_FILED}, accepted_at = {{at}}, accepted_by_id = {{by}}",
    ReportState.MISSED: f"{_NOT_FILED}, missed_at = {{at}}",
    ReportState.EXCUSED: f"{_NOT_FILED}, excused_at = {{at}}, excused_reason = 'x'",
    ReportState.CLOSED: f"{_FILED}, closed_at = {{at}}, closed_by_id = {{by}}, closed_reason = 'x'",
}
# What only one state says of itself, taken back in the others.
_DECIDED = "accepted_at = NULL, accepted_by_id = NULL, excused_at = NULL, excused_reason = '', closed_at = NULL, "
_DECIDED += "closed_by_id = NULL, closed_reason = ''"
LEGAL = {(before, after) for (before, _), after in STEPS.items()}
TRIGGERS = report_state_triggers(LEGAL)


def write(report, state, by):
    """Set the state by hand, with all the row must say in it."""
    columns = COLUMNS[state].format(at="'2024-03-04 08:00:00+00:00'", by=by.pk)
    untouched = [each for each in _DECIDED.split(", ") if each.split(" = ")[0] not in columns]
    columns = ", ".join([columns, *untouched])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE reports_unitreport SET state = '{state}', {columns} WHERE id = {report.pk}")


def unguarded(report, state, by):
    """Bring a report into a state without taking the steps to it."""
    with connection.cursor() as cursor:
        for statement in drop_sql(connection.vendor, TRIGGERS):
            cursor.execute(statement)
        write(report, state, by)
        for statement in create_sql(connection.vendor, TRIGGERS):
            cursor.execute(statement)


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(ReportState, 2)))
def test_database_allows_exactly_the_steps_of_the_table(report, officer, before, after):
    """With the trigger as the migrations left it: a step added to the table without a migration fails here."""
    for state in path_to(before):
        write(report, state, officer)

    if (before, after) in LEGAL:
        write(report, after, officer)
    else:
        with pytest.raises(IntegrityError, match="cannot take this step"), transaction.atomic():
            write(report, after, officer)

    assert UnitReport.objects.get(pk=report.pk).state == (after if (before, after) in LEGAL else before)


def path_to(state):
    """The steps from open to ``state``."""
    return {
        ReportState.OPEN: [],
        ReportState.SUBMITTED: [ReportState.SUBMITTED],
        ReportState.RETURNED: [ReportState.SUBMITTED, ReportState.RETURNED],
        ReportState.ACCEPTED: [ReportState.SUBMITTED, ReportState.ACCEPTED],
        ReportState.MISSED: [ReportState.MISSED],
        ReportState.EXCUSED: [ReportState.EXCUSED],
        ReportState.CLOSED: [ReportState.SUBMITTED, ReportState.RETURNED, ReportState.CLOSED],
    }[state]


def test_database_does_not_forget_that_a_report_was_missed(report, officer):
    write(report, ReportState.MISSED, officer)

    with pytest.raises(IntegrityError, match="cannot take this step"), transaction.atomic():
        UnitReport.objects.update(missed_at=None, state=ReportState.OPEN)


def test_every_action_leads_from_somewhere():
    assert {action for _, action in STEPS} == set(ReportAction)
    assert allows("accepted", ReportAction.RETURN) is True
    assert allows("accepted", ReportAction.WITHDRAW) is False


@pytest.mark.parametrize(
    "columns",
    [
        "state = 'submitted'",
        "submitted_at = '2024-03-04 08:00:00+00:00'",
        "accepted_at = '2024-03-04 08:00:00+00:00'",
        "state = 'missed'",
        "nothing_to_report = TRUE",
        "filed_on_behalf = TRUE",
        "reopened_until = '2024-03-04 08:00:00+00:00'",
        "reopen_reason = 'x'",
        "state = 'excused'",
        "excused_at = '2024-03-04 08:00:00+00:00'",
        "excused_reason = 'x'",
        "state = 'excused', excused_at = '2024-03-04 08:00:00+00:00'",
        "closed_reason = 'x'",
        "closed_at = '2024-03-04 08:00:00+00:00'",
    ],
)
def test_database_refuses_a_row_that_cannot_be(report, columns):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reports_unitreport SET {columns}")


def test_database_refuses_a_return_without_a_reason(report, officer):
    write(report, ReportState.SUBMITTED, officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        UnitReport.objects.update(state=ReportState.RETURNED, returned_at=MONDAY, returned_by=officer)


def test_database_refuses_a_closing_without_a_reason(report, officer):
    for state in path_to(ReportState.RETURNED):
        write(report, state, officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        UnitReport.objects.update(state=ReportState.CLOSED, closed_at=MONDAY, closed_by=officer)


def test_guard_can_be_taken_off_and_put_on_again(report, officer):
    unguarded(report, ReportState.ACCEPTED, officer)

    with pytest.raises(DatabaseError, match="cannot take this step"), transaction.atomic():
        write(report, ReportState.OPEN, officer)


# --- The same through the services (CHECKS 22) ---


def test_draft_cannot_be_accepted(report, standing_agency, monday):
    outcome = accept_reports([report], by=standing_agency, at=monday)

    assert ([r.pk for r in outcome.accepted], [r.pk for r in outcome.left]) == ([], [report.pk])
    assert UnitReport.objects.get(pk=report.pk).state == "open"


def test_draft_cannot_be_returned_or_withdrawn(report, officer, standing_agency, monday):
    with pytest.raises(ReviewError, match="chưa nộp"):
        return_report(report, reason="Thiếu", by=standing_agency, at=monday)
    with pytest.raises(NotWithdrawable, match="chưa nộp"):
        withdraw_report(report, by=officer, at=monday)


def test_accepted_report_cannot_be_filed_again_withdrawn_or_accepted_twice(report, officer, standing_agency, monday):
    filed(report, officer, monday)
    accept_reports([report], by=standing_agency, at=monday)

    with pytest.raises(AlreadyFiled):
        submit_report(report, by=officer, at=monday)
    with pytest.raises(AlreadyFiled):
        submit_nothing(report, by=officer, at=monday)
    with pytest.raises(NotWithdrawable, match="đã được tiếp nhận"):
        withdraw_report(report, by=officer, at=monday)
    assert accept_reports([report], by=standing_agency, at=monday).accepted == []


def test_missed_report_can_only_be_reopened(report, officer, standing_agency):
    run_schedule(at=LOCKED)

    with pytest.raises(Locked):
        submit_report(report, by=officer, at=LOCKED)
    with pytest.raises(ReviewError):
        return_report(report, reason="Thiếu", by=standing_agency, at=LOCKED)
    assert accept_reports([report], by=standing_agency, at=LOCKED).accepted == []
    reopened = reopen_report(report, until=vn("2024-03-20 17:00"), reason="Mất mạng", by=standing_agency, at=LOCKED)
    assert reopened.state == "open"


def test_open_report_cannot_be_reopened(duty, standing_agency, monday):
    report = opened(duty.unit)

    with pytest.raises(ReviewError, match="không cần mở lại"):
        reopen_report(report, until=vn("2024-03-20 17:00"), reason="Mất mạng", by=standing_agency, at=monday)
    assert report_of(duty.unit).reopened_until is None
