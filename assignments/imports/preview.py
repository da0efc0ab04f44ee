"""What an import would do, as it is kept and shown: plain JSON, in words."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict

from assignments.annex.cells.units import WORTH_SHOWING, UnitDirectory, nearest
from assignments.annex.changes import ROLE_OF, Change, Changes, GroupChange
from assignments.annex.contents import Content, DeadlineCell, GroupContent, UnitCell
from assignments.annex.importer import ImportOutcome
from assignments.annex.parsed import UNIT_COLUMNS, AnnexReading
from assignments.annex.problems import Level, Problem
from assignments.models import AssignmentRole
from models_registry.deadline_wording import reading_in_words
from models_registry.models import InitiativeText
from models_registry.text import fold


class CellPlace(TypedDict):
    """Where in the file: ``row`` as Excel counts, ``column`` its letter; empty where it concerns the whole file."""

    sheet: str
    row: int | None
    column: str


class PreviewProblem(CellPlace):
    level: Literal["error", "warning"]
    code: str
    message: str
    text: str


class PreviewFieldChange(TypedDict):
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
    fields: list[PreviewFieldChange]


class PreviewGroupChange(TypedDict):
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


class Mention(CellPlace):
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
    """``left_over`` is what nobody would lead, file or read that somebody does now (``plan_problems``), in words, where
    what changes holds from ``holds_from`` ("2024-03-05").

    ``digest`` stands for all that would be written: what is confirmed is what was shown."""

    sheet: str
    counts: Counts
    problems: list[PreviewProblem]
    changes: list[PreviewChange]
    groups: list[PreviewGroupChange]
    gone: list[GoneInitiative]
    unknown_units: list[UnknownUnit]
    left_over: list[str]
    holds_from: str
    digest: str


# --- How it is made ---

_FIELD_LABELS = {
    "name": "Tên mô hình",
    "ordinal": "TT",
    "group": "Nhóm",
    "position": "Thứ tự trong bảng",
    **{role.value: role.label for role in AssignmentRole},
    "deadlines": "Thời gian hoàn thành",
    "platforms": "Nền tảng, công cụ",
}
# A printed cell says nothing beyond what was understood of it, unless only its wording differs.
_UNDERSTOOD = {InitiativeText.Kind.DEADLINE.value: "deadlines"}


def preview_of(
    found: ImportOutcome, directory: UnitDirectory, left_over: Sequence[str] = (), since: date | None = None
) -> Preview:
    """The preview of an annex that could be read; ``left_over`` where it is written from ``since`` on."""
    reading, changes = found.reading, found.changes
    if reading is None or changes is None:
        raise ValueError("Tệp không đọc được thì không có bản xem trước.")
    wording = ContentWording(directory)
    unknown = _unknown_units(reading, directory)
    return Preview(
        sheet=reading.sheet,
        counts=_counts(found, changes, len(unknown)),
        problems=[_problem(problem) for problem in found.problems],
        changes=[wording.change(change) for change in sorted(_all(changes), key=lambda change: change.new.position)],
        groups=[_group(change) for change in changes.groups],
        gone=[GoneInitiative(id=one.pk, code=one.code, name=one.brief) for one in changes.gone],
        unknown_units=unknown,
        left_over=[*left_over],
        holds_from=since.isoformat() if since else "",
        digest=digest_of(changes),
    )


def digest_of(changes: Changes) -> str:
    """Differs whenever something else would be written; the units are in it by their key, not by their name."""
    written = [(change.code, change.old, change.new) for change in changes.written]
    return hashlib.sha256(repr((written, changes.groups)).encode()).hexdigest()


def _all(changes: Changes) -> list[Change]:
    return [*changes.written, *changes.unchanged]


def _counts(found: ImportOutcome, changes: Changes, unknown: int) -> Counts:
    errors = sum(problem.level is Level.ERROR for problem in found.problems)
    return Counts(
        groups=len(found.reading.groups) if found.reading else 0,
        created=len(changes.created),
        updated=len(changes.updated),
        unchanged=len(changes.unchanged),
        gone=len(changes.gone),
        errors=errors,
        warnings=len(found.problems) - errors,
        unknown_units=unknown,
    )


def _problem(problem: Problem) -> PreviewProblem:
    return PreviewProblem(
        sheet=problem.sheet if problem.row else "",
        row=problem.row,
        column=problem.column,
        level=problem.level.value,
        code=problem.code,
        message=problem.message,
        text=problem.text,
    )


def _group(change: GroupChange) -> PreviewGroupChange:
    return PreviewGroupChange(
        numeral=change.numeral, old=_group_words(change.old) if change.old else "", new=_group_words(change.new)
    )


def _group_words(group: GroupContent) -> str:
    return group.name if group.stated_count is None else f"{group.name} ({group.stated_count:02d} mô hình)"


def _unknown_units(reading: AnnexReading, directory: UnitDirectory) -> list[UnknownUnit]:
    """Each name once, with every place that uses it."""
    found: dict[str, UnknownUnit] = {}
    for row in reading.rows:
        for column in UNIT_COLUMNS:
            for mention in row.units[column]:
                if not mention.known:
                    place = Mention(
                        sheet=reading.sheet,
                        row=row.task.row,
                        column=reading.header.letter(column),
                        code=row.task.code,
                        role=ROLE_OF[column].value,
                    )
                    unknown = found.setdefault(fold(mention.text), _unknown_unit(mention.text, directory))
                    unknown["mentions"].append(place)
    return list(found.values())


def _unknown_unit(text: str, directory: UnitDirectory) -> UnknownUnit:
    close = [
        NearestUnit(id=int(str(key)), name=name, score=score)
        for key, name, score in nearest(text, directory)
        if score >= WORTH_SHOWING
    ]
    return UnknownUnit(key=fold(text), text=text, mentions=[], nearest=close)


class ContentWording:
    """Contents in words; ``directory`` knows the names of the units."""

    def __init__(self, directory: UnitDirectory) -> None:
        self.directory = directory

    def change(self, change: Change) -> PreviewChange:
        kind: Literal["created", "updated", "unchanged"] = "created"
        if change.old is not None:
            kind = "updated" if change.fields else "unchanged"
        return PreviewChange(
            code=change.code,
            name=change.new.name,
            kind=kind,
            group=change.new.group,
            rows=change.rows,
            fields=self.fields(change) if kind != "unchanged" else [],
        )

    def fields(self, change: Change) -> list[PreviewFieldChange]:
        """The parts that differ, then the cells of which the understood parts say nothing."""
        new = self.parts(change.new)
        old = self.parts(change.old) if change.old else {field: [] for field in new}
        differing = {field for field in new if old[field] != new[field]}
        if change.old is None:
            differing.discard("position")
        found = [
            PreviewFieldChange(field=field, label=_FIELD_LABELS[field], old=old[field], new=new[field])
            for field in new
            if field in differing
        ]
        return found + self.cells(change, differing)

    def parts(self, content: Content) -> dict[str, list[str]]:
        """What was understood, by field."""
        return {
            "name": [content.name],
            "ordinal": [content.ordinal] if content.ordinal else [],
            "group": [content.group] if content.group else [],
            "position": [str(content.position)],
            **{role: [self.unit(cell) for cell in cells] for role, cells in content.units.items()},
            "deadlines": [_deadline(cell) for cell in content.deadlines],
            "platforms": content.platforms,
        }

    def cells(self, change: Change, differing: set[str]) -> list[PreviewFieldChange]:
        old = change.old.texts if change.old else {}
        keys = [*change.new.texts, *(key for key in old if key not in change.new.texts)]
        is_extra = InitiativeText.Kind.EXTRA.value
        return [
            PreviewFieldChange(
                field="text",
                label=label or f"Nguyên văn “{InitiativeText.Kind(kind).label}”",
                old=[old[kind, label]] if (kind, label) in old else [],
                new=[change.new.texts[kind, label]] if (kind, label) in change.new.texts else [],
            )
            for kind, label in keys
            if old.get((kind, label)) != change.new.texts.get((kind, label))
            and (kind == is_extra or _UNDERSTOOD.get(kind, kind) not in differing)
        ]

    def unit(self, cell: UnitCell) -> str:
        principal = " (chính)" if cell.is_principal else ""
        if cell.unit_id is None:
            return f"{cell.text}{principal} – chưa biết đơn vị này"
        name = self.directory.names.get(cell.unit_id, cell.text)
        return f"{name}{principal}" if fold(name) == fold(cell.text) else f"{name}{principal} – ghi là “{cell.text}”"


def _deadline(cell: DeadlineCell) -> str:
    corrected = ", đã sửa tay" if cell.is_corrected else ""
    return f"{cell.reading.text} ({reading_in_words(cell.reading)}{corrected})"
