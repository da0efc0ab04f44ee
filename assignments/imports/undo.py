"""Take an import back."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector

from assignments import reported
from assignments.annex.importer import lock_plan
from assignments.annex.row_writer import Author, delete_with_history, write_changes
from assignments.annex.snapshot import Snapshot, changes_back, created_by
from assignments.duties import refresh_duties
from assignments.models import AnnexImport, Assignment, Duty, User
from models_registry.history import set_history_author
from models_registry.models import Deadline, Initiative, Plan, Platform

from .errors import ImportRefused


def why_not_undoable(annex_import: AnnexImport) -> str:
    """In words, why this import cannot be taken back; empty where it can."""
    if annex_import.state != AnnexImport.State.DONE:
        return f"Không hoàn tác được: lần nhập này {annex_import.get_state_display().lower()}."
    written = AnnexImport.objects.written().filter(plan=annex_import.plan)
    if annex_import.pk != written.values_list("pk", flat=True).first():
        return "Sau lần nhập này đã có lần nhập khác. Hãy hoàn tác lần nhập sau cùng trước."
    with_reports = _reported_initiatives(annex_import)
    if with_reports:
        named = ", ".join(f"mô hình {initiative.code}" for initiative in with_reports[:5])
        more = f" và {len(with_reports) - 5} mô hình khác" if len(with_reports) > 5 else ""
        return f"Đã có đơn vị báo cáo về {named}{more} nên không hoàn tác được. Hãy sửa tệp rồi nhập lại."
    return ""


@transaction.atomic
def undo_import(annex_import: AnnexImport, *, by: User | None, at: datetime, today: date) -> AnnexImport:
    """Put back what the import changed and take away what it created. Raises ImportRefused, in words.

    What a person has settled since (a deadline's reading, a name put right) stays as they left it.
    """
    lock_plan(annex_import.plan)
    annex_import = AnnexImport.objects.select_for_update(of=("self",)).select_related("plan").get(pk=annex_import.pk)
    reason = why_not_undoable(annex_import)
    if reason:
        raise ImportRefused(reason)
    plan, snapshot, since = annex_import.plan, _snapshot(annex_import), annex_import.holds_from or today
    author = Author(by, at, since)
    write_changes(plan, changes_back(plan, snapshot), author)
    _take_away(created_by(plan, snapshot), author)
    _clear_up(plan, snapshot)
    refresh_duties(plan, at=at, since=since)
    annex_import.state = AnnexImport.State.UNDONE
    annex_import.undone_by, annex_import.undone_at = by, at
    annex_import.save()
    return annex_import


def _reported_initiatives(annex_import: AnnexImport) -> list[Initiative]:
    """Initiatives the import created on which somebody has reported since; those it changed keep what was said."""
    plan = annex_import.plan
    duties = Duty.objects.filter(initiative__in=created_by(plan, _snapshot(annex_import)))
    with_reports = reported.reported_duties(duties, since=annex_import.finished_at)
    return list(plan.initiatives.filter(duties__in=with_reports).distinct())


def _snapshot(annex_import: AnnexImport) -> Snapshot:
    if annex_import.snapshot is None:
        raise ValueError(f"{annex_import} chưa được ghi.")
    snapshot: Snapshot = annex_import.snapshot
    return snapshot


def _take_away(initiatives: QuerySet[Initiative], author: Author) -> None:
    duties = Duty.objects.filter(initiative__in=initiatives)
    reported.delete_unreported(duties)
    for model in (Assignment, Deadline):
        delete_with_history(model, model._default_manager.filter(initiative__in=initiatives), author)
    rows = list(initiatives)
    for initiative in rows:
        set_history_author(initiative, by=author.by, at=author.at)
    # All at once, as QuerySet.delete does, but with these very rows, which say who takes them away.
    collector = Collector(using=initiatives.db)
    try:
        duties.delete()
        collector.collect(rows)
        collector.delete()
    except ProtectedError as error:
        raise ImportRefused(
            "Mô hình do lần nhập này tạo đã có dữ liệu khác gắn vào nên không hoàn tác được."
        ) from error


def _clear_up(plan: Plan, snapshot: Snapshot) -> None:
    """Groups that were new and stand empty, platforms nobody mentions any more."""
    new = [numeral for numeral, old, _ in snapshot["groups"] if not old]
    plan.groups.filter(numeral__in=new, initiatives=None).delete()
    Platform.objects.filter(search_key__in=snapshot["platforms"], mentions=None).delete()
