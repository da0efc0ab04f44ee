"""What still keeps a plan from running well: what nobody has recognised or read, and what is left over."""

from datetime import date
from typing import NamedTuple

from assignments.models import Assignment
from assignments.plan_problems import Everybody, ProblemLine, problem_lines, problems_of
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Plan


class Readiness(NamedTuple):
    """``unknown``: words for units nobody has recognised; ``unread``: deadlines as printed only."""

    unknown: list[Assignment]
    unread: list[Deadline]
    problems: list[ProblemLine]

    @property
    def is_complete(self) -> bool:
        return not any(self)


def readiness_of(plan: Plan, day: date, known: Everybody | None = None) -> Readiness:
    """On ``day``, or on the first day of a plan that will run."""
    mentions = (
        Assignment.objects.on(plan.first_day_from(day))
        .filter(initiative__plan=plan, unit=None)
        .select_related("initiative")
    )
    deadlines = Deadline.objects.filter(initiative__plan=plan, kind=DeadlineKind.UNREAD).select_related("initiative")
    return Readiness(list(mentions), list(deadlines), problem_lines(problems_of(plan, day, known)))
