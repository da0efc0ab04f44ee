"""The Celery app: a courier for tasks. What is due and what was done are rows in the database."""

import json
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, setup_logging, worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging that Django has set up alone."""


@beat_init.connect
@beat_embedded_init.connect
def tick_at_once(**_: Any) -> None:
    """Send the entries once when beat starts: it keeps no file, and what fell due while it was down must not wait."""
    for name, entry in app.conf.beat_schedule.items():
        if name not in settings.NOT_AT_START:
            app.send_task(entry["task"], **entry.get("options", {}))


@worker_init.connect
def drop_torn_messages(**_: Any) -> None:
    """Clear half a message away, which beat leaves in the folder of a local run when it is killed while writing.

    Reading it would end the worker. Nothing is lost: what is due and what waits are rows.
    """
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in")
    for message in Path(folder).glob("*.msg") if folder else ():
        try:
            json.loads(message.read_bytes())
        except ValueError:
            message.unlink(missing_ok=True)
