"""An annex from the upload to the plan: kept, read, shown, decided, written. Each step is a row's state.

upload_annex -> [read_upload] -> settle_units, confirm_import or cancel_import -> [write_import] -> undo_import.
The steps in brackets are a worker's; a worker that is killed leaves a row that ``requeue_stuck`` takes up again.
"""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from assignments.models import AnnexImport, User
from models_registry.models import Plan


class ImportRefused(Exception):
    """It cannot be done; the message says why and what to do, in words for the administrator."""


def upload_annex(plan: Plan, file: UploadedFile, *, by: User | None, at: datetime) -> AnnexImport:
    """Keep the file and have it read. Raises ImportRefused for a file that is too large or cannot be kept."""
    raise NotImplementedError


def read_upload(pk: int, *, at: datetime, today: date) -> None:
    """Read the file and keep what importing it would do, or why it cannot be read. Does nothing unless it waits."""
    raise NotImplementedError


def confirm_import(annex_import: AnnexImport, *, by: User | None, at: datetime) -> AnnexImport:
    """Decide to write what was shown. Raises ImportRefused where it has errors or is not waiting for a decision."""
    raise NotImplementedError


def write_import(pk: int, *, at: datetime, today: date) -> None:
    """Write what was decided; where that is no longer what was shown, show it anew instead."""
    raise NotImplementedError


def cancel_import(annex_import: AnnexImport, *, by: User | None, at: datetime) -> AnnexImport:
    """Give the file up; nothing was written. Raises ImportRefused where it was."""
    raise NotImplementedError


def requeue_stuck(*, at: datetime) -> list[AnnexImport]:
    """Take up again what a killed worker left; after three times, say so instead."""
    raise NotImplementedError
