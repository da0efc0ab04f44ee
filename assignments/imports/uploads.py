"""The file of an import and its row; neither is kept without the other."""

import hashlib
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from assignments.annex.reading.packages import MAX_FILE
from assignments.models import AnnexImport, User
from assignments.models.imports import shown_name
from assignments.office_files import MEGABYTE
from models_registry.models import Plan

from .errors import ImportRefused


@transaction.atomic
def keep_file(plan: Plan, file: File, *, by: User | None, at: datetime) -> AnnexImport:
    """A row that waits to be read. Raises ImportRefused for a file that is too large or cannot be kept."""
    name = shown_name(file.name or "")
    if file.size > MAX_FILE:
        raise ImportRefused(
            f"Tệp lớn hơn {MAX_FILE // MEGABYTE} MB. Hãy chỉ giữ lại trang tính có phụ lục rồi tải lên lại."
        )
    annex_import = AnnexImport(
        plan=plan, file_name=name, size=file.size, sha256=_hash(file), uploaded_by=by, uploaded_at=at, queued_at=at
    )
    try:
        annex_import.file.save(name, file, save=False)
    except OSError as error:
        raise ImportRefused(
            "Máy chủ không lưu được tệp (có thể đã hết chỗ). Hãy báo người quản trị máy chủ."
        ) from error
    try:
        annex_import.save()
    except Exception:
        annex_import.file.delete(save=False)
        raise
    return annex_import


def _hash(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
