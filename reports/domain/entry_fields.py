"""What an officer fills in for one duty, a row a field: model, form, pages and versions take it from here.

Figures and evidence come beside it.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from .states import SolvingLevel, WorkState
from .wording import percent


class FieldKind(StrEnum):
    STATE = "state"
    PERCENT = "percent"
    TEXT = "text"
    LEVEL = "level"


class EntryField(NamedTuple):
    """``label`` names it in running text, ``short`` stands before what was filed in it.

    ``is_carried``: goes on unchanged from one period to the next, for it says how the work stands and what hinders it,
    not what was done.
    """

    name: str
    kind: FieldKind
    label: str
    short: str
    is_carried: bool = False


ENTRY_FIELDS = (
    EntryField("work_state", FieldKind.STATE, "trạng thái", "Trạng thái", is_carried=True),
    EntryField("percent", FieldKind.PERCENT, "tiến độ", "Tiến độ", is_carried=True),
    EntryField("explanation", FieldKind.TEXT, "giải thích", "Giải thích"),
    EntryField("result", FieldKind.TEXT, "kết quả", "Kết quả"),
    EntryField("difficulty", FieldKind.TEXT, "khó khăn, vướng mắc", "Khó khăn", is_carried=True),
    EntryField("proposal", FieldKind.TEXT, "đề xuất, kiến nghị", "Đề xuất", is_carried=True),
    EntryField("solving_level", FieldKind.LEVEL, "cấp giải quyết", "Cấp giải quyết", is_carried=True),
    EntryField("next_steps", FieldKind.TEXT, "nhiệm vụ kỳ tới", "Kỳ tới"),
)

FILLED_FIELDS = tuple(field.name for field in ENTRY_FIELDS)
TEXT_FIELDS = tuple(field.name for field in ENTRY_FIELDS if field.kind == FieldKind.TEXT)
CARRIED_FIELDS = tuple(field.name for field in ENTRY_FIELDS if field.is_carried)
FIELD_LABELS = {field.name: field.label for field in ENTRY_FIELDS} | {"figures": "số liệu", "evidence": "minh chứng"}
_KINDS = {field.name: field.kind for field in ENTRY_FIELDS}


def empty_value(name: str) -> Any:
    """What the field holds where nothing was filled in."""
    return None if _KINDS[name] == FieldKind.PERCENT else ""


def field_words(name: str, value: Any) -> str:
    """What stands in the field ``name`` as people read it; "" where nothing does."""
    if value is None or value == "":
        return ""
    match _KINDS[name]:
        case FieldKind.STATE:
            return str(WorkState(value).label)
        case FieldKind.LEVEL:
            return str(SolvingLevel(value).label)
        case FieldKind.PERCENT:
            return percent(value)
        case FieldKind.TEXT:
            return str(value)
