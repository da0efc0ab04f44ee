"""Evidence of an entry: attached and removed while the report can be edited, kept once it is filed."""

import errno
import hashlib
from datetime import datetime, timedelta
from typing import IO, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction

from assignments.models import User
from assignments.office_files import MEGABYTE
from models_registry.history import set_history_author
from reports.lifecycle.transitions import lock_for_filing
from reports.models import Evidence, ProgressEntry

from . import storage
from .content import NotAccepted, content_of
from .names import safe_name

log = structlog.get_logger(__name__)
# So few files are swept whatever their share: a portal that has just begun has no more.
_ALWAYS_SWEPT = 10


class Sweep(NamedTuple):
    """How many files were ``removed`` for good, put in quarantine, taken back from it, or left alone (``refused``) as
    too many at once; ``missing``: evidence whose file is not there.
    """

    removed: int
    missing: list[int]
    quarantined: int
    returned: int
    refused: int


def attach_evidence(entry: ProgressEntry, file: IO[bytes], name: str, *, by: User, at: datetime) -> Evidence:
    """Keep the file with the entry. Raises NotAccepted, AlreadyFiled or Locked, and then leaves no file and no row.

    The file is judged and written before the report's row is held, so that a slow disk keeps nobody waiting.
    """
    content = content_of(file, max_bytes=settings.EVIDENCE_MAX_MB * MEGABYTE)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    evidence = Evidence(
        entry=entry,
        name=safe_name(name, *content.kind.endings),
        sha256=digest,
        kind=content.kind.media_type,
        uploaded_by=by,
        uploaded_at=at,
    )
    stored = _store(evidence, file, content.thumbnail)
    evidence.size = evidence.file.size
    try:
        with transaction.atomic():
            lock_for_filing(entry.report, at)
            _refuse_one_too_many(entry, digest)
            set_history_author(evidence, by=by, at=at)
            evidence.save()
    except BaseException:
        storage.delete(stored)
        raise
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Take the file away for good; history keeps what it was called, its sum, and who removed it.

    Raises AlreadyFiled or Locked: what was filed stays with the report.
    """
    lock_for_filing(evidence.entry.report, at)
    stored = str(evidence.file.name)
    set_history_author(evidence, by=by, at=at)
    evidence.delete()
    transaction.on_commit(lambda: storage.delete(stored))


def sweep_evidence(*, at: datetime, by_force: bool = False) -> Sweep:
    """Put files that no row names in quarantine, delete those that have been there long, take back what is named again.

    More than a small share of all files is left where it lies, unless ``by_force``: a database that is empty or from
    another day names nothing either.
    """
    known = dict(Evidence.objects.values_list("file", "pk"))
    named = storage.files_of(known)
    returned = [name for name in storage.quarantined() if name in named and not storage.path_of(name).exists()]
    for name in returned:
        storage.take_back(name)
    files = storage.all_files()
    abandoned = [name for name in files if name not in named and storage.is_older(name, at - storage.GRACE)]
    is_refused = not by_force and len(abandoned) > _most_at_once(len(files))
    removed = [] if is_refused else _clear_quarantine(at)
    for name in [] if is_refused else abandoned:
        storage.quarantine(name, at)
    swept = Sweep(
        removed=len(removed),
        missing=sorted(pk for name, pk in known.items() if not storage.path_of(name).exists()),
        quarantined=0 if is_refused else len(abandoned),
        returned=len(returned),
        refused=len(abandoned) if is_refused else 0,
    )
    _log_sweep(swept, len(files))
    return swept


def _most_at_once(files: int) -> int:
    return max(_ALWAYS_SWEPT, files * settings.EVIDENCE_SWEEP_MAX_PERCENT // 100)


def _clear_quarantine(at: datetime) -> list[str]:
    """Delete what has been in quarantine for its days; returns the names."""
    end = at - timedelta(days=settings.EVIDENCE_QUARANTINE_DAYS)
    over = [path for path in map(storage.in_quarantine, storage.quarantined()) if storage.is_older(path, end)]
    for path in over:
        storage.path_of(path).unlink(missing_ok=True)
    return over


def _log_sweep(swept: Sweep, files: int) -> None:
    counts = swept._asdict() | {"files": files, "missing": len(swept.missing)}
    if swept.refused:
        log.error("evidence sweep refused: too many files belong to no report", **counts)
    else:
        log.info("evidence swept", **counts)
    if swept.missing:
        log.error("evidence files missing", evidence=swept.missing)


def _store(evidence: Evidence, file: IO[bytes], thumbnail: bytes) -> str:
    try:
        return storage.save(evidence, file, thumbnail)
    except OSError as error:
        log.error("evidence not stored", error=errno.errorcode.get(error.errno or 0, "unknown"))
        raise NotAccepted(
            "Máy chủ hết chỗ chứa tệp nên chưa lưu được tệp này. Hãy báo người quản trị rồi đính kèm lại sau."
        ) from error


def _refuse_one_too_many(entry: ProgressEntry, digest: str) -> None:
    """With the report's row held, so that two uploads at once count each other."""
    digests = list(Evidence.objects.filter(entry=entry).values_list("sha256", flat=True))
    if digest in digests:
        raise NotAccepted("Tệp này đã được đính kèm rồi.")
    if len(digests) >= settings.EVIDENCE_MAX_FILES:
        raise NotAccepted(f"Mỗi mô hình đính kèm nhiều nhất {settings.EVIDENCE_MAX_FILES} tệp. Hãy xóa bớt tệp cũ.")
