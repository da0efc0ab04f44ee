"""What was answered to a difficulty stands in the line of the next report, with two ways to answer back.

"Còn vướng" takes the difficulty up again, "đã xong" takes it out of the line; keeping a line says neither.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from assignments.models import User
from reports.domain.calendar import local_day
from reports.domain.states import WorkState
from reports.lifecycle.transitions import lock_for_filing
from reports.models import Obstacle, ObstacleAnswer, ObstacleNotice, ProgressEntry, UnitRequest
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


class _Told(NamedTuple):
    obstacle: Obstacle
    who: str
    at: datetime
    text: str


def answers_for(entries: Iterable[ProgressEntry]) -> dict[int, list[LineAnswer]]:
    """By duty; ``duty__current`` should be read with the entries. A fixed number of queries."""
    since = {entry.duty_id: word.reported_at if (word := current_of(entry.duty)) else None for entry in entries}
    told = sorted([*_of_agency(since), *_of_asked_units(since)], key=lambda one: one.at)
    last = {one.obstacle.pk: one for one in told if (said := since[one.obstacle.duty_id]) and one.at > said}
    replies = _replies(last)
    found: dict[int, list[LineAnswer]] = {}
    for pk, (obstacle, who, at, text) in last.items():
        reply = replies.get(pk)
        back = reply.text if reply and reply.at >= at else ""
        found.setdefault(obstacle.duty_id, []).append(LineAnswer(obstacle, who, local_day(at), text, back))
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


def _of_agency(duties: Collection[int]) -> list[_Told]:
    notices = (
        ObstacleNotice.objects.filter(obstacle__duty__in=duties)
        .select_related("answer__by", "obstacle")
        .prefetch_related("answer__by__memberships__unit")
        .order_by("answer__at", "answer__pk")
    )
    answers = [(one.obstacle, one.answer) for one in notices]
    return [_Told(obstacle, _who(said.by, local_day(said.at)), said.at, said.text) for obstacle, said in answers]


def _of_asked_units(duties: Collection[int]) -> list[_Told]:
    """What units asked to solve these, or what they are joined into, have answered; not what a unit said of its own."""
    theirs = Q(obstacle__duty__in=duties) | Q(obstacle__joined__duty__in=duties)
    asked = UnitRequest.objects.answered().filter(theirs).distinct()
    return [
        _Told(own, one.unit.name, one.answered_at, one.answer)
        for one in asked.select_related("unit", "obstacle__duty").prefetch_related("obstacle__joined__duty")
        if one.obstacle and one.answered_at
        for own in one.obstacle.family
        if own.duty_id in duties and own.duty.unit_id != one.unit_id
    ]


def _replies(obstacles: Iterable[int]) -> dict[int, ObstacleAnswer]:
    """The last word of each unit itself, which is told to nobody."""
    said = ObstacleAnswer.objects.filter(obstacle__in=obstacles, notices=None).order_by("at", "pk")
    return {one.obstacle_id: one for one in said}


def _who(by: User, day: date) -> str:
    """The unit of who answered, as of that day."""
    units = [one.unit.name for one in by.memberships.all() if one.is_valid_on(day)]
    return units[0] if units else str(by)
