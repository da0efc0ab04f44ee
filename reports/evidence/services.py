"""Evidence of an entry: attached and removed while the report can be edited, kept once it is filed."""

import errno
import hashlib
from datetime import datetime
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


class Sweep(NamedTuple):
    """``removed``: how many files no row referred to; ``missing``: evidence whose file is not there."""

    removed: int
    missing: list[int]


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


def sweep_evidence(*, at: datetime) -> Sweep:
    """Delete the files a process killed before writing its row has left; report evidence whose file is missing."""
    known = dict(Evidence.objects.values_list("file", "pk"))
    abandoned = list(storage.abandoned(set(known), before=at - storage.GRACE))
    for path in abandoned:
        path.unlink(missing_ok=True)
    missing = [pk for name, pk in known.items() if not storage.path_of(name).exists()]
    return Sweep(len(abandoned), sorted(missing))


def _store(evidence: Evidence, file: IO[bytes], thumbnail: bytes) -> str:
    try:
        return storage.save(evidence, file, thumbnail)
    except OSError as error:
        log.error("evidence not stored", error=errno.errorcode.get(error.errno or 0, "unknown"))
        raise NotAccepted(
            "Máy chủ hết chỗ chứa tệp nên chưa lưu được tệp này. Báo cáo bằng chữ vẫn lưu và nộp được; "
            "hãy báo người quản trị rồi đính kèm lại sau."
        ) from error


def _refuse_one_too_many(entry: ProgressEntry, digest: str) -> None:
    """With the report's row held, so that two uploads at once count each other."""
    digests = list(Evidence.objects.filter(entry=entry).values_list("sha256", flat=True))
    if digest in digests:
        raise NotAccepted("Tệp này đã được đính kèm rồi.")
    if len(digests) >= settings.EVIDENCE_MAX_FILES:
        raise NotAccepted(f"Mỗi mô hình đính kèm nhiều nhất {settings.EVIDENCE_MAX_FILES} tệp. Hãy gỡ bớt tệp cũ.")
