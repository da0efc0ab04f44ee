"""The state of every duty at the end of each period: written once it has ended, updated by whatever changes it later.

As of a day counts what was said by then, and what was said later for a period that ended by then: a report that comes
in late changes the period it was late for. Of what counts the last word holds (``last_word``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from assignments.models import Duty, DutyHandover, DutyTerm
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.models import PeriodState, ProgressEntry, ReportingPeriod, UnitReport

from .last_word import Handover, LastWord, Word, last_word, updated
from .words import WORD, handovers_to, heirs_of, read_words, word_of

_Rows = TypeVar("_Rows", bound=QuerySet)
_BATCH = 1000
_WRITTEN = ("entry_id", "result_entry_id", "work_state", "percent", "reported_at")


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

    One query where none is, as a rule: a report is filed before its period ends. Nothing was said before it began.
    """
    sum_again(report.period.plan_id, duty_ids, since=report.period.starts_on)


def sum_again(plan_id: int, duty_ids: Collection[int] | None, *, since: date) -> None:
    """Bring the states of these duties (None: all), and of those that go on with them, in line in every closed period
    that ended on ``since`` or later.
    """
    closed = ReportingPeriod.objects.filter(plan=plan_id, summed_at__isnull=False, ends_on__gte=since)
    periods = list(closed.select_related("plan").order_by("ends_on", "pk"))
    if periods:
        _sum(periods[0].plan, periods, None if duty_ids is None else {*duty_ids, *heirs_of(duty_ids)})


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


def states_on(plan: Plan, day: date) -> dict[int, LastWord]:
    """The last word on each duty of ``plan`` as of the end of ``day``."""
    return next(_states_at(plan, [day], None, _last_summed(plan, day)))


def states_come_over(plan: Plan, day: date, until: date) -> dict[int, LastWord]:
    """What was the last word at the end of ``day`` on duties others took over since, by ``until``: by the new holder.

    One query where none was.
    """
    since = DutyHandover.objects.filter(duty__initiative__plan=plan, on__gt=day, on__lte=until)
    heirs = set(since.values_list("duty", flat=True))
    if not heirs:
        return {}
    heirs |= heirs_of(heirs)
    handovers = handovers_to(heirs)
    return _inherited(heirs, _words_behind(heirs, handovers), handovers, said_by=day, handed_over_by=until)


def _sum(plan: Plan, periods: list[ReportingPeriod], duty_ids: Collection[int] | None) -> int:
    """Write the states of these duties (None: all) as of ``periods``; returns how many changed."""
    if not periods:
        return 0
    before = _last_summed(plan, periods[0].ends_on - timedelta(days=1))
    stored = _stored(periods, duty_ids)
    terms = _terms(plan, duty_ids)
    changed = 0
    states_of = _states_at(plan, [period.ends_on for period in periods], duty_ids, before)
    for period, states in zip(periods, states_of, strict=True):
        day = period.ends_on
        owed = {pk for pk, first, last in terms if first <= day and (last is None or last >= day)}
        wanted = {pk: _row(state) for pk, state in states.items() if pk in owed}
        changed += _write(period, wanted, stored[period.pk])
    return changed


def _states_at(
    plan: Plan, days: Sequence[date], duty_ids: Collection[int] | None, before: ReportingPeriod | None
) -> Iterator[dict[int, LastWord]]:
    """The states as of each of ``days``, the earliest first, from those of the period ``before`` on."""
    states = _base(before, duty_ids) if before else {}
    entries = _of_duties(ProgressEntry.objects.filter(report__period__plan=plan).said_by(days[-1]), duty_ids)
    news = read_words(entries.said_after(before.ends_on) if before else entries)
    heirs = _heirs(plan, duty_ids, states)
    handovers = handovers_to(heirs)
    words = _words_behind(heirs, handovers)
    waiting = {pk: sorted(said, key=lambda word: word.counts_from) for pk, said in news.items()}
    for day in days:
        for duty_id, said in waiting.items():
            if come := [word for word in said if word.counts_from <= day]:
                states[duty_id] = updated(duty_id, states.get(duty_id), come)  # type: ignore[assignment]
                waiting[duty_id] = said[len(come) :]
        states |= _inherited(heirs, words, handovers, said_by=day, handed_over_by=day)
        yield dict(states)


