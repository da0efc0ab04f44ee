"""What is reported follows the duties: who owes it, whose last word it is, whose difficulty."""

from datetime import date, datetime

from django.db.models import F, OuterRef, Q, Subquery
from simple_history.utils import bulk_update_with_history

from assignments import reported
from assignments.duty_terms import UnitsInTime
from assignments.models import DutyHandover
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import CurrentProgress, Obstacle, ObstacleNotice, ProgressEntry, ReportingPeriod, UnitRequest
from reports.obstacles.holders import holders_of
from reports.periods.owed import reckon
from reports.progress.current import recompute_current
from reports.progress.period_states import sum_again
from reports.requests.services import pass_on


def follow_duties(plan: Plan, since: date | None, at: datetime) -> None:
    """Duties of ``plan`` are others from ``since`` on (None: they are as they were): let what hangs on them follow.

    A handover is carried out on its day, or at once where that has passed.
    """
    come = DutyHandover.objects.filter(duty__initiative__plan=plan, carried_at=None, on__lte=local_day(at))
    rows = list(come)
    come.update(carried_at=at)
    periods = ReportingPeriod.objects.filter(plan=plan)
    if since:
        for period in periods.filter(ends_on__gte=since).select_related("plan").order_by("ends_on", "pk"):
            reckon(period, at=at)
    first = min([since, *(row.on for row in rows)] if since else [row.on for row in rows], default=None)
    if first is None or not periods.exists():
        return
    recompute_current(_inheriting(plan))
    sum_again(plan.pk, None, since=first)
    _pass_on_obstacles(plan, at)
    _pass_on_what_was_asked(plan, at)


def _inheriting(plan: Plan) -> set[int]:
    """Duties whose last word or result may be another's now, or is and may be so no more."""
    heirs = DutyHandover.objects.filter(duty__initiative__plan=plan)
    others = ~Q(entry__duty=F("duty")) | Q(result_entry__isnull=False) & ~Q(result_entry__duty=F("duty"))
    inherited = CurrentProgress.objects.filter(others, duty__initiative__plan=plan)
    return {*heirs.values_list("duty", flat=True), *inherited.values_list("duty", flat=True)}


def _pass_on_obstacles(plan: Plan, at: datetime) -> None:
    """Difficulties, open ones and settled ones that may be raised again, go to who has the duty now."""
    obstacles = list(Obstacle.objects.filter(duty__initiative__plan=plan).select_for_update(of=("self",)))
    holders = holders_of(plan.pk, {one.raised_under_id or one.duty_id for one in obstacles}, at)
    changed = []
    for obstacle in obstacles:
        raised_under = obstacle.raised_under_id or obstacle.duty_id
        holder = holders.get(raised_under, raised_under)
        if holder != obstacle.duty_id:
            obstacle.duty_id, obstacle.raised_under_id = holder, raised_under if holder != raised_under else None
            changed.append(obstacle)
    bulk_update_with_history(changed, Obstacle, ["duty", "raised_under"], default_date=at)
    # What was answered and nobody has read is for whoever has the difficulty now.
    holder_of = Obstacle.objects.filter(pk=OuterRef("obstacle")).values("duty__unit")
    ObstacleNotice.objects.unseen().filter(obstacle__in=changed).update(unit=Subquery(holder_of))


def _pass_on_what_was_asked(plan: Plan, at: datetime) -> None:
    """What a unit that ended was to deal with or to answer goes to who took over."""
    units, day = UnitsInTime(), local_day(at)
    given = Obstacle.objects.unsettled().filter(duty__initiative__plan=plan, owner__valid_to__lt=day)
    changed = []
    for obstacle in given:
        if heir := units.in_force(obstacle.owner_id, day):  # type: ignore[arg-type]  # given to somebody, by the filter
            obstacle.owner = heir
            changed.append(obstacle)
    bulk_update_with_history(changed, Obstacle, ["owner"], default_date=at)
    for request in UnitRequest.objects.awaiting().filter(plan=plan, unit__valid_to__lt=day):
        if heir := units.in_force(request.unit_id, day):
            pass_on([request], heir, by=None, at=at)


class _Reports:
    """What ``assignments.reported`` asks of the app that keeps the reports."""

    reported_duties = staticmethod(ProgressEntry.objects.reported_duties)
    delete_unreported = staticmethod(ProgressEntry.objects.delete_unreported)
    follow = staticmethod(follow_duties)


reported.register(_Reports())
