"""The kept history of a row in words: who changed what, when, from what to what."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import models

_KINDS = {"+": "tạo", "~": "sửa", "-": "xóa"}


class FieldChange(NamedTuple):
    label: str
    old: str
    new: str


class RowChange(NamedTuple):
    """``by`` is "" for what a command or the clock did; ``fields`` is empty for a creation."""

    at: Any
    by: str
    kind: str
    fields: list[FieldChange]


def changes_of(row: Any) -> list[RowChange]:
    """Every kept change of ``row``, the latest first; nothing for a model without history, or a row from before it."""
    if not hasattr(row, "history"):
        return []
    records = list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))
    earlier = [*records[1:], None][: len(records)]
    return [_change(record, before) for record, before in zip(records, earlier, strict=True)]


def _change(record: Any, before: Any) -> RowChange:
    return RowChange(
        at=record.history_date,
        by=str(record.history_user or ""),
        kind=_KINDS[record.history_type],
        fields=_fields(record, before) if before else [],
    )


def _fields(record: Any, before: Any) -> list[FieldChange]:
    shown = [field for field in record.tracked_fields if field.editable]
    pairs = [(field, _words(before, field), _words(record, field)) for field in shown]
    return [FieldChange(str(field.verbose_name), old, new) for field, old, new in pairs if old != new]


def _words(record: Any, field: "models.Field[Any, Any]") -> str:
    if field.choices:
        return str(getattr(record, f"get_{field.attname}_display")())
    value = getattr(record, field.attname)
    return "" if value is None else str(value)


def set_history_author(row: models.Model, *, by: models.Model | None, at: datetime) -> None:
    """Say who writes or deletes ``row`` next, and when; the attributes are simple_history's documented interface."""
    row._history_user = by  # type: ignore[attr-defined]
    row._history_date = at  # type: ignore[attr-defined]
