"""How each plan is kept: what the home page tells a person of the plans they have to do with."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from assignments.models import User
from assignments.permissions import Permission
from assignments.readiness import Readiness, readiness_of
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.obstacles.queries import ObstacleSummary
from reports.obstacles.views import obstacle_summaries
from reports.reminders.views import ReminderSummary, reminder_summaries
from reports.review.queue import ReviewSummary, summaries_of
from reports.rollup import PeriodFigures, latest_figures

Summary = TypeVar("Summary", ReviewSummary, ObstacleSummary, ReminderSummary)


class PlanOverview(NamedTuple):
    """What one person is told of one plan: None or empty is what they may not see, or where nothing is to be told.

    ``obstacles`` are those of all units where there is a ``review``, else those of the person's own units.
    """

    plan: Plan
    review: ReviewSummary | None
    obstacles: ObstacleSummary | None
    reminding: ReminderSummary | None
    filings: Sequence[PeriodFigures]
    readiness: Readiness | None

    @property
    def is_empty(self) -> bool:
        return not any(self[1:])


def overviews_of(user: User, plans: Sequence[Plan], shown: Sequence[Plan], at: datetime) -> list[PlanOverview]:
    """Of each of ``plans``, in their order, where there is anything to tell; queries do not grow with the plans, but
    for the readiness of each.

    Plans other than those ``shown`` in any case are told of only where something is left to be done.
    """
    of_home = set(shown)
    reviews = summaries_of(_where(user, Permission.REVIEW_REPORTS, plans), at)
    reminding = {
        plan: _beside(reviews.get(plan), found)
        for plan, found in reminder_summaries(_where(user, Permission.FOLLOW_REMINDERS, plans), at).items()
    }
    figures = latest_figures(_where(user, Permission.VIEW_ROLLUP, shown), at)
    obstacles = obstacle_summaries(user, at) if user.may(Permission.FILE_REPORT) else {}
    day = local_day(at)
    kept = [plan for plan in plans if plan in of_home or not plan.is_closed(day)]
    readiness = {plan: readiness_of(plan, day) for plan in _where(user, Permission.MANAGE_REGISTRY, kept)}
    overviews = [
        PlanOverview(
            plan,
            review=_told(reviews.get(plan), is_told=plan in of_home),
            obstacles=_told(obstacles.get(plan.pk)),
            reminding=_told(reminding.get(plan)),
            filings=figures.get(plan, ()),
            readiness=readiness.get(plan),
        )
        for plan in plans
    ]
    return [overview for overview in overviews if not overview.is_empty]


def _where(user: User, permission: Permission, plans: Sequence[Plan]) -> list[Plan]:
    return [plan for plan in plans if user.may(permission, plan)]


def _beside(review: ReviewSummary | None, reminding: ReminderSummary) -> ReminderSummary:
    """Reports returned long ago are among those a review counts, and are told once."""
    return reminding._replace(uncorrected=[]) if review else reminding


def _told(summary: Summary | None, *, is_told: bool = False) -> Summary | None:
    """One with nothing left to be done only where it ``is_told`` in any case."""
    return summary if summary and (is_told or not summary.is_clear) else None
