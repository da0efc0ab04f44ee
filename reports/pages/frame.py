"""What the frame of every page counts, in one query that is put together once and then only asked."""

import functools
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from assignments.models import User
from assignments.permissions import Permission
from models_registry.models import Initiative, Plan
from reports.domain.calendar import VIETNAM, local_day
from reports.domain.states import ObstacleState
from reports.models import (
    DemoData,
    Notification,
    Obstacle,
    ObstacleNotice,
    UnitReport,
    UnitRequest,
    given_up_before,
    near_until,
)

# Stand for the person, the plan and the moment while the query is put together.
_USER, _PLAN = 2_000_000_011, 2_000_000_033
_AT = datetime(1999, 7, 13, 9, 41, 27, 123457, tzinfo=VIETNAM)

# The moments the counts compare with, as the querysets reckon them.
_MOMENTS: tuple[Callable[[datetime], datetime], ...] = (
    lambda at: at,
    near_until,
    given_up_before,
)

Parameter = Callable[[int, int, datetime], Any]


class Frame(NamedTuple):
    """``unread``: how many messages wait at the bell; ``has_demo_data``: whether what is shown is made up;
    ``initiatives``: how many the plan has. The others are what waits in the rooms of the same names (navigation.py).
    """

    unread: int
    has_demo_data: bool
    initiatives: int = 0
    to_file: int = 0
    requests: int = 0
    obstacles: int = 0
    to_review: int = 0
    overdue: int = 0

    @property
    def waiting(self) -> dict[str, int]:
        return {**self._asdict(), "to_do": self.to_file + self.requests}


def frame_of(user: User, plan: Plan | None, at: datetime) -> Frame:
    """One query, since every page asks it; of somebody not signed in only whether what is shown is made up."""
    if not user.pk:
        return Frame(0, DemoData.objects.exists())
    sql, parameters = _put_together(connection.vendor, user.may(Permission.REVIEW_REPORTS, plan))
    plan_pk = plan.pk if plan else 0
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter(user.pk, plan_pk, at) for parameter in parameters])
        unread, has_demo_data, *counts = cursor.fetchone()
    return Frame(unread, bool(has_demo_data), *counts)


@functools.cache
def _put_together(vendor: str, may_review: bool) -> tuple[str, list[Parameter]]:
    """The query, and what each of its parameters is of the person, the plan and the moment it is asked for.

    Putting it together takes longer than the database takes to answer it.
    """
    row = User.objects.filter(pk=_USER).order_by().values_list(*_columns(may_review))
    sql, values = row.query.sql_with_params()
    return sql, [_parameter(value) for value in values]


def _columns(may_review: bool) -> list[Combinable | Exists]:
    """Those of ``Frame``: of all units the person serves; of the plan looked at, where it is theirs to keep."""
    own = User(pk=_USER).units_on(local_day(_AT))
    of_plan = UnitReport.objects.filter(period__plan=_PLAN)
    owed = of_plan.filter(period__plan__in=Plan.objects.running(local_day(_AT)))
    new = Obstacle.objects.filter(duty__initiative__plan=_PLAN, state=ObstacleState.NEW).own()
    unseen = ObstacleNotice.objects.unseen().filter(unit__in=own)
    return [
        _count(Notification.objects.unread().filter(user=_USER)),
        Exists(DemoData.objects.all()),
        _count(Initiative.objects.filter(plan=_PLAN)),
        _count(UnitReport.objects.filter(unit__in=own).near(_AT)),
        _count(UnitRequest.objects.awaiting().filter(unit__in=own)),
        _count(new) if may_review else _count(unseen, "obstacle"),
        _count(of_plan.to_review()) if may_review else Value(0),
        _count(owed.overdue(_AT)) if may_review else Value(0),
    ]


def _count(rows: QuerySet, of: str = "pk") -> Combinable:
    """How many, as a column."""
    counted = rows.order_by().annotate(everything=Value(1)).values("everything")
    return Coalesce(Subquery(counted.annotate(count=Count(of, distinct=of != "pk")).values("count")), 0)


def _parameter(value: Any) -> Parameter:
    """What ``value`` follows from; itself where from none of the three."""
    if value == _USER:
        return lambda user, plan, at: user
    if value == _PLAN:
        return lambda user, plan, at: plan
    if value == _adapted(local_day(_AT)):
        return lambda user, plan, at: _adapted(local_day(at))
    for moment in _MOMENTS:
        if value == _adapted(moment(_AT)):
            return lambda user, plan, at: _adapted(moment(at))
    return lambda user, plan, at: value


def _adapted(value: date | datetime) -> Any:
    """As the database is handed it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)
