"""Who owes a report in a period: whoever stands on its last day, worked out anew whenever a fact about it comes.

A period that is open, due or locked follows all the same; what was filed stays where it is (KH III.6).
"""

from collections.abc import Collection, Iterable, Mapping, Set
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import Duty, DutyHandover, Unit
from reports.domain.calendar import end_of_day, local_day
from reports.domain.states import FILED, ReportState
from reports.domain.wording import vn_date, vn_moment
from reports.lifecycle.transitions import set_excused, set_expected
from reports.models import Holiday, ProgressEntry, ReportingPeriod, UnitReport
from reports.notifications.services import notify_units

from .drafts_carried import carry_drafts

# Who comes to owe a report when it is due already has so many working days for it, and so long again until the lock.
OWN_DUE_WORKDAYS = 3
OWN_LATE_FOR = timedelta(days=7)
_UNFILED = (ReportState.OPEN, ReportState.MISSED)
_BATCH = 500


class _Line(NamedTuple):
    """An entry as far as it matters whether it is owed."""

    pk: int
    report_id: int
    duty_id: int
    role: str
    is_principal: bool


@transaction.atomic
def expect_reports(
    period: ReportingPeriod, duties: Iterable[Duty], at: datetime, own: Mapping[str, datetime] | None = None
) -> list[UnitReport]:
    """Write the report each unit owes that has none yet, and in it an empty entry for each of its ``duties``.

    Returns the reports written. ``duties`` come with their role; ``own`` are due and lock moments of their own.
    """
    duties = list(duties)
    units = dict.fromkeys(duty.unit_id for duty in duties)
    known = set(UnitReport.objects.filter(period=period, unit__in=units).values_list("unit", flat=True))
    expected = [UnitReport(period=period, unit_id=unit_id, **own or {}) for unit_id in units if unit_id not in known]
    bulk_create_with_history(expected, UnitReport, batch_size=_BATCH, default_date=at)
    report_of = dict(UnitReport.objects.filter(period=period).values_list("unit", "pk"))
    entries = [
        ProgressEntry(report_id=report_of[duty.unit_id], duty=duty, role=duty.role, is_principal=duty.is_principal)
        for duty in duties
    ]
    bulk_create_with_history(entries, ProgressEntry, batch_size=_BATCH, default_date=at)
    return expected


def owed_duties(
    period: ReportingPeriod, asked: Collection[int] | None = None, unit_id: int | None = None
) -> list[Duty]:
    """What is owed in ``period``, with the roles of its last day; ``asked``: of these duties alone; or of one unit."""
    day = max(period.ends_on, period.plan.starts_on)
    duties = Duty.objects.on(day).filter(initiative__plan=period.plan_id, unit__files_reports=True)
    if asked is not None:
        duties = duties.filter(pk__in=asked)
    if unit_id is not None:
        duties = duties.filter(unit=unit_id)
    return list(duties.order_by("unit_id", "initiative__position"))


def is_owed_otherwise(report: UnitReport) -> bool:
    """Whether its lines are not those its unit owes on the last day of the period, in the roles of that day."""
    owed = {(duty.pk, duty.role, duty.is_principal) for duty in owed_duties(report.period, unit_id=report.unit_id)}
    return owed != set(report.entries.order_by().values_list("duty", "role", "is_principal"))


@transaction.atomic
def reckon(period: ReportingPeriod, *, at: datetime) -> None:
    """Bring the reports of an opened period in line with who stands on its last day.

    Who owes nothing any more and has not filed is excused; who owes instead gets a report, with what was typed so far,
    and where its predecessor has filed owes nothing.
    """
    reports = {one.unit_id: one for one in _held(period)}
    lines = {
        line.duty_id: line
        for line in map(
            _Line._make,
            ProgressEntry.objects.filter(report__period=period)
            .order_by()
            .values_list("pk", "report", "duty", "role", "is_principal"),
        )
    }
    handovers = _handovers(period)
    asked = _asked_for(lines, handovers) if period.is_special else None
    standing = {duty.pk: duty for duty in owed_duties(period, asked)}
    answered = _answered(lines, reports.values(), handovers, standing.keys())
    owed = {pk: duty for pk, duty in standing.items() if pk not in answered}
    _write_roles([(lines[pk], owed[pk]) for pk in owed.keys() & lines.keys()], reports.values())
    added = _add_lines(period, [duty for pk, duty in owed.items() if pk not in lines], reports, at)
    _carry_over(lines, handovers, owed, reports.values(), at)
    _drop_lines([line for pk, line in lines.items() if pk not in owed], reports.values())
    _settle_reports(period, reports.values(), {duty.unit_id for duty in owed.values()}, at)
    _tell(period, added, at)


# --- Reading ---


def _held(period: ReportingPeriod) -> list[UnitReport]:
    held = UnitReport.objects.select_for_update(of=("self",)).filter(period=period)
    return list(held.select_related("unit__successor", "period").order_by("pk"))


def _handovers(period: ReportingPeriod) -> dict[int, list[int]]:
    """The predecessors of each duty under the plan that had handed over by the end of the period, by heir."""
    rows = DutyHandover.objects.filter(duty__initiative__plan=period.plan_id, on__lte=period.ends_on)
    found: dict[int, list[int]] = {}
    for heir, predecessor in rows.order_by("pk").values_list("duty", "predecessor"):
        found.setdefault(heir, []).append(predecessor)
    return found


def _behind(duty_id: int, handovers: dict[int, list[int]]) -> set[int]:
    """All that came before ``duty_id``, over any number of steps."""
    found: set[int] = set()
    asked = [duty_id]
    while asked:
        new = [pk for pk in handovers.get(asked.pop(), ()) if pk not in found]
        found.update(new)
        asked.extend(new)
    return found - {duty_id}


