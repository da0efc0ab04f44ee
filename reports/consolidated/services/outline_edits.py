"""The outline of a plan's consolidated reports: there from the first draft on, arranged by the standing agency."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

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


class OutlineRow(NamedTuple):
    """One heading as arranged; ``pk`` None for a new one. The order is that of the rows."""

    title: str
    level: int
    kind: str
    is_active: bool = True
    pk: int | None = None


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
def save_outline(plan: Plan, rows: Iterable[OutlineRow], *, by: User, at: datetime) -> list[OutlineSection]:
    """Arrange the outline as ``rows``; headings left out are taken away. Reports already drafted keep theirs.

    Raises ConsolidatedError for a heading without a title or of no known kind, and where none is left in use.
    """
    rows = [row._replace(title=one_line(row.title)) for row in rows]
    _refuse_wrong(rows)
    Plan.objects.select_for_update().get(pk=plan.pk)
    known = {section.pk: section for section in plan.outline.all()}
    arranged = [_arranged(known.get(row.pk or 0), plan, place, row) for place, row in enumerate(rows, start=1)]
    new, kept = [one for one in arranged if not one.pk], [one for one in arranged if one.pk]
    for section in known.values():
        if section not in kept:
            set_history_author(section, by=by, at=at)
            section.delete()
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


def _refuse_wrong(rows: Sequence[OutlineRow]) -> None:
    for place, row in enumerate(rows, start=1):
        if not row.title:
            raise ConsolidatedError(f"Mục thứ {place} chưa có tiêu đề. Hãy ghi tiêu đề, hoặc xóa mục đó.")
        if len(row.title) > _LONGEST_TITLE:
            raise ConsolidatedError(f"Tiêu đề của mục thứ {place} dài quá {_LONGEST_TITLE} chữ. Hãy viết ngắn lại.")
        if row.kind not in SectionKind.values or row.level not in (1, 2):
            raise ConsolidatedError(f"Hãy chọn lại nội dung và cấp của mục “{row.title}”.")
    if not any(row.is_active for row in rows):
        raise ConsolidatedError("Đề cương phải có ít nhất một mục đang dùng.")
    first = next(row for row in rows if row.is_active)
    if first.level != 1:
        raise ConsolidatedError(f"Mục đầu tiên (“{first.title}”) phải là mục lớn (I, II, III …).")


def _arranged(section: OutlineSection | None, plan: Plan, place: int, row: OutlineRow) -> OutlineSection:
    section = section or OutlineSection(plan=plan)
    section.position, section.title, section.level = place, row.title, row.level
    section.kind, section.is_active = row.kind, row.is_active
    return section
