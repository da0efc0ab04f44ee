"""What the frame of every page needs."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from assignments.middleware import plans_of
from assignments.models import User
from models_registry.models import Plan
from reports.models import DemoData, Notification

from .navigation import links_for


class Frame(NamedTuple):
    """``unread``: how many messages wait at the bell; ``has_demo_data``: whether what is shown is made up."""

    unread: int
    has_demo_data: bool


def portal(request: HttpRequest) -> dict[str, object]:
    """``plan``: the current plan or None; ``plans``: those one may choose from; ``plan_of_page``: the one a page is
    named after, None where it is over several; ``links``: the navigation; ``frame``: see Frame. Each is read when used.
    ``is_read_only``: whether nothing can be changed now; ``version``: that of the portal.
    """
    user, plan = getattr(request, "user", None), getattr(request, "plan", None)
    is_inside = bool(user and user.is_authenticated and not user.must_change_password)
    return {
        "is_read_only": settings.READ_ONLY,
        "version": settings.PORTAL_VERSION,
        "plan": plan,
        "plans": SimpleLazyObject(lambda: plans_of(request)),
        "plan_of_page": SimpleLazyObject(lambda: _plan_of_page(request)),
        "links": links_for(request.user, request.path, plan) if is_inside else [],  # type: ignore[arg-type]
        "frame": SimpleLazyObject(lambda: frame_of(request.user)),  # type: ignore[arg-type]
    }


def _plan_of_page(request: HttpRequest) -> Plan | None:
    """The only plan there is names every page."""
    named: Plan | None = getattr(request, "plan_of_page", None)
    plans = plans_of(request)
    return named or (plans[0] if len(plans) == 1 else None)


def frame_of(user: User) -> Frame:
    """One query, since every page asks it; the key of somebody not signed in is that of nobody."""
    unread = Notification.objects.unread().filter(user=OuterRef("pk")).order_by().values("user")
    counted = Coalesce(Subquery(unread.annotate(count=Count("pk")).values("count")), 0)
    has_demo_data = Exists(DemoData.objects.all())
    found = User.objects.filter(pk=user.pk).values_list(counted, has_demo_data).first()
    return Frame(*found) if found else Frame(0, DemoData.objects.exists())
