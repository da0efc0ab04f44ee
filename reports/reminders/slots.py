"""When a rule speaks in a period, and which of the moments that have come still make sense; no clock, no database."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from reports.domain.calendar import REGULAR, VIETNAM, local_day
from reports.domain.workdays import DayOffRule, WorkCalendar
from reports.models import UP_TO_DUE, ReminderKind, ReminderRule, ReportingPeriod, UnitReport, UnitRequest


class Slot(NamedTuple):
    """The moment at which ``rule`` speaks in ``period``."""

    rule: ReminderRule
    period: ReportingPeriod
    at: datetime

    @property
    def key(self) -> tuple[int, int]:
        return self.rule.pk, self.period.pk

    def makes_sense(self, at: datetime) -> bool:
        """A reminder is of use until the due moment, a chaser or a digest until the period locks."""
        return at <= (self.period.due_at if self.rule.kind in UP_TO_DUE else self.period.locks_at)

    def speaks_of(self, report: UnitReport, at: datetime) -> bool:
        """Whether the rule, at ``at``, asks for ``report``, which is owed: it must still be possible to file it.

        A returned one is left to the leaders after some weeks.

        A rule asks for the reports of its period. A chaser of a regular rhythm also asks for those of locked periods
        that were returned or reopened, since no rule of those periods does any more.
        """
        if not report.is_fileable(at) or report.is_given_up(at):
            return False
        if self.rule.kind == ReminderKind.CHASER and at <= report.due_at:
            return False
        is_left_over = report.period.plan_id == self.period.plan_id and report.period.locks_at < at
        comes_round = self.rule.kind == ReminderKind.CHASER and self.rule.rhythm in REGULAR
        return report.period_id == self.period.pk or (comes_round and is_left_over)


class DueSlots(NamedTuple):
    """``to_send``: slots whose moment has come; ``superseded``: those a later one replaces, or that came too late."""

    to_send: list[Slot]
    superseded: list[Slot]


def slots_of(rules: Iterable[ReminderRule], periods: Collection[ReportingPeriod], calendar: WorkCalendar) -> list[Slot]:
    """Every moment of ``rules`` in ``periods``, in order; periods may be unsaved, as in a preview."""
    slots = [
        Slot(rule, period, moment_of(rule, period, calendar))
        for rule in rules
        for period in periods
        if rule.rhythm == period.rhythm
    ]
    return sorted(slots, key=lambda slot: slot.at)


def moment_of(rule: ReminderRule, period: ReportingPeriod | UnitRequest, calendar: WorkCalendar) -> datetime:
    """The due day as stored, ``rule.days`` on, moved as the rule says; never before the period or request begins."""
    day = calendar.move(local_day(period.due_at) + timedelta(days=rule.days), DayOffRule(rule.day_off))
    return datetime.combine(max(day, period.starts_on), rule.at_time, VIETNAM)


def due_now(slots: Iterable[Slot], settled: Collection[tuple[int, int]], at: datetime) -> DueSlots:
    """What to do at ``at`` about the slots that are not in ``settled``.

    After a pause several moments of a period may have passed: only the latest of each purpose speaks, for it says
    all the earlier ones would have said.
    """
    come = [slot for slot in slots if slot.at <= at]
    latest = {(slot.period.pk, slot.rule.purpose): slot.at for slot in sorted(come, key=lambda slot: slot.at)}
    due = DueSlots([], [])
    for slot in come:
        if slot.key in settled:
            continue
        is_latest = slot.at == latest[slot.period.pk, slot.rule.purpose]
        (due.to_send if is_latest and slot.makes_sense(at) else due.superseded).append(slot)
    return due
