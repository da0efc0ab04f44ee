"""Whether the portal is well, for the machine that watches it."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, open_to
from reports.models import ScheduleTick

STALE_AFTER = timedelta(minutes=2)


@open_to(Anyone.EVERYBODY)
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """``{"web", "database", "worker", "last_tick"}``; 503 when the database does not answer.

    "worker" is "stale" when beat and worker left no mark for two minutes. That alone is no reason to take the web
    server out of service, so the status stays 200.
    """
    try:
        tick = ScheduleTick.objects.filter(name="heartbeat").first()
    except DatabaseError:
        return JsonResponse({"web": "ok", "database": "down", "worker": "unknown", "last_tick": None}, status=503)
    fresh = tick is not None and timezone.now() - tick.at <= STALE_AFTER
    return JsonResponse(
        {
            "web": "ok",
            "database": "ok",
            "worker": "ok" if fresh else "stale",
            "last_tick": tick.at.isoformat() if tick else None,
        }
    )
