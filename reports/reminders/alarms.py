"""What must be settled by telephone: units nobody can be reminded for, and units that answer no chaser."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from assignments.models import Duty, Unit
from models_registry.models import Plan
from reports.domain.calendar import VIETNAM, Rhythm, local_day
from reports.domain.states import ReportState
from reports.models import Alarm, ReminderItem, ReminderKind, ReportingPeriod, UnitReport, UnitRequest
from reports.notifications.recipients import people_of_units, reached_units

_LONG_AGO = datetime(2000, 1, 1, tzinfo=VIETNAM)
# Requests know no rhythm of their own; who does not answer them is pressed once a week.
CHASING_RHYTHM = Rhythm.WEEKLY


class Untold(NamedTuple):
    """A unit that nobody can be reminded for; ``period`` of what was to be told, None where it was a request."""

    plan_id: int
    unit: Unit
    period: ReportingPeriod | None


def raise_nobody(untold: Iterable[Untold], *, at: datetime) -> list[Alarm]:
    """Raise an alarm for each plan and unit, of the first that was to be told; returns the new ones."""
    first = {(one.plan_id, one.unit.pk): one for one in reversed(list(untold))}
    return _raise([Alarm(kind=Alarm.Kind.NOBODY, raised_at=at, **one._asdict()) for one in first.values()])


def raise_unanswered(period: ReportingPeriod, chasers: int, *, at: datetime) -> list[Alarm]:
    """Raise an alarm for each unit that left ``chasers`` chasers unanswered, over all periods of the rhythm."""
    wanted = [
        Alarm(
            kind=Alarm.Kind.UNANSWERED,
            plan=period.plan,
            unit=report.unit,
            rhythm=period.rhythm,
            period=period,
            chasers=times,
            raised_at=at,
        )
        for report, times in _unanswered(period, chasers)
    ]
    return _raise(wanted)


def raise_unanswered_requests(plan: Plan, chasers: int, *, at: datetime) -> list[Alarm]:
    """Raise an alarm for each request of ``plan`` that was chased ``chasers`` times, or is chased no more."""
    about = {"kind": Alarm.Kind.UNANSWERED, "plan": plan, "rhythm": CHASING_RHYTHM, "raised_at": at}
    overdue = UnitRequest.objects.overdue(at).filter(plan=plan).select_related("unit")
    times_of = _chased_times(overdue)
    return _raise(
        [
            Alarm(unit=request.unit, request=request, chasers=times_of[request.pk], **about)
            for request in overdue
            if request.pk in times_of and (times_of[request.pk] >= chasers or request.is_given_up(at))
        ]
    )


def raise_uncorrected(period: ReportingPeriod, *, at: datetime) -> list[Alarm]:
    """Raise an alarm for each report of the plan and rhythm that was returned long ago; once for each report."""
    of_rhythm = UnitReport.objects.given_up(at).filter(period__plan=period.plan_id, period__rhythm=period.rhythm)
    raised = Alarm.objects.filter(kind=Alarm.Kind.UNCORRECTED, unit=OuterRef("unit"), period=OuterRef("period"))
    kind = {"kind": Alarm.Kind.UNCORRECTED, "plan": period.plan, "rhythm": period.rhythm, "raised_at": at}
    new = (
        of_rhythm.filter(~Exists(raised)).select_related("unit", "period").order_by("period__due_at", "unit__sort_key")
    )
    return list(Alarm.objects.bulk_create(Alarm(unit=report.unit, period=report.period, **kind) for report in new))


def uncorrected(period: ReportingPeriod, at: datetime) -> QuerySet[Alarm]:
    """The reports of the plan and rhythm that went to the leaders' list at ``at`` and were not corrected since."""
    raised = Alarm.objects.unresolved().filter(kind=Alarm.Kind.UNCORRECTED, raised_at=at)
    of_rhythm = raised.filter(plan=period.plan_id, rhythm=period.rhythm)
    return of_rhythm.select_related("plan", "unit", "period").order_by("period__due_at", "unit__sort_key")


def unanswered(period: ReportingPeriod) -> QuerySet[Alarm]:
    """The leaders' list for the rhythm of ``period``; of requests, where they are chased in it."""
    unresolved = Alarm.objects.unresolved().filter(
        kind=Alarm.Kind.UNANSWERED, plan=period.plan_id, rhythm=period.rhythm
    )
    return unresolved.select_related("plan", "unit", "request").order_by("unit__sort_key", "pk")


