"""What was answered to a difficulty stands in the line of the next report, with two ways to answer back.

"Còn vướng" takes the difficulty up again, "đã xong" takes it out of the line; keeping a line says neither.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from assignments.models import User
from reports.domain.calendar import local_day
from reports.domain.states import WorkState
from reports.lifecycle.transitions import lock_for_filing
from reports.models import Obstacle, ObstacleAnswer, ObstacleNotice, ProgressEntry
from reports.obstacles.services import confirm_solved, mark_seen, reply_obstacle
from reports.progress.initiative_status import current_of

from .drafts import EntryEdit, save_entries
from .suggestions import suggestions_for

STILL_HINDERED, SOLVED = "con-vuong", "da-xong"
_STILL = "Vẫn còn vướng."
_WORDS = ("difficulty", "proposal", "solving_level")


class LineAnswer(NamedTuple):
    """The last answer to a difficulty since its unit last reported; ``reply``: what the unit said back, "" for none."""

    obstacle: Obstacle
    who: str
    on: date
    text: str
    reply: str


def answers_for(entries: Iterable[ProgressEntry]) -> dict[int, list[LineAnswer]]:
    """By duty; ``duty__current`` should be read with the entries. A fixed number of queries."""
    since = {entry.duty_id: word.reported_at if (word := current_of(entry.duty)) else None for entry in entries}
    notices = (
        ObstacleNotice.objects.filter(obstacle__duty__in=since)
        .select_related("answer__by", "obstacle")
        .prefetch_related("answer__by__memberships__unit")
        .order_by("answer__at", "answer__pk")
    )
    last = {one.obstacle_id: one for one in notices if (said := since[one.obstacle.duty_id]) and one.answer.at > said}
    replies = _replies(last)
    found: dict[int, list[LineAnswer]] = {}
    for pk, notice in last.items():
        reply = replies.get(pk)
        text = reply.text if reply and reply.at >= notice.answer.at else ""
        on = local_day(notice.answer.at)
        line = LineAnswer(notice.obstacle, _who(notice.answer.by, on), on, notice.answer.text, text)
        found.setdefault(notice.obstacle.duty_id, []).append(line)
    return found


@transaction.atomic
def answer_back(entry: ProgressEntry, obstacle: Obstacle, act: str, *, by: User, at: datetime) -> None:
    """Say in the line of ``entry`` that ``obstacle`` is still there, or that it is solved and not to be told again.

    A line that was blocked by it asks for its state anew. Raises AlreadyFiled, Locked or ReviewError.
    """
    report = lock_for_filing(entry.report, at)
    mark_seen(ObstacleNotice.objects.filter(obstacle=obstacle), at=at)
    if act == STILL_HINDERED:
        reply_obstacle(obstacle, text=_STILL, by=by, at=at)
        return
    confirm_solved(obstacle, by=by, at=at)
    carried = suggestions_for(report, [entry]).get(entry.duty_id)
    said = carried.fields if carried and not entry.is_answered else {"work_state": entry.work_state}
    state = said.get("work_state", "")
    fields = {**said, **dict.fromkeys(_WORDS, ""), "work_state": "" if state == WorkState.BLOCKED else state}
    save_entries(report, [EntryEdit(entry.pk, fields)], by=by, at=at)


def _replies(obstacles: Iterable[int]) -> dict[int, ObstacleAnswer]:
    """The last word of each unit itself, which is told to nobody."""
    said = ObstacleAnswer.objects.filter(obstacle__in=obstacles, notices=None).order_by("at", "pk")
    return {one.obstacle_id: one for one in said}


def _who(by: User, day: date) -> str:
    """The unit of who answered, as of that day."""
    units = [one.unit.name for one in by.memberships.all() if one.is_valid_on(day)]
    return units[0] if units else str(by)