def _inherited(
    heirs: Iterable[int],
    words: Mapping[int, Sequence[Word]],
    handovers: Mapping[int, Sequence[Handover]],
    *,
    said_by: date,
    handed_over_by: date,
) -> dict[int, LastWord]:
    """The last words on duties that have nothing of their own to go by."""
    known = {pk: [word for word in said if word.counts_from <= said_by] for pk, said in words.items()}
    come = {pk: [one for one in rows if one.on <= handed_over_by] for pk, rows in handovers.items()}
    return {pk: found for pk in heirs if (found := last_word(pk, known, come))}


def _heirs(plan: Plan, duty_ids: Collection[int] | None, states: Mapping[int, LastWord]) -> set[int]:
    """Duties that took over and have neither a word nor a result of their own yet."""
    heirs = _of_duties(DutyHandover.objects.filter(duty__initiative__plan=plan), duty_ids)
    settled = {pk for pk, state in states.items() if state.result and state.word.duty_id == state.result.duty_id == pk}
    return set(heirs.values_list("duty", flat=True)) - settled


def _words_behind(heirs: Collection[int], handovers: Mapping[int, Sequence[Handover]]) -> dict[int, list[Word]]:
    concerned = {*heirs, *(one.predecessor for each in handovers.values() for one in each)}
    return read_words(ProgressEntry.objects.filter(duty__in=concerned)) if heirs else {}


def _of_duties(rows: _Rows, duty_ids: Collection[int] | None) -> _Rows:
    """Those of these duties; None: of all."""
    return rows if duty_ids is None else rows.filter(duty__in=duty_ids)


def _last_summed(plan: Plan, day: date) -> ReportingPeriod | None:
    return plan.periods.filter(summed_at__isnull=False, ends_on__lte=day).order_by("-ends_on", "-pk").first()


def _base(period: ReportingPeriod, duty_ids: Collection[int] | None) -> dict[int, LastWord]:
    """The states stored of ``period``, as last words."""
    rows = _of_duties(PeriodState.objects.filter(period=period), duty_ids)
    said = [f"entry__{name}" for name in WORD]
    told = [f"result_entry__{name}" for name in WORD]
    found = {}
    for duty_id, *columns in rows.values_list("duty", *said, *told):
        word, result = columns[: len(WORD)], columns[len(WORD) :]
        own = word_of(result, has_own_result=True) if result[1] else None
        found[duty_id] = LastWord(word_of(word, has_own_result=bool(own and own.entry_id == word[1])), own)
    return found


def _stored(periods: Iterable[ReportingPeriod], duty_ids: Collection[int] | None) -> dict[int, dict[int, tuple]]:
    rows = _of_duties(PeriodState.objects.filter(period__in=periods), duty_ids)
    found: dict[int, dict[int, tuple]] = {period.pk: {} for period in periods}
    for period_id, duty_id, *state in rows.values_list("period", "duty", *_WRITTEN):
        found[period_id][duty_id] = tuple(state)
    return found


def _terms(plan: Plan, duty_ids: Collection[int] | None) -> list[tuple[int, date, date | None]]:
    rows = _of_duties(DutyTerm.objects.filter(duty__initiative__plan=plan), duty_ids)
    return list(rows.order_by().values_list("duty", "valid_from", "valid_to"))  # type: ignore[arg-type]  # see the term


def _row(state: LastWord) -> tuple:
    """In the order of ``_WRITTEN``."""
    word, result = state.word, state.result
    return word.entry_id, result.entry_id if result else None, word.work_state, word.percent, word.said_at


def _write(period: ReportingPeriod, wanted: Mapping[int, tuple], stored: Mapping[int, tuple]) -> int:
    gone = stored.keys() - wanted.keys()
    if gone:
        PeriodState.objects.filter(period=period, duty__in=gone).delete()
    changed = {pk: state for pk, state in wanted.items() if stored.get(pk) != state}
    PeriodState.objects.bulk_create(
        [
            PeriodState(period=period, duty_id=pk, **dict(zip(_WRITTEN, row, strict=True)))
            for pk, row in changed.items()
        ],
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
        period__starts_on__lte=periods[-1].ends_on,
        state__in=(ReportState.OPEN, ReportState.SUBMITTED, ReportState.RETURNED),
    )
    list(moving.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
