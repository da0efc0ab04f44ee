"""An annex from the upload to the decision. Each step is a row's state; those in brackets are a worker's.

upload_annex -> [read_upload] -> settle_units, confirm_import or cancel_import -> [write_import] -> undo_import.
"""

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from assignments import tasks
from assignments.models import AnnexImport, User
from models_registry.models import Plan

from .errors import ImportRefused
from .uploads import keep_file


@transaction.atomic
def upload_annex(plan: Plan, file: File, *, by: User | None, at: datetime) -> AnnexImport:
    """Keep the file and have it read. Raises ImportRefused for a file that is too large or cannot be kept."""
    annex_import = keep_file(plan, file, by=by, at=at)
    tasks.queue(annex_import)
    return annex_import


@transaction.atomic
def confirm_import(
    annex_import: AnnexImport, *, by: User | None, at: datetime, holds_from: date | None = None
) -> AnnexImport:
    """Decide to write what was shown; a change of who does what holds from ``holds_from``, without it from today.

    Raises ImportRefused where it has errors, is not waiting for a decision, or would hold before the plan begins.
    """
    annex_import = locked_for_decision(annex_import)
    if annex_import.has_errors:
        raise ImportRefused("Phụ lục còn lỗi nên chưa nhập được. Hãy sửa tệp rồi tải lên lại.")
    begins = annex_import.plan.starts_on
    if holds_from and holds_from < begins:
        raise ImportRefused(f"Kế hoạch bắt đầu ngày {begins:%d/%m/%Y}. Hãy chọn ngày hiệu lực không sớm hơn.")
    annex_import.holds_from = holds_from or timezone.localdate(at)
    annex_import.decided_by, annex_import.decided_at = by, at
    queue_again(annex_import, AnnexImport.State.WRITING, at)
    return annex_import


@transaction.atomic
def cancel_import(annex_import: AnnexImport, *, by: User | None, at: datetime) -> AnnexImport:
    """Give the file up; nothing was written. Raises ImportRefused where it was, or is about to be."""
    annex_import = _locked(annex_import)
    if annex_import.state not in (AnnexImport.State.WAITING, AnnexImport.State.READING, AnnexImport.State.READY):
        raise ImportRefused(f"Không hủy được: lần nhập này {annex_import.get_state_display().lower()}.")
    annex_import.state = AnnexImport.State.CANCELLED
    annex_import.decided_by, annex_import.decided_at, annex_import.finished_at = by, at, at
    annex_import.save()
    return annex_import


def locked_for_decision(annex_import: AnnexImport) -> AnnexImport:
    """Take the row for this transaction. Raises ImportRefused unless it waits for a decision."""
    annex_import = _locked(annex_import)
    if annex_import.state != AnnexImport.State.READY:
        raise ImportRefused(
            f"Lần nhập này {annex_import.get_state_display().lower()}, không còn chờ quyết định. Hãy tải lại trang."
        )
    return annex_import


def queue_again(annex_import: AnnexImport, state: AnnexImport.State, at: datetime) -> None:
    """Hand the row to a worker, as something not begun yet."""
    annex_import.state = state
    annex_import.started_at, annex_import.queued_at, annex_import.attempts = None, at, 0
    annex_import.progress, annex_import.stage, annex_import.message = 0, "", ""
    annex_import.save()
    tasks.queue(annex_import)


def _locked(annex_import: AnnexImport) -> AnnexImport:
    return AnnexImport.objects.select_for_update(of=("self",)).select_related("plan").get(pk=annex_import.pk)
