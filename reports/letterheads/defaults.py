"""The letterheads units begin with, in a file: how each body writes is settled by its head, so none is code."""

import csv
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assignments.models import Unit, User
from models_registry.history import set_history_author
from reports.models import Letterhead

DEFAULT_FILE = settings.BASE_DIR / "fixtures" / "the-thuc.csv"
_COLUMNS = {
    "parent": "Cơ quan chủ quản",
    "issuer": "Cơ quan ban hành",
    "symbol": "Ký hiệu",
    "place": "Địa danh",
    "authority": "Quyền hạn, chức vụ",
    "recipients": "Nơi nhận",
    "drafter": "Đơn vị soạn thảo",
}


def default_letterheads(path: Path = DEFAULT_FILE) -> list[Letterhead]:
    """Those of ``path`` whose unit is there and has none yet, not saved; no names of persons."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Đơn vị"]: row for row in csv.DictReader(file)}
    units = Unit.objects.filter(name__in=rows, letterhead=None).order_by("pk")
    return [
        Letterhead(unit=unit, **{name: rows[unit.name][column] for name, column in _COLUMNS.items()}) for unit in units
    ]


@transaction.atomic
def save_letterhead(letterhead: Letterhead, *, by: User, at: datetime) -> None:
    """Keep it, with who and when in its history; reports already issued keep the one they were issued under."""
    set_history_author(letterhead, by=by, at=at)
    letterhead.save()
