"""The folder of evidence: a picture has its thumbnail beside it, and what no row refers to is swept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File

from reports.models import Evidence
from reports.models.evidence import evidence_storage

_SMALL = "-nho.jpg"
# An upload under way has its file before it has its row.
GRACE = timedelta(hours=1)


def save(evidence: Evidence, file: IO[bytes], thumbnail: bytes) -> str:
    """Write the file and beside it its thumbnail, before the row; returns the name under which the row finds it.

    Raises OSError (a full disk), and then leaves nothing behind.
    """
    evidence.file.save(evidence.name, File(file), save=False)
    name = str(evidence.file.name)
    try:
        if thumbnail:
            evidence_storage().save(f"{name}{_SMALL}", ContentFile(thumbnail))
    except BaseException:
        delete(name)
        raise
    return name


def delete(name: str) -> None:
    for one in (name, f"{name}{_SMALL}"):
        evidence_storage().delete(one)


def path_of(name: str) -> Path:
    return Path(evidence_storage().path(name))


def thumbnail_path(name: str) -> Path:
    return path_of(f"{name}{_SMALL}")


def abandoned(known: set[str], *, before: datetime) -> Iterator[Path]:
    """Files older than ``before`` that are not among the ``known`` names: what a killed process leaves."""
    folder = path_of("")
    whole = known | {f"{name}{_SMALL}" for name in known}
    for path in sorted(folder.rglob("*")):
        is_old = path.is_file() and path.stat().st_mtime < before.timestamp()
        if is_old and path.relative_to(folder).as_posix() not in whole:
            yield path
