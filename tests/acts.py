"""What the tests of reporting do over and over: open the periods, find a report, fill it in, file it."""

from datetime import timedelta

from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.states import ReportState, SolvingLevel, WorkState
from reports.filing.drafts import EntryEdit, save_entries, values_of
from reports.filing.services import submit_report
from reports.models import ProgressEntry, UnitReport
from reports.periods.services import run_schedule
from tests.factories import DutyFactory, InitiativeFactory, vn

MONDAY = vn("2024-03-04 08:00")
NEXT_MONDAY = vn("2024-03-11 08:00")
WEEK = timedelta(days=7)


def report_of(unit, code="2024-W10"):
    return UnitReport.objects.get(unit=unit, period__code=code)


def opened(unit, at=MONDAY, code="2024-W10"):
    """The report ``unit`` owes for ``code``, after the clock has opened the periods at ``at``."""
    run_schedule(at=at)
    return report_of(unit, code)


def likely(said):
    """Blocked work with the level that can solve it, so that nothing has to be explained."""
    is_blocked = said["work_state"] == WorkState.BLOCKED
    return {**said, "solving_level": said.get("solving_level") or SolvingLevel.DISTRICT} if is_blocked else said


def fill(report, by, at, **fields):
    """Fill in every entry alike, under way unless told otherwise."""
    said = likely({"work_state": WorkState.IN_PROGRESS, "percent": 60, **fields})
    edits = [EntryEdit(entry.pk, said) for entry in report.entries.all()]
    return save_entries(report, edits, by=by, at=at).entries


def save_entry(entry, fields, *, by, at, figures=None, known=None):
    """Type into one entry, over whatever stands unless told what is ``known``; returns it as it is now."""
    return save_entries(entry.report, [EntryEdit(entry.pk, fields, figures or {}, known)], by=by, at=at).entries[0]


def seen(entry, **also):
    """What a page knows that shows ``entry`` as it is now, and ``also``."""
    return {key: [value] for key, value in values_of(entry).items()} | {key: [value] for key, value in also.items()}


def save_draft(report, entries, *, by, at):
    """Keep ``entries`` as they were filled in."""
    told = [(entry, likely({name: getattr(entry, name) for name in FILLED_FIELDS})) for entry in entries]
    save_entries(report, [EntryEdit(entry.pk, fields) for entry, fields in told], by=by, at=at)


def filed(report, by, at, **fields):
    fill(report, by, at, **fields)
    return submit_report(report, by=by, at=at)


def filed_as_nothing(report, by, at):
    """Filed "không phát sinh", also of duties never reported on: from before that was refused there are such rows."""
    said = {"state": ReportState.SUBMITTED, "nothing_to_report": True, "submitted_by": by}
    UnitReport.objects.filter(pk=report.pk).update(**said, first_submitted_at=at, submitted_at=at)
    return UnitReport.objects.get(pk=report.pk)


def entry_of(report):
    """The first entry, as the database has it now."""
    return ProgressEntry.objects.filter(report=report).select_related("report", "duty").first()


def more_duties(duty, count):
    """``count`` more duties of the same unit under the same plan."""
    return [DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan)) for _ in range(count)]
