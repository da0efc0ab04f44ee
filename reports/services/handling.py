"""A difficulty taken in hand by a unit that deals with it, and what the hindered unit says to an answer."""

from datetime import datetime

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from assignments.models import Unit, User
from reports.models import Obstacle, ObstacleAnswer
from reports.services.errors import ReviewError
from reports.services.obstacles import assign_obstacle
from reports.services.words import needed_words
from reports.states import ObstacleState


@transaction.atomic
def take_in_hand(obstacle: Obstacle, *, owner: Unit, solving_level: str, by: User, at: datetime) -> Obstacle:
    """Say which unit deals with it and which level can solve it; a new one, with those joined to it, is in hand then.

    Raises ReviewError for a settled one.
    """
    taken = assign_obstacle(obstacle, owner=owner, solving_level=solving_level, by=by, at=at)
    if taken.state == ObstacleState.NEW:
        _go_on([taken, *taken.joined.all()], by=by, at=at)
    return taken


@transaction.atomic
def reply_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """Say that ``obstacle`` still hinders its unit; one that was settled, with those joined to it, is open again.

    The reply is written on the unit's own difficulty and nobody is given notice of it, so that units joined with it
    never read it: only who may read all units does. Raises ReviewError without a text or for a closed one.
    """
    root_id = Obstacle.objects.filter(pk=obstacle.pk).values_list("joined_into", flat=True).get() or obstacle.pk
    root = Obstacle.objects.select_for_update(of=("self",)).get(pk=root_id)
    text = needed_words(text, "Hãy ghi còn vướng ở đâu để cơ quan thường trực xử lý tiếp.")
    if root.state == ObstacleState.CLOSED:
        raise ReviewError("Khó khăn này đã đóng. Nếu vẫn còn, hãy nêu lại trong báo cáo kỳ này.")
    if root.state == ObstacleState.SETTLED:
        _go_on([root, *root.joined.all()], by=by, at=at)
    return ObstacleAnswer.objects.create(obstacle=obstacle, text=text, by=by, at=at)


def _go_on(family: list[Obstacle], *, by: User, at: datetime) -> None:
    for one in family:
        one.state, one.settled_at = ObstacleState.IN_PROGRESS, None
    bulk_update_with_history(family, Obstacle, ["state", "settled_at"], default_user=by, default_date=at)
