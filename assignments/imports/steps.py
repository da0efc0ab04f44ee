"""What a worker does with an import: read it, write it. One that is killed leaves a row that is taken up again."""

import logging
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction

from assignments.annex.importer import ImportOutcome, OpenedAnnex, compare, lock_plan, open_annex, write
from assignments.annex.snapshot import snapshot_of
from assignments.models import AnnexImport, User
from assignments.plan_problems import left_over_by, problem_lines
from models_registry.models import Plan

from .preview import Preview, digest_of, preview_of
from .uploads import keep_file

MAX_ATTEMPTS = 3
_BROKEN = "Cổng gặp lỗi ngoài dự kiến nên chưa ghi gì. Hãy thử lại; nếu vẫn lỗi, báo người quản trị máy chủ."
_CHANGED = (
    "Từ lúc xem trước đến lúc ghi, kế hoạch hoặc danh mục đơn vị đã thay đổi nên cổng chưa ghi gì. "
    "Hãy xem lại bản mới dưới đây rồi xác nhận."
)
_LEAVES_OTHERWISE = (
    "Chưa ghi gì: với ngày hiệu lực đã chọn, việc còn lại sau khi nhập khác với bản vừa xem. "
    "Hãy xem lại dưới đây rồi bấm Nhập."
)

log = logging.getLogger(__name__)


def read_upload(pk: int, *, at: datetime, today: date) -> None:
    """Read the file and keep what importing it would do, or why it cannot be read. Does nothing unless it waits."""
    annex_import = _begin(pk, AnnexImport.State.WAITING, AnnexImport.State.READING, at)
    if annex_import is None:
        return
    try:
        _tell(pk, 20, "Đang đọc tệp")
        opened = open_annex(annex_import.path, today)
        _tell(pk, 70, "Đang so với kế hoạch")
        found = compare(annex_import.plan, opened)
        _tell(pk, 80, "Đang xem việc còn lại")
        since = annex_import.holds_from or today
        left_over = _left_over(annex_import.plan, found, at=at, today=today, since=since)
        _end_reading(pk, _shown(found, opened, left_over, at, since))
    except Exception:
        log.exception("Reading import %s failed", pk)
        _end_reading(pk, _refused(_BROKEN, at))


def write_import(pk: int, *, at: datetime, today: date) -> None:
    """Write what was decided; where that is no longer what was shown, show it anew instead."""
    annex_import = _begin(pk, AnnexImport.State.WRITING, AnnexImport.State.WRITING, at)
    if annex_import is None:
        return
    try:
        _tell(pk, 20, "Đang đọc lại tệp")
        opened = open_annex(annex_import.path, today)
        _tell(pk, 60, "Đang ghi vào kế hoạch")
        _write_as_shown(annex_import, opened, at=at, today=today)
    except Exception:
        log.exception("Writing import %s failed", pk)
        own = AnnexImport.objects.filter(pk=pk, state=AnnexImport.State.WRITING, started_at=annex_import.started_at)
        own.update(**_back_to_decide(_BROKEN))


def requeue_stuck(*, at: datetime) -> list[AnnexImport]:
    """Take up again what a killed worker left, and return it to be queued; after three times, say so instead."""
    taken = []
    for annex_import in AnnexImport.objects.without_contents().stuck(at):
        is_writing = annex_import.state == AnnexImport.State.WRITING
        if annex_import.attempts >= MAX_ATTEMPTS:
            _take(annex_import, _back_to_decide(_BROKEN) if is_writing else _refused(_BROKEN, at))
            continue
        annex_import.state = AnnexImport.State.WRITING if is_writing else AnnexImport.State.WAITING
        again = {
            "state": annex_import.state,
            "started_at": None,
            "queued_at": at,
            "attempts": annex_import.attempts + 1,
        }
        if _take(annex_import, again):
            taken.append(annex_import)
    return taken


def import_file(
    path: Path, plan: Plan, *, at: datetime, today: date, by: User | None = None, dry_run: bool = False
) -> ImportOutcome:
    """Import a file at once, for a command, and keep it as if it had been uploaded and confirmed."""
    opened = open_annex(path, today)
    with transaction.atomic():
        lock_plan(plan)
        found = compare(plan, opened)
        if not found.has_errors and not dry_run:
            with path.open("rb") as file:
                annex_import = keep_file(plan, File(file, name=path.name), by=by, at=at)
            annex_import.decided_by, annex_import.decided_at, annex_import.holds_from = by, at, today
            _write(annex_import, found, opened, at=at, today=today)
    return found


# --- Steps ---


