"""What is done behind the pages; thin edges that read the clock and call the services."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from assignments.imports import steps
from assignments.models import AnnexImport


@shared_task(name="assignments.tasks.read_import")
def read_import(pk: int) -> None:
    steps.read_upload(pk, at=timezone.now(), today=timezone.localdate())


@shared_task(name="assignments.tasks.write_import")
def write_import(pk: int) -> None:
    steps.write_import(pk, at=timezone.now(), today=timezone.localdate())


@shared_task(name="assignments.tasks.requeue_imports")
def requeue_imports() -> list[int]:
    taken = steps.requeue_stuck(at=timezone.now())
    for annex_import in taken:
        queue(annex_import)
    return [annex_import.pk for annex_import in taken]


def queue(annex_import: AnnexImport) -> None:
    """Send the task for the row's next step once the row is kept; a message that is lost is sent by the sweep."""
    task = write_import if annex_import.state == AnnexImport.State.WRITING else read_import
    transaction.on_commit(lambda: task.delay(annex_import.pk), robust=True)
