"""What still keeps a plan from running well: what nobody has recognised, read or staffed, for somebody to settle."""

from datetime import date
from typing import NamedTuple

from assignments.models import Assignment, Duty, Unit, User
from assignments.roles import Role
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Plan


class Readiness(NamedTuple):
    """``unknown``: words for units nobody has recognised; ``unread``: deadlines as printed only; ``unstaffed``: units
    that owe reports and have nobody to file them.
    """

    unknown: list[Assignment]
    unread: list[Deadline]
    unstaffed: list[Unit]

    @property
    def is_complete(self) -> bool:
        return not any(self)


def readiness_of(plan: Plan, day: date) -> Readiness:
    mentions = Assignment.objects.on(day).filter(initiative__plan=plan, unit=None).select_related("initiative")
    deadlines = Deadline.objects.filter(initiative__plan=plan, kind=DeadlineKind.UNREAD).select_related("initiative")
    owing = Unit.objects.filter(pk__in=Duty.objects.owed(plan, day).values("unit"))
    officers = User.objects.filter(is_active=True, role__in=(Role.OFFICER, Role.STANDING_AGENCY))
    return Readiness(list(mentions), list(deadlines), list(owing.exclude(memberships__user__in=officers)))
