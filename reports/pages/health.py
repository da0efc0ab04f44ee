"""Whether the portal is well, for the machine that watches it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, open_to
from reports.models import Reminder, ScheduleTick

# Two ticks: a worker that stopped is seen within two minutes, one that is slow once is not.
STALE_AFTER = max(timedelta(minutes=2), timedelta(seconds=2 * settings.PORTAL_TICK_SECONDS))


@open_to(Anyone.EVERYBODY)
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """``{"status", "version", "web", "database", "worker", "last_tick", "queue_age"}``; 503 when one is not well.

    "worker" is "stale" when beat, queue and worker together left no mark for two minutes, "paused" while the portal can
    only be read. "queue_age" is for how many seconds the oldest message that should have left has been waiting.
    """
    now = timezone.now()
    try:
        tick = ScheduleTick.objects.filter(name="heartbeat").first()
        due_since = Reminder.objects.in_hand(now).order_by("send_after").values_list("send_after", flat=True).first()
    except DatabaseError:
        return _answer(database="down", worker="unknown")
    # A mark from the future is no sign of life: the clock was put back.
    fresh = tick is not None and abs(now - tick.at) <= STALE_AFTER
    return _answer(
        database="ok",
        worker="paused" if settings.READ_ONLY else "ok" if fresh else "stale",
        last_tick=tick.at if tick else None,
        queue_age=int((now - due_since).total_seconds()) if due_since else 0,
    )


def _answer(
    *, database: str, worker: str, last_tick: datetime | None = None, queue_age: int | None = None
) -> JsonResponse:
    is_well = database == "ok" and worker in ("ok", "paused")
    told = {
        "status": "ok" if is_well else "unhealthy",
        "version": settings.PORTAL_VERSION,
        "web": "ok",
        "database": database,
        "worker": worker,
        "last_tick": last_tick.isoformat() if last_tick else None,
        "queue_age": queue_age,
    }
    return JsonResponse(told, status=200 if is_well else 503)
