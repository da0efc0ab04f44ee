"""The state of every duty at the end of each period: written once it has ended, updated by whatever changes it later.

As of a period counts what was said for periods that ended no later, whenever it was filed: a report that comes in
late changes the period it was late for, and none that already had a later word.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from assignments.models import Duty
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.models import PeriodState, ProgressEntry, ReportingPeriod, UnitReport

_BATCH = 1000
_WRITTEN = ("entry_id", "result_entry_id", "work_state", "percent", "reported_at")


class DutyState(NamedTuple):
    """The state of a duty, in the fields of ``PeriodState``."""

    entry_id: int
    result_entry_id: int | None
    work_state: str
    percent: int | None
    reported_at: datetime


class EntryUpdate(NamedTuple):
    """A counted entry of the period that ended on ``ends_on``, in the fields of ``DutyState``."""

    ends_on: date
    duty_id: int
    entry_id: int
    work_state: str
    percent: int | None
    reported_at: datetime
    has_own_result: bool


@transaction.atomic
def close_periods(*, at: datetime) -> list[ReportingPeriod]:
    """Write the states of every period that has ended and has none yet, the earliest first; sets ``summed_at``."""
    ended = ReportingPeriod.objects.filter(summed_at=None, ends_on__lt=local_day(at))
    periods = list(ended.select_related("plan").order_by("ends_on", "pk"))
    if periods:
        _wait_for_filings(periods)
    for period in periods:
        _sum(period.plan, [period], None)
        period.summed_at = at
        period.save(update_fields=["summed_at"])
    return periods


def update_closed_periods(report: UnitReport, duty_ids: Collection[int]) -> None:
    """Something was filed, returned or left out for ``report``: update the periods already closed.

    One query where none is, as a rule: a report is filed before its period ends.
    """
    own = report.period
    if ReportingPeriod.objects.filter(pk=own.pk, summed_at__isnull=False).exists():
        since = ReportingPeriod.objects.filter(plan=own.plan_id, summed_at__isnull=False, ends_on__gte=own.ends_on)
        _sum(own.plan, list(since.order_by("ends_on", "pk")), duty_ids)


@transaction.atomic
def rebuild_period_states() -> int:
    """Recompute every closed period from all entries; returns how many states were wrong."""
    wrong = 0
    for plan in Plan.objects.order_by("pk"):
        periods = list(plan.periods.filter(summed_at__isnull=False).order_by("ends_on", "pk"))
        duty_ids = list(Duty.objects.filter(initiative__plan=plan).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(duty_ids), _BATCH):
            wrong += _sum(plan, periods, duty_ids[start : start + _BATCH])
    return wrong


def states_at_ends(
    periods: Sequence[ReportingPeriod], base: Mapping[int, DutyState], updates: Iterable[EntryUpdate]
) -> Iterator[dict[int, DutyState]]:
    """The states as of the end of each of ``periods``, the earliest first: ``base`` and the updates so far. Pure."""
    states = dict(base)
    waiting = iter(updates)
    one = next(waiting, None)
    for period in periods:
        while one and one.ends_on <= period.ends_on:
            before = states.get(one.duty_id)
            result_entry_id = one.entry_id if one.has_own_result else (before.result_entry_id if before else None)
            states[one.duty_id] = DutyState(one.entry_id, result_entry_id, one.work_state, one.percent, one.reported_at)
            one = next(waiting, None)
        yield dict(states)


def _sum(plan: Plan, periods: list[ReportingPeriod], duty_ids: Collection[int] | None) -> int:
    """Write the states of these duties (None: all) as of ``periods``; returns how many changed."""
    if not periods:
        return 0
    before = _last_summed_before(plan, periods[0].ends_on)
    base = _stored([before], duty_ids)[before.pk] if before else {}
    updates = _updates(plan, before, periods[-1], duty_ids)
    stored = _stored(periods, duty_ids)
    last_day = dict(Duty.objects.filter(initiative__plan=plan).values_list("pk", "valid_to"))
    changed = 0
    for period, states in zip(periods, states_at_ends(periods, base, updates), strict=True):
        wanted = {pk: state for pk, state in states.items() if (last_day[pk] or period.ends_on) >= period.ends_on}
        changed += _write(period, wanted, stored[period.pk])
    return changed


def _last_summed_before(plan: Plan, day: date) -> ReportingPeriod | None:
    return plan.periods.filter(summed_at__isnull=False, ends_on__lt=day).order_by("-ends_on").first()


def _stored(periods: Sequence[ReportingPeriod], duty_ids: Collection[int] | None) -> dict[int, dict[int, DutyState]]:
    rows = PeriodState.objects.filter(period__in=periods)
    if duty_ids is not None:
        rows = rows.filter(duty__in=duty_ids)
    found: dict[int, dict[int, DutyState]] = {period.pk: {} for period in periods}
    for period_id, duty_id, *state in rows.values_list("period", "duty", *_WRITTEN):
        found[period_id][duty_id] = DutyState(*state)
    return found


def _updates(
    plan: Plan, after: ReportingPeriod | None, last: ReportingPeriod, duty_ids: Collection[int] | None
) -> Iterator[EntryUpdate]:
    """Entries counted for the periods that ended after ``after`` and no later than ``last``, the earliest first."""
    updates = ProgressEntry.objects.counted().filter(
        report__period__plan=plan, report__period__ends_on__lte=last.ends_on
    )
    if after:
        updates = updates.filter(report__period__ends_on__gt=after.ends_on)
    if duty_ids is not None:
        updates = updates.filter(duty__in=duty_ids)
    own_result = ExpressionWrapper(~Q(result="") & Q(is_kept=False), output_field=BooleanField())
    ordered = updates.order_by("report__period__ends_on", "report__submitted_at", "pk")
    rows = ordered.values_list(
        *("report__period__ends_on", "duty", "pk", "work_state", "percent", "report__submitted_at"), own_result
    )
    return map(EntryUpdate._make, rows.iterator(chunk_size=5000))


def _write(period: ReportingPeriod, wanted: Mapping[int, DutyState], stored: Mapping[int, DutyState]) -> int:
    gone = stored.keys() - wanted.keys()
    if gone:
        PeriodState.objects.filter(period=period, duty__in=gone).delete()
    changed = {pk: state for pk, state in wanted.items() if stored.get(pk) != state}
    PeriodState.objects.bulk_create(
        [PeriodState(period=period, duty_id=pk, **state._asdict()) for pk, state in changed.items()],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["period", "duty"],
        update_fields=[name.removesuffix("_id") for name in _WRITTEN],
    )
    return len(gone) + len(changed)


def _wait_for_filings(periods: Sequence[ReportingPeriod]) -> None:
    """Lock what can still be filed or taken back: a filing under way is then counted there or here, never nowhere."""
    moving = UnitReport.objects.filter(
        period__plan__in={period.plan_id for period in periods},
        period__ends_on__lte=periods[-1].ends_on,
        state__in=(ReportState.OPEN, ReportState.SUBMITTED, ReportState.RETURNED),
    )
    list(moving.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
