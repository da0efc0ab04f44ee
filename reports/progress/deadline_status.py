"""How far away a deadline is, and whether the work under it is late."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from models_registry.models import Deadline
from reports.domain.wording import overdue_by, time_left

from .initiative_status import is_late


class DeadlineStatus(NamedTuple):
    """``left``: "còn 25 ngày"; "" of one that passed while the work was finished in time, or that has no day."""

    deadline: Deadline
    left: str
    is_late: bool


def deadline_status(deadline: Deadline, states: Iterable[str], day: date) -> DeadlineStatus:
    """``states`` are those of the units that answer for the initiative."""
    late = any(is_late(deadline, state, day) for state in states)
    return DeadlineStatus(deadline, _left(deadline, day, is_late=late), late)


def oldest_unmet(deadlines: Iterable[DeadlineStatus]) -> DeadlineStatus | None:
    """The part that has been late longest: the one to tell of where there is room for one."""
    late = [one for one in deadlines if one.is_late and one.deadline.due_on]
    return min(late, key=lambda one: one.deadline.due_on or date.max, default=None)


def _left(deadline: Deadline, day: date, *, is_late: bool) -> str:
    days = deadline.days_left(day)
    if days is None or (days < 0 and not is_late):
        return ""
    return time_left(days) if days >= 0 else f"quá hạn {overdue_by(-days, deadline.due_on)}"
