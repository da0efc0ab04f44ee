"""What the frame of every page needs."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from assignments.middleware import plans_of
from assignments.models import User
from assignments.permissions import Permission
from models_registry.models import Initiative, Plan
from reports.domain.calendar import local_day
from reports.models import DemoData, Notification, Obstacle, ObstacleNotice, UnitReport, UnitRequest

from .front_door import front_door
from .navigation import rooms_for


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


def portal(request: HttpRequest) -> dict[str, object]:
    """``plan``: the current plan or None; ``plans``: those one may choose from; ``rooms``: the navigation;
    ``frame``: see Frame; ``door``: what stands beside the sign-in. Each is read when used. ``is_read_only``: whether
    nothing can be changed now; ``version``: that of the portal.
    """
    user, plan = getattr(request, "user", None), getattr(request, "plan", None)
    is_inside = bool(user and user.is_authenticated and not user.must_change_password)
    at = timezone.now()
    frame = SimpleLazyObject(lambda: frame_of(request.user, plan or None, at))  # type: ignore[arg-type]
    return {
        "is_read_only": settings.READ_ONLY,
        "version": settings.PORTAL_VERSION,
        "plan": plan,
        "plans": SimpleLazyObject(lambda: plans_of(request)),
        "rooms": SimpleLazyObject(lambda: rooms_for(request.user, request.path, plan or None, frame.waiting))  # type: ignore[arg-type, attr-defined]
        if is_inside
        else None,
        "frame": frame,
        "door": SimpleLazyObject(lambda: front_door(plans_of(request), at)),
    }


def frame_of(user: User, plan: Plan | None, at: datetime) -> Frame:
    """One query, since every page asks it; the key of somebody not signed in is that of nobody."""
    found = User.objects.filter(pk=user.pk).values_list(*_columns(user, plan, at)).first() if user.pk else None
    return Frame(*found) if found else Frame(0, DemoData.objects.exists())


def _columns(user: User, plan: Plan | None, at: datetime) -> list[Combinable | Exists]:
    """Those of ``Frame``: of all units the person serves; of the plan looked at, where it is theirs to keep."""
    day = local_day(at)
    own = user.units_on(day)
    may_review = user.may(Permission.REVIEW_REPORTS, plan)
    of_plan = UnitReport.objects.filter(period__plan=plan)
    pending = Obstacle.objects.filter(duty__initiative__plan=plan).own().unsettled()
    unseen = ObstacleNotice.objects.unseen().filter(unit__in=own)
    return [
        _count(Notification.objects.unread().filter(user=user)),
        Exists(DemoData.objects.all()),
        _count(Initiative.objects.filter(plan=plan)),
        _count(UnitReport.objects.filter(unit__in=own).near(at)),
        _count(UnitRequest.objects.awaiting().filter(unit__in=own)),
        _count(pending) if may_review else _count(unseen, "obstacle"),
        _count(of_plan.to_review(), is_asked=may_review),
        _count(of_plan.overdue(at), is_asked=may_review),
    ]


def _count(rows: QuerySet, of: str = "pk", *, is_asked: bool = True) -> Combinable:
    """How many, as a column; nothing is looked at where it is not asked for."""
    if not is_asked:
        return Value(0)
    counted = rows.order_by().annotate(everything=Value(1)).values("everything")
    return Coalesce(Subquery(counted.annotate(count=Count(of, distinct=of != "pk")).values("count")), 0)
