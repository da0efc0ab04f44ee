"""What an import would do, as it is kept and shown: plain JSON, in words."""

from typing import Literal, TypedDict


class Place(TypedDict):
    """Where in the file: ``row`` as Excel counts, ``column`` its letter; empty where it concerns the whole file."""

    sheet: str
    row: int | None
    column: str


class PreviewProblem(Place):
    level: Literal["error", "warning"]
    code: str
    message: str
    text: str


class FieldChange(TypedDict):
    """One part of an initiative, each item of it in words: "Công an huyện (chính)", "Quý I/2024 (đến 31/03/2024)".

    ``field`` is name, ordinal, group, position, lead, coordinating, support, deadlines, platforms, or "text" for a
    cell of which only the wording changed or which the portal keeps as printed. ``old`` is empty where it is new.
    """

    field: str
    label: str
    old: list[str]
    new: list[str]


class PreviewChange(TypedDict):
    """One initiative of the file. ``rows`` are all the rows it was read from; ``fields`` is empty where unchanged."""

    code: str
    name: str
    kind: Literal["created", "updated", "unchanged"]
    group: str
    rows: list[int]
    fields: list[FieldChange]


class GroupChange(TypedDict):
    """A group that is new or renamed; ``old`` is empty where it is new."""

    numeral: str
    old: str
    new: str


class GoneInitiative(TypedDict):
    """One the plan has and the file has not: proposed for closing, never deleted."""

    id: int
    code: str
    name: str


class NearestUnit(TypedDict):
    """``score`` of 100."""

    id: int
    name: str
    score: float


class Mention(Place):
    """``code`` of the initiative, ``role`` as in AssignmentRole."""

    code: str
    role: str


class UnknownUnit(TypedDict):
    """A name nobody has recognised yet; ``key`` is its folded form, by which a choice refers to it."""

    key: str
    text: str
    mentions: list[Mention]
    nearest: list[NearestUnit]


class Counts(TypedDict):
    groups: int
    created: int
    updated: int
    unchanged: int
    gone: int
    errors: int
    warnings: int
    unknown_units: int


class Preview(TypedDict):
    """``digest`` stands for all that would be written: what is confirmed is what was shown."""

    sheet: str
    counts: Counts
    problems: list[PreviewProblem]
    changes: list[PreviewChange]
    groups: list[GroupChange]
    gone: list[GoneInitiative]
    unknown_units: list[UnknownUnit]
    digest: str
