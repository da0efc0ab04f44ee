"""The list of difficulties: what waits for an answer and for how long; and the timeline of one of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from rapidfuzz import fuzz

from assignments.models import Unit
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.domain.states import ObstacleState, SolvingLevel
from reports.models import (
    Obstacle,
    ObstacleAnswer,
    ObstacleMention,
    ObstacleNotice,
    ObstacleQuerySet,
    UnitReport,
    UnitRequest,
)

# How alike two difficulties of different units must be to be offered for joining (100: the same words).
SIMILAR = 60
SUGGESTED = 8
_SHOWN_WITH_IT = ("duty__initiative", "duty__unit", "raised_under__unit", "owner", "joined_into__owner")


class TimelineEvent(NamedTuple):
    """One thing that happened to a difficulty; ``kind`` is "mention", "answer" or "change"."""

    at: datetime
    kind: str
    who: str
    what: str
    text: str


def obstacles_of_plan(plan: Plan) -> ObstacleQuerySet:
    """All difficulties under ``plan``, unsettled ones first, the oldest first; then the settled, the latest first."""
    return (
        Obstacle.objects.filter(duty__initiative__plan=plan)
        .select_related(*_SHOWN_WITH_IT)
        .order_by(F("settled_at").desc(nulls_first=True), "raised_at", "pk")
    )


def with_marks(obstacles: QuerySet[Obstacle], readers: QuerySet[Unit]) -> QuerySet[Obstacle]:
    """Each with how many were joined into it, and whether one of ``readers`` has an answer yet to see."""
    unseen = ObstacleNotice.objects.unseen().filter(obstacle=OuterRef("pk"), unit__in=readers)
    joined = Prefetch("joined", Obstacle.objects.select_related("duty__initiative", "duty__unit"))
    asked = Prefetch("requests", UnitRequest.objects.unfinished().select_related("unit"), "unfinished_requests")
    return obstacles.annotate(also=Count("joined"), is_unread=Exists(unseen)).prefetch_related(joined, asked)


def timeline_of(obstacle: Obstacle, joined: Iterable[Obstacle] = ()) -> list[TimelineEvent]:
    """What happened to it, the latest last: where units spoke of it, what was answered, by the agency and by units that
    were asked, who took it over.

    ``joined`` are those it answers for; only who may read all units is told of them.
    """
    family = [obstacle, *joined]
    mentions = ObstacleMention.objects.filter(obstacle__in=family).select_related(
        "entry__report__period", "entry__report__unit"
    )
    spoken = [
        TimelineEvent(report.submitted_at, "mention", report.unit.name, _mentioned_in(report), "")
        for one in mentions
        if (report := one.entry.report).submitted_at
    ]
    answered = [
        TimelineEvent(
            answer.at, "answer", str(answer.by), "trả lời, kết thúc" if answer.settles else "trả lời", answer.text
        )
        for answer in _answers(family)
    ]
    history = list(obstacle.history.select_related("history_user", "owner").order_by("history_date", "history_id"))
    asked = [
        TimelineEvent(one.answered_at, "answer", one.unit.name, f"trả lời ({one.answered_by})", one.answer)
        for one in _asked_answers(obstacle, family, history)
        if one.answered_at
    ]
    return sorted([*spoken, *answered, *asked, *_changes(history)], key=lambda event: event.at)


def similar_to(obstacle: Obstacle, others: Iterable[Obstacle]) -> list[tuple[Obstacle, int]]:
    """Those of ``others`` that say nearly the same, the nearest first, each with how alike it is (0 to 100)."""
    words = fold(obstacle.text)
    alike = [
        (other, round(fuzz.token_set_ratio(words, fold(other.text)))) for other in others if other.pk != obstacle.pk
    ]
    near = sorted((pair for pair in alike if pair[1] >= SIMILAR), key=lambda pair: -pair[1])
    return near[:SUGGESTED]


def _mentioned_in(report: UnitReport) -> str:
    day = local_day(report.submitted_at or report.period.due_at)
    return f"nêu trong báo cáo {report.period.title_on(day)}"


def _answers(family: list[Obstacle]) -> QuerySet[ObstacleAnswer]:
    """What was answered to these or told to their units: of another unit's difficulty, nothing else."""
    told = Q(obstacle__in=family) | Q(notices__obstacle__in=family)
    return ObstacleAnswer.objects.filter(told).select_related("by").distinct()


def _asked_answers(obstacle: Obstacle, family: list[Obstacle], history: Sequence[Any]) -> QuerySet[UnitRequest]:
    """What the units asked to solve these have answered; of the one it was joined into, what was answered since."""
    told = Q(obstacle__in=family)
    if obstacle.joined_into_id:
        told |= Q(obstacle=obstacle.joined_into_id, answered_at__gte=_joined_at(obstacle, history))
    return UnitRequest.objects.answered().filter(told).select_related("unit", "answered_by")


def _joined_at(obstacle: Obstacle, history: Sequence[Any]) -> datetime:
    """Since when it is part of the difficulty it is joined into."""
    since = takewhile(lambda row: row.joined_into_id == obstacle.joined_into_id, reversed(history))
    return min((row.history_date for row in since), default=obstacle.opened_at)


def _changes(history: Sequence[Any]) -> list[TimelineEvent]:
    """What the kept history tells beside mentions and answers: states, who deals with it, which level."""
    found = []
    for before, after in pairwise(history):
        words = _changed_words(before, after)
        if words:
            found.append(TimelineEvent(after.history_date, "change", str(after.history_user or ""), words, ""))
    return found


def _changed_words(before: Obstacle, after: Obstacle) -> str:
    said = []
    if before.state != after.state:
        said.append(f"chuyển sang “{ObstacleState(after.state).label}”")
    is_given = before.raised_at == after.raised_at  # raised again, it is back with the agency and nobody gave it
    if is_given and before.owner_id != after.owner_id and after.owner:
        said.append(f"giao {after.owner} xử lý")
    if before.solving_level != after.solving_level and after.solving_level:
        said.append(f"xác định {SolvingLevel(after.solving_level).label.lower()} giải quyết")
    if before.joined_into_id != after.joined_into_id:
        said.append("gộp với khó khăn cùng nội dung" if after.joined_into_id else "tách riêng")
    return ", ".join(said)
