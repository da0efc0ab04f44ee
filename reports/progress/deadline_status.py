"""How far away a deadline is, and whether the work under it is late."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from models_registry.models import Deadline
from reports.domain.wording import overdue_by, time_left, vn_date

from .initiative_status import is_late

# Up to so many days ahead a deadline is told by its distance.
_NEAR = 60


class DeadlineStatus(NamedTuple):
    """``left``: "còn 25 ngày"; "" of one that passed while the work was finished in time, or that has no day.

    ``days``: from the day looked at to the last day, negative when past.
    """

    deadline: Deadline
    left: str
    is_late: bool
    days: int = 0


def deadline_status(deadline: Deadline, states: Iterable[str], day: date) -> DeadlineStatus:
    """``states`` are those of the units that answer for the initiative."""
    late = any(is_late(deadline, state, day) for state in states)
    return DeadlineStatus(deadline, _left(deadline, day, is_late=late), late, deadline.days_left(day) or 0)


class DeadlineWords(NamedTuple):
    """All deadlines of an initiative in two short lines; ``over``: for how long it is late, "" where it is not.

    ``words``: "quá hạn 2 năm 1 tháng", "còn 25 ngày", "đến 31/12/2025", "thường xuyên", "theo Bộ Công an"; ``detail``:
    the part and the day meant.
    """

    words: str
    detail: str = ""
    over: str = ""


def deadline_words(deadlines: Sequence[DeadlineStatus]) -> DeadlineWords:
    """Of what is late the oldest part, else the next to come, else how the work goes on."""
    if late := oldest_unmet(deadlines):
        return DeadlineWords(late.left, _day_of(late.deadline), late.left.removeprefix("quá hạn "))
    ahead = [one for one in deadlines if one.left and one.deadline.due_on]
    if ahead:
        nearest = min(ahead, key=lambda one: one.days)
        if nearest.days <= _NEAR:
            return DeadlineWords(nearest.left, _day_of(nearest.deadline))
        return DeadlineWords(f"đến {vn_date(nearest.deadline.due_on or date.max)}", nearest.deadline.subject)
    return _going_on([one.deadline for one in deadlines])


def _going_on(deadlines: Sequence[Deadline]) -> DeadlineWords:
    followed = next((one.depends_on for one in deadlines if one.depends_on), "")
    if followed:
        return DeadlineWords("", f"theo {followed}")
    if any(one.ongoing for one in deadlines):
        return DeadlineWords("thường xuyên")
    days = [one.due_on for one in deadlines if one.due_on]
    if days:
        return DeadlineWords(f"đến {vn_date(max(days))}")
    return DeadlineWords("", " ".join(one.text for one in deadlines))


def _day_of(deadline: Deadline) -> str:
    day = f"hạn {vn_date(deadline.due_on)}" if deadline.due_on else ""
    return f"{deadline.subject}: {day}" if deadline.subject else day


def oldest_unmet(deadlines: Iterable[DeadlineStatus]) -> DeadlineStatus | None:
    """The part that has been late longest: the one to tell of where there is room for one."""
    late = [one for one in deadlines if one.is_late and one.deadline.due_on]
    return min(late, key=lambda one: one.deadline.due_on or date.max, default=None)


def _left(deadline: Deadline, day: date, *, is_late: bool) -> str:
    days = deadline.days_left(day)
    if days is None or (days < 0 and not is_late):
        return ""
    return time_left(days) if days >= 0 else f"quá hạn {overdue_by(-days, deadline.due_on)}"
