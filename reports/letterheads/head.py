"""The letterhead of a unit on a document of a plan: its own settings, and where it has none what is usual for its kind.

A department has the plan's issuer over its name, a commune's committee nobody (NĐ 30/2020/NĐ-CP, Phụ lục I).
"""

from assignments.models import Unit
from documents.blocks import Head
from models_registry.models import Plan
from models_registry.text import filled_lines
from reports.models import Letterhead

_COMMITTEE = "Ủy ban nhân dân"
_COMMITTEE_SHORT = "UBND "


def head_of(unit: Unit, plan: Plan, *, kind_symbol: str = "BC") -> Head:
    """``unit.letterhead`` should be read with the unit where there are many."""
    own = getattr(unit, "letterhead", None) or Letterhead()  # given the unit, it would pass for the unit's own
    usual = _usual_head(unit, plan, kind_symbol)
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


def _usual_head(unit: Unit, plan: Plan, kind_symbol: str) -> Head:
    if unit.kind == Unit.Kind.COMMUNE and unit.name.startswith(_COMMITTEE_SHORT):
        where = unit.name.removeprefix(_COMMITTEE_SHORT)
        return Head(
            issuer=[_COMMITTEE, where],
            issuer_name=unit.name,
            symbol=f"{kind_symbol}-UBND",
            place=unit.short_name or where,
            authority=[f"TM. {_COMMITTEE}", "Chủ tịch"],
        )
    return Head(
        issuer=[unit.name],
        issuer_name=unit.name,
        parent=plan.issuer if unit.kind == Unit.Kind.DEPARTMENT else "",
        symbol=f"{kind_symbol}-{'' if ' ' in unit.label else unit.label}" if unit.short_name else f"{kind_symbol}-…",
        place=plan.place,
        authority=["Trưởng phòng" if _is_office(unit) else "Thủ trưởng đơn vị"],
    )


def _is_office(unit: Unit) -> bool:
    return unit.kind == Unit.Kind.DEPARTMENT and unit.name.startswith("Phòng ")
