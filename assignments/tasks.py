"""What is done behind the pages; thin edges that read the clock and call the services."""

from celery import shared_task
from django.utils import timezone

from assignments.services import imports


@shared_task(name="assignments.tasks.read_import")
def read_import(pk: int) -> None:
    imports.read_upload(pk, at=timezone.now(), today=timezone.localdate())


@shared_task(name="assignments.tasks.write_import")
def write_import(pk: int) -> None:
    imports.write_import(pk, at=timezone.now(), today=timezone.localdate())


@shared_task(name="assignments.tasks.requeue_imports")
def requeue_imports() -> list[int]:
    return [annex_import.pk for annex_import in imports.requeue_stuck(at=timezone.now())]
