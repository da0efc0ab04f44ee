"""What the frame of every page needs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from assignments.middleware import plans_of
from models_registry.models import Plan

from .frame import frame_of
from .front_door import front_door
from .navigation import rooms_for


def portal(request: HttpRequest) -> dict[str, object]:
    """``plan``: the current plan or None; ``plans``: those one may choose from; ``plan_of_page``: the one a page is
    named after, None where it is over several; ``rooms``: the navigation; ``frame``: see Frame; ``door``: what stands
    beside the sign-in. Each is read when used. ``is_read_only``: whether nothing can be changed now; ``version``: that
    of the portal.
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
        "plan_of_page": SimpleLazyObject(lambda: _plan_of_page(request)),
        "rooms": SimpleLazyObject(lambda: rooms_for(request.user, request.path, plan or None, frame.waiting))  # type: ignore[arg-type]
        if is_inside
        else None,
        "frame": frame,
        "door": SimpleLazyObject(lambda: front_door(plans_of(request), at)),
    }


def _plan_of_page(request: HttpRequest) -> Plan | None:
    """The only plan there is names every page."""
    named: Plan | None = getattr(request, "plan_of_page", None)
    plans = plans_of(request)
    return named or (plans[0] if len(plans) == 1 else None)
