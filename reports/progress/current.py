"""Current progress on each duty, kept on write: its last word (``last_word``) as of now."""

from collections.abc import Collection, Iterable

from django.db import transaction

from assignments.models import Duty
from reports.domain.entry_fields import FILLED_FIELDS
from reports.models import CurrentProgress, ProgressEntry, UnitReport

from .last_word import LastWord, last_word
from .period_states import update_closed_periods
from .words import handovers_to, heirs_of, read_words

_WRITTEN = ("entry", "result_entry", "period", "reported_at", *FILLED_FIELDS)
_BATCH = 500


def add_to_current(report: UnitReport, entries: Iterable[ProgressEntry]) -> None:
    """Update current progress after a report was filed.

    As a rule each of its entries is the last word on its duty and needs no history; where one is not (filed at a
    moment the server's clock had already passed), or others go on with it, the duty is recomputed.
    """
    news = [entry for entry in entries if entry.work_state and entry.excluded_at is None]
    duty_ids = [entry.duty_id for entry in news]
    known = CurrentProgress.objects.filter(duty__in=duty_ids).select_related("entry", "result_entry")
    current_of = {current.duty_id: current for current in known}
    older = {entry.duty_id for entry in news if _is_older(report, entry, current_of.get(entry.duty_id))}
    fresh = [entry for entry in news if entry.duty_id not in older]
    _write([_after(entry, report, current_of.get(entry.duty_id)) for entry in fresh])
    recompute_current({*older, *heirs_of(duty_ids)})
    update_closed_periods(report, duty_ids)


def recompute_progress(report: UnitReport, duty_ids: Collection[int]) -> None:
    """Entries of ``report`` on these duties count no longer, or again: recompute what is kept from them."""
    recompute_current({*duty_ids, *heirs_of(duty_ids)})
    update_closed_periods(report, duty_ids)


def recompute_current(duty_ids: Collection[int]) -> None:
    """Compute the current progress of these duties from their history, after something in it was taken back."""
    if not duty_ids:
        return
    wanted = _from_history(set(duty_ids))
    CurrentProgress.objects.filter(duty__in=set(duty_ids) - {current.duty_id for current in wanted}).delete()
    _write(wanted)


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


def _from_history(duty_ids: Collection[int]) -> list[CurrentProgress]:
    handovers = handovers_to(duty_ids, is_carried=True)
    concerned = {*duty_ids, *(one.predecessor for each in handovers.values() for one in each)}
    words = read_words(ProgressEntry.objects.filter(duty__in=concerned))
    last = {pk: found for pk in duty_ids if (found := last_word(pk, words, handovers))}
    shown = {found.word.entry_id for found in last.values()}
    told = {found.result.entry_id for found in last.values() if found.result}
    entries = ProgressEntry.objects.select_related("report__period").in_bulk(shown | told)
    return [_current(pk, found, entries) for pk, found in last.items()]


def _current(duty_id: int, last: LastWord, entries: dict[int, ProgressEntry]) -> CurrentProgress:
    entry = entries[last.word.entry_id]
    told = entries[last.result.entry_id] if last.result else None
    return _built(duty_id, entry, entry.report, told)


def _after(entry: ProgressEntry, report: UnitReport, previous: CurrentProgress | None) -> CurrentProgress:
    told = entry if entry.has_own_result else previous.result_entry if previous else None
    return _built(entry.duty_id, entry, report, told)


def _built(duty_id: int, entry: ProgressEntry, report: UnitReport, told: ProgressEntry | None) -> CurrentProgress:
    current = CurrentProgress(duty_id=duty_id, entry=entry, period=report.period, result_entry=told)
    current.reported_at = report.submitted_at  # type: ignore[assignment]  # a report in effect says when
    for field in FILLED_FIELDS:
        setattr(current, field, getattr(entry, field))
    # What was only kept for a month is its weeks put together, and no result of its own.
    current.result = told.result if told else entry.result
    return current


def _is_older(report: UnitReport, entry: ProgressEntry, current: CurrentProgress | None) -> bool:
    if current is None or current.entry.duty_id != current.duty_id:
        return False
    return (report.submitted_at, entry.pk) <= (current.reported_at, current.entry_id)


def _write(rows: list[CurrentProgress]) -> None:
    CurrentProgress.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["duty"], update_fields=list(_WRITTEN)
    )