def resolve_alarms(*, at: datetime) -> None:
    """Resolve the alarms whose cause is gone: somebody at the unit can be reached now, it has filed since or need not,
    the plan has ended, or the unit owes nothing and has no duty.
    """
    unresolved = list(Alarm.objects.unresolved())
    if not unresolved:
        return
    today = local_day(at)
    nobody = {alarm.unit_id for alarm in unresolved if alarm.kind == Alarm.Kind.NOBODY}
    staffed = reached_units(people_of_units(nobody, today)) if nobody else set()
    filed_since = UnitReport.objects.filed().filter(
        unit=OuterRef("unit"),
        period__plan=OuterRef("plan"),
        period__rhythm=OuterRef("rhythm"),
        first_submitted_at__gt=OuterRef("raised_at"),
    )
    excused = UnitReport.objects.filter(unit=OuterRef("unit"), period=OuterRef("period"), state=ReportState.EXCUSED)
    answered = Q(kind=Alarm.Kind.UNANSWERED, request=None) & (Exists(filed_since) | Exists(excused))
    asked = UnitRequest.objects.awaiting().filter(unit=OuterRef("unit"))
    settled = Q(request__isnull=False) & ~Exists(asked.overdue(at).filter(pk=OuterRef("request")))
    returned = UnitReport.objects.returned().filter(unit=OuterRef("unit"), period=OuterRef("period"))
    corrected = Q(kind=Alarm.Kind.UNCORRECTED) & ~Exists(returned)
    reached = Q(kind=Alarm.Kind.NOBODY, unit__in=staffed)
    owing = UnitReport.objects.owed().filter(unit=OuterRef("unit"), period__plan=OuterRef("plan"))
    duties = Duty.objects.on(today).filter(unit=OuterRef("unit"), initiative__plan=OuterRef("plan"))
    nothing_asked = ~Exists(duties) & ~Exists(owing) & ~Exists(asked.filter(plan=OuterRef("plan")))
    plan_ended = ~Q(plan__in=Plan.objects.running(today))
    Alarm.objects.unresolved().filter(answered | settled | corrected | reached | nothing_asked | plan_ended).update(
        resolved_at=at
    )


def _raise(wanted: Sequence[Alarm]) -> list[Alarm]:
    """Write those of ``wanted`` that are not unresolved already; the number of chasers is brought up to date."""
    unresolved = {
        _what(alarm): alarm for alarm in Alarm.objects.unresolved().filter(unit__in=[alarm.unit_id for alarm in wanted])
    }
    new, known = [], []
    for alarm in wanted:
        same = unresolved.get(_what(alarm))
        if same:
            same.chasers = alarm.chasers
            known.append(same)
        else:
            new.append(alarm)
    Alarm.objects.bulk_update(known, ["chasers"])
    return list(Alarm.objects.bulk_create(new))


def _what(alarm: Alarm) -> tuple[str, int, int, str, int | None]:
    """Of two with the same only one stands."""
    return alarm.kind, alarm.plan_id, alarm.unit_id, alarm.rhythm, alarm.request_id


def _chased_times(requests: QuerySet[UnitRequest]) -> dict[int, int]:
    """How often each was chased since its day, and since its unit is asked; a moment counts once."""
    asked = UnitRequest.history.filter(id=OuterRef("request"), unit=OuterRef("request__unit"))
    since = asked.order_by("history_date").values("history_date")[:1]
    told = ReminderItem.objects.delivered().filter(kind=ReminderKind.CHASER, request__in=requests)
    chased = told.annotate(since=Subquery(since)).filter(reminder__slot_at__gt=F("request__due_at"))
    by_request = chased.filter(reminder__slot_at__gt=F("since")).order_by().values("request")
    times = by_request.annotate(times=Count("reminder__slot_at", distinct=True))
    return dict(times.values_list("request", "times"))


def _unanswered(period: ReportingPeriod, chasers: int) -> list[tuple[UnitReport, int]]:
    """Units that still owe ``period``, with the chasers since they last filed in this rhythm; a moment counts once."""
    same_rhythm = {"period__plan": period.plan_id, "period__rhythm": period.rhythm}
    last_filed = (
        UnitReport.objects.filed()
        .filter(**same_rhythm, unit=OuterRef("report__unit"))
        .order_by("-first_submitted_at")
        .values("first_submitted_at")[:1]
    )
    owing = {
        report.unit_id: report
        for report in UnitReport.objects.filter(period=period, state__in=(ReportState.OPEN, ReportState.MISSED))
        .select_related("unit")
        .order_by("unit__sort_key")
    }
    told = (
        ReminderItem.objects.delivered()
        .filter(kind=ReminderKind.CHASER, report__unit__in=owing, report__in=UnitReport.objects.expected())
        .filter(**{f"report__{path}": value for path, value in same_rhythm.items()})
        .annotate(filed_at=Coalesce(Subquery(last_filed), Value(_LONG_AGO), output_field=DateTimeField()))
        .filter(reminder__sent_at__gt=F("filed_at"))
        .values("report__unit")
        .annotate(times=Count("reminder__slot_at", distinct=True))
        .filter(times__gte=chasers)
    )
    times_of = dict(told.values_list("report__unit", "times"))
    return [(report, times_of[unit]) for unit, report in owing.items() if unit in times_of]
