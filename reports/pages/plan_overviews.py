"""How each plan is kept: what the home page tells a person of the plans they have to do with."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from assignments.models import User
from assignments.permissions import Permission
from assignments.plan_problems import everybody
from assignments.readiness import Readiness, readiness_of
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.reminders.views import ReminderSummary, reminder_summaries

from .desk import Desk, desks_of


class PlanOverview(NamedTuple):
    """What one person is told of one plan: None is what they may not see, or where nothing is to be told."""

    plan: Plan
    desk: Desk | None
    reminding: ReminderSummary | None
    readiness: Readiness | None

    @property
    def is_empty(self) -> bool:
        return not any(self[1:])


def overviews_of(user: User, plans: Sequence[Plan], shown: Sequence[Plan], at: datetime) -> list[PlanOverview]:
    """Of each of ``plans``, in their order, where there is anything to tell; queries do not grow with the plans, but
    for the readiness of each.

    Plans other than those ``shown`` in any case are told of only where something is left to be done.
    """
    desks = desks_of(_where(user, Permission.REVIEW_REPORTS, plans), at)
    reminding = {
        plan: _beside(desks.get(plan.pk), found)
        for plan, found in reminder_summaries(_where(user, Permission.FOLLOW_REMINDERS, plans), at).items()
    }
    day = local_day(at)
    kept = [plan for plan in plans if plan in shown or not plan.is_closed(day)]
    managed = _where(user, Permission.MANAGE_REGISTRY, kept)
    known = everybody() if managed else None
    readiness = {plan: readiness_of(plan, day, known) for plan in managed}
    overviews = [
        PlanOverview(
            plan,
            desk=desk if (desk := desks.get(plan.pk)) and (plan in shown or not desk.is_clear) else None,
            reminding=told if (told := reminding.get(plan)) and not told.is_clear else None,
            readiness=readiness.get(plan),
        )
        for plan in plans
    ]
    return [overview for overview in overviews if not overview.is_empty]


def _where(user: User, permission: Permission, plans: Sequence[Plan]) -> list[Plan]:
    return [plan for plan in plans if user.may(permission, plan)]


def _beside(desk: Desk | None, reminding: ReminderSummary) -> ReminderSummary:
    """Reports returned long ago are among those a desk counts, and are told once."""
    return reminding._replace(uncorrected=[]) if desk else reminding
