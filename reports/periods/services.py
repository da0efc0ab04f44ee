"""What the clock does: opens periods with the reports owed in them, marks what was never filed, sums what has ended."""

import hashlib
from datetime import date, datetime
from typing import TypedDict

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from assignments.duties import refresh_duties
from assignments.fact_days import digest_of_facts
from assignments.models import DutyTerm
from models_registry.history import set_history_author
from models_registry.models import Plan
from reports.domain.calendar import REGULAR, Rhythm, Span, local_day, spans_between
from reports.domain.states import ReportAction
from reports.domain.workdays import DayOffRule, WorkCalendar, due_moment, lock_moment
from reports.lifecycle.transitions import apply_transition
from reports.models import DueDayRule, Holiday, ReportingPeriod, ScheduleTick, UnitReport
from reports.progress.period_states import close_periods

from .owed import expect_reports, owed_duties

SCHEDULE_TICK = "run-schedule"


class ScheduleOutcome(TypedDict):
    """What one run did: codes of the periods opened, and each report marked as never filed."""

    opened: list[str]
    missed: list[dict[str, str]]


@transaction.atomic
def run_schedule(*, at: datetime) -> ScheduleOutcome:
    """Do what is due at ``at``; running it again does nothing more."""
    opened = [period for plan in Plan.objects.running(local_day(at)) for period in open_periods(plan, at=at)]
    missed = mark_missed(at=at)
    close_periods(at=at)
    ScheduleTick.objects.update_or_create(name=SCHEDULE_TICK, defaults={"at": at})
    return {
        "opened": [period.code for period in opened],
        "missed": [{"unit": report.unit.name, "period": report.period.code} for report in missed],
    }


@transaction.atomic
def open_periods(plan: Plan, *, at: datetime) -> list[ReportingPeriod]:
    """Open every period of ``plan`` that has begun and is not there yet, those missed while nothing ran included.

    A plan that never had a period starts with the one that covers ``at``: an installation made late does not owe
    the weeks before it.
    """
    today = local_day(at)
    Plan.objects.select_for_update().get(pk=plan.pk)
    _follow_facts(plan, at)
    return [_open(plan, span, at) for rhythm in REGULAR for span in _spans_to_open(plan, rhythm, today)]


def _follow_facts(plan: Plan, at: datetime) -> None:
    """Work out who owes what where a fact it follows from is another than at the last tick, and once a day."""
    facts = digest_of_facts(plan, local_day(at))  # before: what changes meanwhile is another at the next tick
    name = f"duties-{plan.pk}"
    if ScheduleTick.objects.filter(name=name, done_for=f"{facts} {_stored_terms(plan)}").exists():
        return
    refresh_duties(plan, at=at)
    done_for = f"{facts} {_stored_terms(plan)}"
    ScheduleTick.objects.update_or_create(name=name, defaults={"at": at, "done_for": done_for})


def _stored_terms(plan: Plan) -> str:
    """Differs when terms were written, changed or lost."""
    terms = DutyTerm.objects.filter(duty__initiative__plan=plan).order_by("pk")
    rows = list(terms.values_list("duty", "role", "is_principal", "via", "valid_from", "valid_to"))
    return hashlib.blake2b(repr(rows).encode(), digest_size=16).hexdigest()


@transaction.atomic
def mark_missed(*, at: datetime) -> list[UnitReport]:
    """Mark as "không nộp" every open report whose period has locked; it stays visible as missed for ever."""
    # Held, so that one filed at its last moment is not missed as well.
    locked = UnitReport.objects.locked(at).select_for_update(of=("self",))
    missed = list(locked.select_related("unit", "period").order_by("pk"))
    for report in missed:
        apply_transition(report, ReportAction.MISS)
        report.missed_at = report.missed_at or at
    bulk_update_with_history(missed, UnitReport, ["state", "missed_at"], batch_size=500, default_date=at)
    return missed


def _spans_to_open(plan: Plan, rhythm: Rhythm, today: date) -> list[Span]:
    last = ReportingPeriod.objects.filter(plan=plan, rhythm=rhythm).order_by("-ends_on").first()
    first_day = last.span.next.starts_on if last else today
    return list(spans_between(rhythm, first_day, today)) if first_day <= today else []


def _open(plan: Plan, span: Span, at: datetime) -> ReportingPeriod:
    rule, calendar = DueDayRule.objects.of_plan(plan)[span.rhythm], Holiday.objects.calendar()
    period = period_of(plan, span, rule, calendar)
    period.opened_at = at
    set_history_author(period, by=None, at=at)
    period.save()
    expect_reports(period, owed_duties(period), at)
    return period


def period_of(plan: Plan, span: Span, rule: DayOffRule, calendar: WorkCalendar) -> ReportingPeriod:
    """The period as it is opened, or would be: not saved."""
    return ReportingPeriod(
        plan=plan,
        rhythm=span.rhythm,
        code=span.code,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        due_at=due_moment(span, rule, calendar),
        locks_at=lock_moment(span, rule, calendar),
    )
