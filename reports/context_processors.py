"""What the frame of every page needs."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from assignments.middleware import plans_of
from reports.models import DemoData
from reports.navigation import links_for
from reports.services.notifications import unread_count


def portal(request: HttpRequest) -> dict[str, object]:
    """``plan``: the current plan or None; ``plans``: those one may choose from; ``links``: the navigation;
    ``unread``: how many messages wait at the bell; ``has_demo_data``: whether what is shown is made up. Each is read
    when used.
    """
    user = getattr(request, "user", None)
    is_inside = bool(user and user.is_authenticated and not user.must_change_password)
    return {
        "plan": getattr(request, "plan", None),
        "plans": SimpleLazyObject(lambda: plans_of(request)),
        "links": links_for(request.user, request.path) if is_inside else [],  # type: ignore[arg-type]
        "unread": SimpleLazyObject(lambda: unread_count(request.user)),  # type: ignore[arg-type]
        "has_demo_data": SimpleLazyObject(DemoData.objects.exists),
    }
