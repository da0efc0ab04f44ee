"""The folder of evidence: a file is there whole or not at all, and nothing stays that no row speaks of.

A file is written beside its place under another name, brought to the disk, and only then given its own.
"""

import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

from reports.models import EVIDENCE_FOLDER

_PART = ".part"
_SMALL = "-nho.jpg"
_CHUNK = 256 * 1024
# An upload under way has its file before it has its row.
GRACE = timedelta(hours=1)


def folder() -> Path:
    return Path(settings.DATA_DIR) / EVIDENCE_FOLDER


def save(file: IO[bytes], thumbnail: bytes, *, at: datetime) -> str:
    """Write the file, and beside it its thumbnail; returns the name under which the row finds it.

    Raises OSError (a full disk), and then leaves nothing behind.
    """
    name = f"{at:%Y/%m}/{uuid.uuid4().hex}"
    place = folder() / name
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.seek(0)
        _write(place, iter(lambda: file.read(_CHUNK), b""))
        if thumbnail:
            _write(thumbnail_path(name), [thumbnail])
    except BaseException:
        delete(name)
        raise
    return name


def path_of(name: str) -> Path:
    return folder() / name


def thumbnail_path(name: str) -> Path:
    return folder() / f"{name}{_SMALL}"


def delete(name: str) -> None:
    for path in (path_of(name), thumbnail_path(name)):
        path.unlink(missing_ok=True)
        _part_of(path).unlink(missing_ok=True)


def abandoned(known: set[str], *, before: datetime) -> Iterator[Path]:
    """Files older than ``before`` that none of the ``known`` names speaks of: what a killed process leaves."""
    whole = known | {f"{name}{_SMALL}" for name in known}
    for path in sorted(folder().rglob("*")):
        is_old = path.is_file() and path.stat().st_mtime < before.timestamp()
        if is_old and path.relative_to(folder()).as_posix() not in whole:
            yield path


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{_PART}")


def _write(path: Path, chunks: Iterator[bytes] | list[bytes]) -> None:
    part = _part_of(path)
    with part.open("xb") as out:
        for chunk in chunks:
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the name as well as the bytes
    finally:
        os.close(descriptor)
