"""The letterhead of a unit on a document of a plan: its own settings, and where it has none what is usual for its kind.

A department has the plan's issuer over its name, a commune's committee nobody (NĐ 30/2020/NĐ-CP, Phụ lục I).
"""

import csv
from datetime import datetime

from django.conf import settings
from django.db import transaction

from assignments.models import Unit, User
from documents.blocks import Head
from models_registry.history import set_history_author
from models_registry.models import Plan
from models_registry.text import filled_lines
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
_COMMITTEE = "Ủy ban nhân dân"
_COMMITTEE_SHORT = "UBND "


def head_of(unit: Unit, plan: Plan) -> Head:
    """``unit.letterhead`` should be read with the unit where there are many."""
    own = getattr(unit, "letterhead", None) or Letterhead()  # given the unit, it would pass for the unit's own
    usual = _usual_head(unit, plan)
    return Head(
        issuer=filled_lines(own.issuer) or usual.issuer,
        issuer_name=usual.issuer_name,
        parent=own.parent or usual.parent,
        symbol=own.symbol or usual.symbol,
        place=own.place or usual.place,
        authority=filled_lines(own.authority) or usual.authority,
        signer=own.signer,
        office=own.office,
        recipients=filled_lines(own.recipients),
        drafter=own.drafter,
    )


def _usual_head(unit: Unit, plan: Plan) -> Head:
    if unit.kind == Unit.Kind.COMMUNE and unit.name.startswith(_COMMITTEE_SHORT):
        where = unit.name.removeprefix(_COMMITTEE_SHORT)
        return Head(
            issuer=[_COMMITTEE, where],
            issuer_name=unit.name,
            symbol="BC-UBND",
            place=unit.short_name or where,
            authority=[f"TM. {_COMMITTEE}", "Chủ tịch"],
        )
    return Head(
        issuer=[unit.name],
        issuer_name=unit.name,
        parent=plan.issuer if unit.kind == Unit.Kind.DEPARTMENT else "",
        symbol=f"BC-{'' if ' ' in unit.label else unit.label}" if unit.short_name else "BC-…",
        place=plan.place,
        authority=["Trưởng phòng" if _is_office(unit) else "Thủ trưởng đơn vị"],
    )


def _is_office(unit: Unit) -> bool:
    return unit.kind == Unit.Kind.DEPARTMENT and unit.name.startswith("Phòng ")


# --- The settings of units ---


def default_letterheads() -> list[Letterhead]:
    """Those of the file of letterheads whose unit is there and has none yet, not saved; no names of persons.

    How each body writes is settled by its head, so none is code.
    """
    with DEFAULT_FILE.open(encoding="utf-8-sig", newline="") as file:
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