def _begin(pk: int, from_state: AnnexImport.State, to_state: AnnexImport.State, at: datetime) -> AnnexImport | None:
    """Claim the row by a conditional update: of two workers one gets it."""
    waiting = AnnexImport.objects.filter(pk=pk, state=from_state, started_at=None)
    if not waiting.update(state=to_state, started_at=at):
        return None
    return AnnexImport.objects.select_related("plan", "decided_by").get(pk=pk)


def _tell(pk: int, progress: int, stage: str) -> None:
    """Say how far it is; outside of any transaction, so that the page sees it."""
    AnnexImport.objects.filter(pk=pk).update(progress=progress, stage=stage)


def _end_reading(pk: int, result: dict[str, Any]) -> None:
    """Somebody may have cancelled in between; then the result is of no use."""
    AnnexImport.objects.filter(pk=pk, state=AnnexImport.State.READING).update(**result)


def _shown(
    found: ImportOutcome, opened: OpenedAnnex, left_over: list[str], at: datetime, since: date
) -> dict[str, Any]:
    if found.changes is None:
        return _refused("\n".join(problem.message for problem in found.problems), at)
    preview = preview_of(found, opened.directory, left_over, since)
    return {"state": AnnexImport.State.READY, "preview": preview, "progress": 100, "stage": "", "message": ""}


def _left_over(plan: Plan, found: ImportOutcome, *, at: datetime, today: date, since: date) -> list[str]:
    """What writing ``found`` from ``since`` on would leave over, in words: it is written, looked at and taken back."""
    if not (found.changes and found.changes.written) or found.has_errors:
        return []
    with transaction.atomic():
        lock_plan(plan)
        problems = left_over_by(lambda: write(plan, found, by=None, at=at, since=since), plan, today)
    return [line.message for line in problem_lines(problems)]


def _refused(message: str, at: datetime) -> dict[str, Any]:
    return {"state": AnnexImport.State.REFUSED, "message": message, "stage": "", "finished_at": at}


def _back_to_decide(message: str) -> dict[str, Any]:
    return {
        "state": AnnexImport.State.READY,
        "message": message,
        "stage": "",
        "started_at": None,
        "decided_by": None,
        "decided_at": None,
    }


@transaction.atomic
def _write_as_shown(annex_import: AnnexImport, opened: OpenedAnnex, *, at: datetime, today: date) -> None:
    """The row is looked at again under the plan's lock: a slow worker may have been given up for a second one."""
    lock_plan(annex_import.plan)
    writing = AnnexImport.objects.select_for_update(of=("self",)).filter(state=AnnexImport.State.WRITING)
    still = writing.filter(pk=annex_import.pk, started_at=annex_import.started_at).first()
    if still is None or annex_import.preview is None:
        return
    found, since = compare(annex_import.plan, opened), annex_import.holds_from or today
    hindrance, left_over = _hindrance(annex_import, annex_import.preview, found, at=at, today=today, since=since)
    if hindrance:
        shown = _shown(found, opened, left_over, at, since)
        AnnexImport.objects.filter(pk=annex_import.pk).update(**shown | _back_to_decide(hindrance))
    else:
        _write(annex_import, found, opened, at=at, today=today)


def _hindrance(
    annex_import: AnnexImport, shown: Preview, found: ImportOutcome, *, at: datetime, today: date, since: date
) -> tuple[str, list[str]]:
    """Why what was ``shown`` is not what would be written, "" where it is; and what would be left over then."""
    is_same = found.changes and not found.has_errors and digest_of(found.changes) == shown["digest"]
    if is_same and shown.get("holds_from") == since.isoformat():
        return "", []
    left_over = _left_over(annex_import.plan, found, at=at, today=today, since=since)
    if not is_same:
        return _CHANGED, left_over
    return "" if left_over == shown["left_over"] else _LEAVES_OTHERWISE, left_over


def _write(annex_import: AnnexImport, found: ImportOutcome, opened: OpenedAnnex, *, at: datetime, today: date) -> None:
    if found.changes is None:
        raise ValueError("Tệp không đọc được thì không ghi được.")
    annex_import.snapshot = snapshot_of(found.changes)
    annex_import.preview = preview_of(found, opened.directory)
    since = annex_import.holds_from or today
    write(annex_import.plan, found, by=annex_import.decided_by, at=at, since=since)
    annex_import.state = AnnexImport.State.DONE
    annex_import.started_at, annex_import.finished_at = annex_import.started_at or at, at
    annex_import.progress, annex_import.stage, annex_import.message = 100, "", ""
    annex_import.save()


def _take(annex_import: AnnexImport, values: dict[str, Any]) -> bool:
    """Change the row unless somebody has gone on with it meanwhile."""
    as_seen = AnnexImport.objects.filter(
        pk=annex_import.pk, queued_at=annex_import.queued_at, started_at=annex_import.started_at
    )
    return bool(as_seen.under_way().update(**values))
