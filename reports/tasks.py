"""What beat asks for; thin edges that read the clock and call the services."""

import time

from celery import shared_task
from django.utils import timezone

from reports.domain.calendar import last_night
from reports.evidence.services import sweep_evidence as sweep_evidence_at
from reports.models import ScheduleTick
from reports.periods.holidays import working_calendar
from reports.periods.services import run_schedule as run_schedule_at
from reports.reminders import delivery
from reports.reminders.request_reminders import create_request_reminders
from reports.reminders.services import create_due_reminders

# A worker must come back to its other work in between; whatever is left is taken up by the next minute's task.
DELIVERY_SECONDS = 45


@shared_task(name="reports.tasks.heartbeat")
def heartbeat() -> None:
    """Leave a mark that beat and worker are alive."""
    ScheduleTick.objects.update_or_create(name="heartbeat", defaults={"at": timezone.now()})


@shared_task(name="reports.tasks.run_schedule")
def run_schedule() -> None:
    working_calendar(timezone.now())
    run_schedule_at(at=timezone.now())
    remind()


@shared_task(name="reports.tasks.remind")
def remind() -> None:
    create_due_reminders(at=timezone.now())
    create_request_reminders(at=timezone.now())
    deliver()


@shared_task(name="reports.tasks.deliver")
def deliver() -> None:
    """Bring out what is owed, and take back what a worker that died had taken up."""
    begun = time.monotonic()
    delivery.sweep(at=timezone.now())
    while delivery.deliver(at=timezone.now()) and time.monotonic() - begun < DELIVERY_SECONDS:
        pass


@shared_task(name="reports.tasks.sweep_evidence")
def sweep_evidence() -> None:
    """Clear the folder of evidence once a night, later where the machine was off; the log says what was done, and what
    is an error for the administrator.
    """
    now = timezone.now()
    if ScheduleTick.objects.claim("sweep-evidence", since=last_night(now), at=now):
        sweep_evidence_at(at=now)
