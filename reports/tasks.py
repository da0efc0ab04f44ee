"""What beat asks for; thin edges that read the clock and call the services."""

import structlog
from celery import shared_task
from django.utils import timezone

from reports.models import ScheduleTick
from reports.services.evidence import sweep_evidence as sweep_evidence_at
from reports.services.periods import ScheduleOutcome
from reports.services.periods import run_schedule as run_schedule_at

log = structlog.get_logger(__name__)


@shared_task(name="reports.tasks.heartbeat")
def heartbeat() -> None:
    """Leave a mark that beat and worker are alive."""
    ScheduleTick.objects.update_or_create(name="heartbeat", defaults={"at": timezone.now()})


@shared_task(name="reports.tasks.run_schedule")
def run_schedule() -> ScheduleOutcome:
    return run_schedule_at(at=timezone.now())


@shared_task(name="reports.tasks.sweep_evidence")
def sweep_evidence() -> None:
    """Clear the folder of evidence; files that are missing are an error for the administrator."""
    swept = sweep_evidence_at(at=timezone.now())
    if swept.missing:
        log.error("evidence files missing", evidence=swept.missing)
