"""What an annex would change: each initiative as the file wants it against each as it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from assignments.models import AssignmentRole
from models_registry.deadlines import DeadlineKind, DeadlineReading
from models_registry.models import Deadline, Initiative, InitiativeText, Plan
from models_registry.text import fold, one_line

from .cells.units import UnitMention
from .contents import Content, DeadlineCell, GroupContent, UnitCell, deadline_cell, stored_content
from .parsed import UNIT_COLUMNS, AnnexReading, AnnexRow
from .reading.columns import AnnexColumn
from .reading.rows import AnnexGroupRow

ROLE_OF = {
    AnnexColumn.LEAD: AssignmentRole.LEAD,
    AnnexColumn.COORDINATING: AssignmentRole.COORDINATING,
    AnnexColumn.SUPPORT: AssignmentRole.SUPPORT,
}
_TEXT_COLUMNS = (AnnexColumn.NAME, *UNIT_COLUMNS, AnnexColumn.DEADLINE, AnnexColumn.PLATFORMS)


@dataclass(frozen=True)
class Change:
    """One initiative of the file; ``old`` is None where it is new, ``rows`` are those it was read from."""

    code: str
    old: Content | None
    new: Content
    initiative: Initiative | None = None
    rows: list[int] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """The parts that differ."""
        if self.old is None:
            return list(Content._fields)
        return [part for part in Content._fields if getattr(self.old, part) != getattr(self.new, part)]


class GroupChange(NamedTuple):
    """A group that is new (``old`` is None) or differs."""

    numeral: str
    old: GroupContent | None
    new: GroupContent


@dataclass(frozen=True)
class Changes:
    created: list[Change]
    updated: list[Change]
    unchanged: list[Change]
    gone: list[Initiative]
    groups: list[GroupChange]

    @property
    def written(self) -> list[Change]:
        """Those that there is anything to write of."""
        return [*self.created, *self.updated]


def find_changes(plan: Plan, reading: AnnexReading) -> Changes:
    """Compare the reading with what is stored of the plan; in a fixed number of queries."""
    stored = {initiative.code: initiative for initiative in with_content(plan)}
    positions = _positions([row.task.code for row in reading.rows], stored)
    changes = [
        _change(plan, row, position, stored.get(row.task.code))
        for position, row in zip(positions, reading.rows, strict=True)
    ]
    differs = {change.code: bool(change.fields) for change in changes}
    return Changes(
        created=[change for change in changes if change.old is None],
        updated=[change for change in changes if change.old is not None and differs[change.code]],
        unchanged=[change for change in changes if change.old is not None and not differs[change.code]],
        gone=[initiative for code, initiative in stored.items() if code not in differs and _is_followed(initiative)],
        groups=_group_changes(plan, reading.groups),
    )


def _positions(codes: list[str], stored: dict[str, Initiative]) -> list[int]:
    """Where each initiative of the file stands. One left out moves nobody, one added at the end moves nobody either."""
    known = [stored[code].position for code in codes if code in stored]
    if known != sorted(set(known)) or any(code not in stored for code in codes[: len(known)]):
        return list(range(1, len(codes) + 1))
    last = max((initiative.position for initiative in stored.values()), default=0)
    return [*known, *range(last + 1, last + 1 + len(codes) - len(known))]


def with_content(plan: Plan) -> Iterable[Initiative]:
    """The initiatives of ``plan`` with every row ``stored_content`` looks at."""
    return plan.initiatives.select_related("group").prefetch_related(
        "texts", "deadlines", "platform_mentions", "assignments"
    )


def _is_followed(initiative: Initiative) -> bool:
    """Neither closed nor kept by a decision, so its absence from the file is worth a question."""
    return not (initiative.closed_on or initiative.kept_on)


def _group_changes(plan: Plan, rows: list[AnnexGroupRow]) -> list[GroupChange]:
    stored = {
        group.numeral: GroupContent(group.name, group.stated_count, group.position) for group in plan.groups.all()
    }
    changes = [
        GroupChange(row.path, stored.get(row.path), GroupContent(row.name, row.stated_count, position))
        for position, row in enumerate(rows, start=1)
    ]
    return [change for change in changes if change.old != change.new]


def _change(plan: Plan, row: AnnexRow, position: int, initiative: Initiative | None) -> Change:
    known = initiative.deadlines.all() if initiative else ()
    old = stored_content(initiative) if initiative else None
    wanted = _wanted(row, position, old.units if old else {}, _deadlines(plan, row.deadlines, known))
    return Change(row.task.code, old, wanted, initiative, row.task.rows)


def _wanted(row: AnnexRow, position: int, stored: dict[str, list[UnitCell]], deadlines: list[DeadlineCell]) -> Content:
    return Content(
        name=row.task.name,
        ordinal=row.task.ordinal,
        group=row.task.group.path if row.task.group else "",
        position=position,
        texts=_printed(row),
        units={
            ROLE_OF[column].value: _units(mentions, stored.get(ROLE_OF[column].value, ()))
            for column, mentions in row.units.items()
        },
        deadlines=deadlines,
        platforms=list({fold(name): name for name in reversed(row.platforms)}.values())[::-1],
    )


def _units(mentions: Iterable[UnitMention], stored: Iterable[UnitCell]) -> list[UnitCell]:
    known = {cell.text: cell for cell in stored}
    return [_unit(mention, known.get(mention.text)) for mention in mentions]


def _unit(mention: UnitMention, known: UnitCell | None) -> UnitCell:
    """A unit a person chose stays with its words; any other for as long as nobody is known by them."""
    if known and (known.is_corrected or not mention.key):
        return known._replace(is_principal=mention.principal)
    return UnitCell(mention.text, mention.key, mention.principal)  # type: ignore[arg-type]


def _printed(row: AnnexRow) -> dict[tuple[str, str], str]:
    named = {(column.value, ""): row.task.printed[column] for column in _TEXT_COLUMNS if row.task.printed.get(column)}
    extra = {(InitiativeText.Kind.EXTRA.value, one_line(label)): text for label, text in row.task.extra.items()}
    return named | extra


def _deadlines(plan: Plan, wanted: list[DeadlineReading], stored: Iterable[Deadline]) -> list[DeadlineCell]:
    """Parts are matched by their words: what a person settled for one stays with it when another is inserted."""
    known = {deadline.text: deadline_cell(deadline) for deadline in stored}
    return [_deadline(plan, reading, known.get(reading.text)) for reading in wanted]


def _deadline(plan: Plan, reading: DeadlineReading, known: DeadlineCell | None) -> DeadlineCell:
    if known is None:
        return DeadlineCell(reading, is_corrected=False, review_on=_review_day(plan, reading.kind))
    return known if known.is_corrected else known._replace(reading=reading)


def _review_day(plan: Plan, kind: DeadlineKind) -> date | None:
    """What follows another body's schedule is never overdue; it is looked at again when the plan ends."""
    return plan.ends_on if kind is DeadlineKind.SCHEDULE else None
