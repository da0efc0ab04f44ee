"""The folder of evidence: a picture has its thumbnail beside it, what no row refers to waits in quarantine."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File

from reports.models import Evidence
from reports.models.evidence import evidence_storage

_SMALL = "-nho.jpg"
# An upload under way has its file before it has its row.
GRACE = timedelta(hours=1)
# In the folder of evidence itself: on the same disk, and in every backup of it.
QUARANTINE = "quarantine"


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


def files_of(names: Iterable[str]) -> set[str]:
    """All that may lie on the disk for evidence of these names."""
    return {one for name in names for one in (name, f"{name}{_SMALL}")}


def all_files() -> list[str]:
    """What lies in the folder of evidence, without the quarantine."""
    return [name for name in _names_in(path_of("")) if not name.startswith(f"{QUARANTINE}/")]


def quarantined() -> list[str]:
    return _names_in(path_of(QUARANTINE))


def in_quarantine(name: str) -> str:
    return f"{QUARANTINE}/{name}"


def is_older(name: str, than: datetime) -> bool:
    path = path_of(name)
    return path.exists() and path.stat().st_mtime < than.timestamp()


def quarantine(name: str, at: datetime) -> None:
    """Put the file aside; its time of change says since when."""
    os.utime(path_of(name), (at.timestamp(), at.timestamp()))
    _move(path_of(name), path_of(in_quarantine(name)))


def take_back(name: str) -> None:
    """Put a quarantined file where it was."""
    _move(path_of(in_quarantine(name)), path_of(name))


def _names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.replace(target)