def _asked_for(lines: dict[int, _Line], handovers: dict[int, list[int]]) -> set[int]:
    """The duties a special report was asked on, and those that go on with them."""
    return {*lines, *(heir for heir in handovers if _behind(heir, handovers) & lines.keys())}


def _answered(
    lines: dict[int, _Line],
    reports: Iterable[UnitReport],
    handovers: dict[int, list[int]],
    standing: Set[int],
) -> set[int]:
    """Duties that took over from such as were all filed in this very period, and have no line there yet.

    Of a duty that is still owed (its unit gave the lead away) what was filed is its own word and answers for no other.
    """
    filed = {report.pk for report in reports if report.state in FILED}
    said = {pk for pk, line in lines.items() if line.report_id in filed}
    found = set()
    for heir in handovers.keys() - lines.keys():
        before = (_behind(heir, handovers) & lines.keys()) - standing
        if before and before <= said:
            found.add(heir)
    return found


# --- Writing ---


def _own_moments(at: datetime) -> dict[str, datetime]:
    due_at = end_of_day(Holiday.objects.calendar().after(local_day(at), OWN_DUE_WORKDAYS))
    return {"own_due_at": due_at, "own_locks_at": due_at + OWN_LATE_FOR}


def _write_roles(pairs: Collection[tuple[_Line, Duty]], reports: Iterable[UnitReport]) -> None:
    """What was filed keeps the role it was filed in."""
    unfiled = {report.pk for report in reports if report.state not in FILED}
    changed = [
        ProgressEntry(pk=line.pk, role=duty.role, is_principal=duty.is_principal)
        for line, duty in pairs
        if line.report_id in unfiled and (line.role, line.is_principal) != (duty.role, duty.is_principal)
    ]
    ProgressEntry.objects.bulk_update(changed, ["role", "is_principal"], batch_size=_BATCH)


def _add_lines(
    period: ReportingPeriod, duties: list[Duty], reports: dict[int, UnitReport], at: datetime
) -> list[UnitReport]:
    """A report that was filed gets no further line."""
    open_to = {unit_id for unit_id, report in reports.items() if report.state in (*_UNFILED, ReportState.EXCUSED)}
    wanted = [duty for duty in duties if duty.unit_id not in reports or duty.unit_id in open_to]
    own = _own_moments(at) if at > period.due_at else {}
    return expect_reports(period, wanted, at, own) if wanted else []


def _carry_over(
    lines: dict[int, _Line],
    handovers: dict[int, list[int]],
    owed: dict[int, Duty],
    reports: Iterable[UnitReport],
    at: datetime,
) -> None:
    """What was typed and not filed under a duty goes to who has to file it now."""
    unfiled = {report.pk for report in reports if report.state in _UNFILED}
    carried = {
        lines[predecessor].pk: heir
        for heir in owed
        for predecessor in _behind(heir, handovers) & lines.keys()
        if predecessor not in owed and lines[predecessor].report_id in unfiled
    }
    if carried:
        carry_drafts(carried, at=at)


def _drop_lines(lines: list[_Line], reports: Iterable[UnitReport]) -> None:
    """Take away the empty lines nobody owes; what was written or filed stays."""
    unfiled = {report.pk for report in reports if report.state in _UNFILED}
    dropped = ProgressEntry.objects.filter(pk__in=[line.pk for line in lines if line.report_id in unfiled])
    written = set(dropped.reported().values_list("pk", flat=True))
    dropped.exclude(pk__in=written).delete()


def _settle_reports(period: ReportingPeriod, reports: Iterable[UnitReport], owing: set[int], at: datetime) -> None:
    """Excuse who owes nothing and has not filed; ask again who was excused so and owes after all."""
    changed: list[UnitReport] = []
    gone: list[int] = []
    for report in reports:
        if report.unit_id in owing:
            if report.state == ReportState.EXCUSED and report.excused_by_id is None:
                set_expected(report)
                changed.append(report)
        elif report.state in _UNFILED:
            if _is_without_trace(report, period):
                gone.append(report.pk)
            else:
                set_excused(report, _why(report.unit), by=None, at=at)
                changed.append(report)
    fields = ["state", "excused_at", "excused_reason"]
    bulk_update_with_history(changed, UnitReport, fields, batch_size=_BATCH, default_date=at)
    UnitReport.objects.filter(pk__in=gone, entries=None, versions=None).delete()


def _is_without_trace(report: UnitReport, period: ReportingPeriod) -> bool:
    """Owed by a mistake put right, not by a unit that ended."""
    ended = report.unit.valid_to is not None and report.unit.valid_to < period.ends_on
    return not ended and report.missed_at is None


def _why(unit: Unit) -> str:
    if unit.valid_to is None:
        return "Đơn vị không còn nhiệm vụ trong kỳ này."
    after = f" {unit.successor} báo cáo thay." if unit.successor else ""
    return f"Đơn vị kết thúc hoạt động sau ngày {vn_date(unit.valid_to)}.{after}"


def _tell(period: ReportingPeriod, added: Iterable[UnitReport], at: datetime) -> None:
    """Who comes to owe a report that was due already is told of it, and of its due day."""
    late = [report for report in added if report.own_due_at]
    told = {
        report.unit_id: (
            f"{period} chuyển sang đơn vị. Hạn nộp {vn_moment(report.due_at)}.",
            report.get_absolute_url(),
        )
        for report in late
    }
    notify_units(told, plan=period.plan_id, by=None, at=at)
