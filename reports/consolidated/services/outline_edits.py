"""The outline of a plan's consolidated reports: there from the first draft on, arranged by the standing agency."""

import csv
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import User
from models_registry.history import set_history_author
from models_registry.models import Plan
from models_registry.text import one_line
from reports.models import OutlineSection, SectionKind

from ..errors import ConsolidatedError

# The outline a plan begins with, in a file, so that no heading is code.
DEFAULT_FILE = settings.BASE_DIR / "fixtures" / "de-cuong.csv"
_LONGEST_TITLE = 300


@transaction.atomic
def outline_of(plan: Plan, *, at: datetime) -> list[OutlineSection]:
    """The outline of ``plan``, in its order; one that never had any gets the default."""
    sections = list(plan.outline.order_by("position", "pk"))
    if sections:
        return sections
    Plan.objects.select_for_update().get(pk=plan.pk)  # two first visits at once make one outline
    sections = list(plan.outline.order_by("position", "pk"))
    return sections or bulk_create_with_history(_default_outline(plan), OutlineSection, default_date=at)


@transaction.atomic
def save_outline(plan: Plan, arranged: Sequence[OutlineSection], *, by: User, at: datetime) -> list[OutlineSection]:
    """Arrange the outline as ``arranged``, in its order; headings left out are deleted. Drafted reports keep theirs.

    Raises ConsolidatedError for a heading without a title or of no known kind, and where none is left in use.
    """
    for place, section in enumerate(arranged, start=1):
        section.plan, section.position, section.title = plan, place, one_line(section.title)
    _refuse_wrong(arranged)
    Plan.objects.select_for_update().get(pk=plan.pk)
    known = {section.pk: section for section in plan.outline.all()}
    kept = [section for section in arranged if section.pk in known]
    new = [section for section in arranged if section.pk not in known]
    for section in known.values():
        if section not in kept:
            set_history_author(section, by=by, at=at)
            section.delete()
    for section in new:
        section.pk = None  # it may be one that somebody has deleted meanwhile
    fields = ["title", "level", "kind", "is_active", "position"]
    bulk_update_with_history(kept, OutlineSection, fields, default_user=by, default_date=at)
    bulk_create_with_history(new, OutlineSection, default_user=by, default_date=at)
    return list(plan.outline.order_by("position", "pk"))


def _default_outline(plan: Plan) -> list[OutlineSection]:
    with DEFAULT_FILE.open(encoding="utf-8-sig", newline="") as file:
        rows = [(int(row["Cấp"]), SectionKind(row["Nội dung"]), row["Tiêu đề"]) for row in csv.DictReader(file)]
    return [
        OutlineSection(plan=plan, position=place, level=level, kind=kind, title=title)
        for place, (level, kind, title) in enumerate(rows, start=1)
    ]


def _refuse_wrong(rows: Sequence[OutlineSection]) -> None:
    for place, row in enumerate(rows, start=1):
        if not row.title:
            raise ConsolidatedError(f"Mục thứ {place} chưa có tiêu đề. Hãy ghi tiêu đề, hoặc xóa mục đó.")
        if len(row.title) > _LONGEST_TITLE:
            raise ConsolidatedError(f"Tiêu đề của mục thứ {place} dài quá {_LONGEST_TITLE} ký tự. Hãy viết ngắn lại.")
        if row.kind not in SectionKind.values or row.level not in (1, 2):
            raise ConsolidatedError(f"Hãy chọn lại nội dung và cấp của mục “{row.title}”.")
    if not any(row.is_active for row in rows):
        raise ConsolidatedError("Đề cương phải có ít nhất một mục đang dùng.")
    first = next(row for row in rows if row.is_active)
    if first.level != 1:
        raise ConsolidatedError(f"Mục đầu tiên (“{first.title}”) phải là mục lớn (I, II, III …).")
