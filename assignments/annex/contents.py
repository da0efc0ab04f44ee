"""Everything an annex says of one initiative, in one form for the file, the database and what is kept for undoing."""

from datetime import date
from typing import Any, NamedTuple

from assignments.models import Assignment, AssignmentRole
from models_registry.deadlines import DeadlineKind, DeadlineReading
from models_registry.models import Deadline, Initiative, InitiativeText


class UnitCell(NamedTuple):
    """One mention as it is stored: the words, the unit they were recognised as, the mark "(chính)".

    ``is_corrected``: the unit was chosen by a person.
    """

    text: str
    unit_id: int | None
    is_principal: bool
    is_corrected: bool = False


class DeadlineCell(NamedTuple):
    """One part as it is stored: the words and their reading, and what a person settled for it."""

    reading: DeadlineReading
    is_corrected: bool
    review_on: date | None


class Content(NamedTuple):
    """Two that are equal differ in nothing.

    ``group`` is the numeral, ``texts`` are the cells as printed by (kind, label), ``units`` the mentions by role.
    """

    name: str
    ordinal: str
    group: str
    position: int
    texts: dict[tuple[str, str], str]
    units: dict[str, list[UnitCell]]
    deadlines: list[DeadlineCell]
    platforms: list[str]


class GroupContent(NamedTuple):
    name: str
    stated_count: int | None
    position: int


def stored_content(initiative: Initiative) -> Content:
    """What is stored of ``initiative``, whose rows should have been prefetched."""
    from_annex = [text for text in initiative.texts.all() if text.source == InitiativeText.Source.ANNEX]
    units: dict[str, list[UnitCell]] = {role.value: [] for role in AssignmentRole}
    for mention in sorted(standing_mentions(initiative), key=lambda mention: mention.position):
        units[mention.role].append(UnitCell(mention.text, mention.unit_id, mention.is_principal, mention.is_corrected))
    return Content(
        name=initiative.name,
        ordinal=initiative.ordinal,
        group=initiative.group.numeral if initiative.group else "",
        position=initiative.position,
        texts={(text.kind, text.label): text.text for text in from_annex},
        units=units,
        deadlines=[deadline_cell(deadline) for deadline in initiative.deadlines.all()],
        platforms=[mention.text for mention in initiative.platform_mentions.all()],
    )


def standing_mentions(initiative: Initiative) -> list[Assignment]:
    """Those in force, of mentions that should have been prefetched."""
    return [mention for mention in initiative.assignments.all() if mention.valid_to is None]


def deadline_cell(deadline: Deadline) -> DeadlineCell:
    return DeadlineCell(deadline.reading, deadline.is_corrected, deadline.review_on)


# --- As JSON, for what is kept ---


def content_as_json(content: Content, fields: list[str]) -> dict[str, Any]:
    """The named parts of ``content``."""
    whole = content._asdict() | {
        "texts": [[kind, label, text] for (kind, label), text in content.texts.items()],
        "units": {role: [list(cell) for cell in cells] for role, cells in content.units.items()},
        "deadlines": [_deadline_as_json(cell) for cell in content.deadlines],
    }
    return {field: whole[field] for field in fields}


def content_from_json(kept: dict[str, Any], content: Content) -> Content:
    """``content`` with the parts that ``kept`` holds in their place."""
    parts = dict(kept)
    if "texts" in parts:
        parts["texts"] = {(kind, label): text for kind, label, text in parts["texts"]}
    if "units" in parts:
        parts["units"] = {role: [UnitCell(*cell) for cell in cells] for role, cells in parts["units"].items()}
    if "deadlines" in parts:
        parts["deadlines"] = [_deadline_from_json(cell) for cell in parts["deadlines"]]
    return content._replace(**parts)


def _deadline_as_json(cell: DeadlineCell) -> dict[str, Any]:
    return {
        **vars(cell.reading),
        "kind": cell.reading.kind.value,
        "starts_on": _day_as_json(cell.reading.starts_on),
        "due_on": _day_as_json(cell.reading.due_on),
        "is_corrected": cell.is_corrected,
        "review_on": _day_as_json(cell.review_on),
    }


def _deadline_from_json(kept: dict[str, Any]) -> DeadlineCell:
    reading = {field: value for field, value in kept.items() if field not in ("is_corrected", "review_on")}
    reading |= {field: _day_from_json(kept[field]) for field in ("starts_on", "due_on")}
    reading["kind"] = DeadlineKind(kept["kind"])
    return DeadlineCell(DeadlineReading(**reading), kept["is_corrected"], _day_from_json(kept["review_on"]))


def _day_as_json(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_from_json(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
