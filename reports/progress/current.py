"""Current progress on each duty, kept on write.

It is a function of history: of the entries that count (``counted``), the one of the latest period, of these the one
filed last; its result is that of the latest entry with a result of its own, for a result holds until a new one comes.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from assignments.models import Duty
from reports.domain.entry_fields import FILLED_FIELDS
from reports.models import CurrentProgress, ProgressEntry, UnitReport

from .period_states import update_closed_periods

_WRITTEN = ("entry", "result_entry", "period", "reported_at", *FILLED_FIELDS)
_BATCH = 500


def add_to_current(report: UnitReport, entries: Iterable[ProgressEntry]) -> None:
    """Update current progress after a report was filed.

    As a rule each of its entries is the newest of its duty and needs no history; where one is not (filed late, or at
    a moment the server's clock had already passed) the duty is recomputed.
    """
    news = [entry for entry in entries if entry.work_state and entry.excluded_at is None]
    known = CurrentProgress.objects.filter(duty__in=[entry.duty_id for entry in news]).select_related("period")
    current_of = {current.duty_id: current for current in known}
    older = {entry.duty_id for entry in news if _is_older(report, entry, current_of.get(entry.duty_id))}
    fresh = [entry for entry in news if entry.duty_id not in older]
    _write([_current(entry, report, current_of.get(entry.duty_id)) for entry in fresh])
    if older:
        recompute_current(older)
    update_closed_periods(report, [entry.duty_id for entry in news])


def recompute_progress(report: UnitReport, duty_ids: Collection[int]) -> None:
    """Entries of ``report`` on these duties count no longer, or again: recompute what is kept from them."""
    recompute_current(duty_ids)
    update_closed_periods(report, duty_ids)


def recompute_current(duty_ids: Collection[int]) -> None:
    """Compute the current progress of these duties from their history, after something in it was taken back."""
    wanted = {current.duty_id: current for current in _from_history(duty_ids)}
    CurrentProgress.objects.filter(duty__in=set(duty_ids) - wanted.keys()).delete()
    _write(list(wanted.values()))


@transaction.atomic
def rebuild_current() -> int:
    """Recompute every duty; returns how many were wrong: 0 unless something wrote past the services."""
    wrong = 0
    duty_ids = list(Duty.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(duty_ids), _BATCH):
        batch = duty_ids[start : start + _BATCH]
        before = _stored(batch)
        recompute_current(batch)
        after = _stored(batch)
        wrong += sum(before.get(pk) != after.get(pk) for pk in before.keys() | after.keys())
    return wrong


def _stored(duty_ids: Collection[int]) -> dict[int, tuple]:
    rows = CurrentProgress.objects.filter(duty__in=duty_ids).values_list("duty", *_WRITTEN)
    return {row[0]: row[1:] for row in rows}


def _from_history(duty_ids: Collection[int]) -> Iterator[CurrentProgress]:
    news = (
        ProgressEntry.objects.counted()
        .filter(duty__in=duty_ids)
        .select_related("report__period")
        .order_by("duty", "report__period__ends_on", "report__submitted_at", "pk")
    )
    for _, entries in groupby(news, key=lambda entry: entry.duty_id):
        current = None
        for entry in entries:
            current = _current(entry, entry.report, current)
        if current:
            yield current


def _current(entry: ProgressEntry, report: UnitReport, previous: CurrentProgress | None) -> CurrentProgress:
    current = CurrentProgress(duty_id=entry.duty_id, entry=entry, period=report.period)
    current.reported_at = report.submitted_at  # type: ignore[assignment]  # a report in effect says when
    for field in FILLED_FIELDS:
        setattr(current, field, getattr(entry, field))
    current.result = entry.result or (previous.result if previous else "")
    current.result_entry_id = entry.pk if entry.has_own_result else (previous.result_entry_id if previous else None)
    return current


def _is_older(report: UnitReport, entry: ProgressEntry, current: CurrentProgress | None) -> bool:
    if current is None:
        return False
    mine: tuple[date, datetime | None, int] = (report.period.ends_on, report.submitted_at, entry.pk)
    return mine <= (current.period.ends_on, current.reported_at, current.entry_id)


def _write(rows: list[CurrentProgress]) -> None:
    CurrentProgress.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["duty"], update_fields=list(_WRITTEN)
    )
