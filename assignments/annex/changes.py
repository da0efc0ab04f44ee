"""What an annex would change: each initiative as the file wants it against each as it is stored."""

from collections.abc import Iterable
from typing import NamedTuple

from assignments.annex.columns import Column
from assignments.annex.reading import UNIT_COLUMNS, AnnexReading, AnnexRow
from assignments.models import AssignmentRole
from models_registry.deadlines import DeadlineReading
from models_registry.models import Deadline, Initiative, InitiativeText, Plan
from models_registry.text import fold, one_line

ROLE_OF = {
    Column.LEAD: AssignmentRole.LEAD,
    Column.COORDINATING: AssignmentRole.COORDINATING,
    Column.SUPPORT: AssignmentRole.SUPPORT,
}
_TEXT_COLUMNS = (Column.NAME, *UNIT_COLUMNS, Column.DEADLINE, Column.PLATFORMS)


class UnitCell(NamedTuple):
    """One mention as it is stored: the words, the unit they were recognised as, the mark "(chính)"."""

    text: str
    unit_id: int | None
    is_principal: bool


class Content(NamedTuple):
    """Everything an annex says of one initiative; two that are equal differ in nothing.

    ``texts`` are the cells as printed by (kind, label), ``units`` the mentions by role.
    """

    name: str
    ordinal: str
    group: str
    position: int
    texts: dict[tuple[str, str], str]
    units: dict[str, list[UnitCell]]
    deadlines: list[DeadlineReading]
    platforms: list[str]


class Change(NamedTuple):
    """One initiative of the file; ``old`` is None where it is new, ``fields`` names the parts that differ."""

    code: str
    old: Content | None
    new: Content

    @property
    def fields(self) -> list[str]:
        if self.old is None:
            return list(Content._fields)
        return [field for field in Content._fields if getattr(self.old, field) != getattr(self.new, field)]


class Changes(NamedTuple):
    created: list[Change]
    updated: list[Change]
    unchanged: list[Change]
    gone: list[Initiative]


def find_changes(plan: Plan, reading: AnnexReading) -> Changes:
    """Compare the reading with what is stored of the plan; in a fixed number of queries."""
    stored = {initiative.code: initiative for initiative in _with_content(plan)}
    changes = [_change(row, position, stored.get(row.task.code)) for position, row in enumerate(reading.rows, start=1)]
    in_file = {change.code for change in changes}
    return Changes(
        created=[change for change in changes if change.old is None],
        updated=[change for change in changes if change.old is not None and change.fields],
        unchanged=[change for change in changes if change.old is not None and not change.fields],
        gone=[initiative for code, initiative in stored.items() if code not in in_file and not initiative.closed_on],
    )


def _change(row: AnnexRow, position: int, initiative: Initiative | None) -> Change:
    wanted = _wanted(row, position)
    if initiative is None:
        return Change(row.task.code, None, wanted)
    kept = _kept_by_hand(wanted.deadlines, initiative.deadlines.all())
    return Change(row.task.code, _stored(initiative), wanted._replace(deadlines=kept))


def _wanted(row: AnnexRow, position: int) -> Content:
    return Content(
        name=row.task.name,
        ordinal=row.task.ordinal,
        group=row.task.group.path if row.task.group else "",
        position=position,
        texts=_printed(row),
        units={
            ROLE_OF[column].value: [UnitCell(mention.text, mention.key, mention.principal) for mention in mentions]  # type: ignore[arg-type]
            for column, mentions in row.units.items()
        },
        deadlines=row.deadlines,
        platforms=list({fold(name): name for name in reversed(row.platforms)}.values())[::-1],
    )


def _printed(row: AnnexRow) -> dict[tuple[str, str], str]:
    named = {(column.value, ""): row.task.printed[column] for column in _TEXT_COLUMNS if row.task.printed.get(column)}
    extra = {(InitiativeText.Kind.EXTRA.value, one_line(label)): text for label, text in row.task.extra.items()}
    return named | extra


def _with_content(plan: Plan) -> Iterable[Initiative]:
    return plan.initiatives.select_related("group").prefetch_related(
        "texts", "deadlines", "platform_mentions", "assignments"
    )


def _stored(initiative: Initiative) -> Content:
    from_annex = [text for text in initiative.texts.all() if text.source == InitiativeText.Source.ANNEX]
    units: dict[str, list[UnitCell]] = {role.value: [] for role in AssignmentRole}
    for mention in sorted(initiative.assignments.all(), key=lambda mention: mention.position):
        units[mention.role].append(UnitCell(mention.text, mention.unit_id, mention.is_principal))
    return Content(
        name=initiative.name,
        ordinal=initiative.ordinal,
        group=initiative.group.numeral if initiative.group else "",
        position=initiative.position,
        texts={(text.kind, text.label): text.text for text in from_annex},
        units=units,
        deadlines=[deadline.reading for deadline in initiative.deadlines.all()],
        platforms=[mention.text for mention in initiative.platform_mentions.all()],
    )


def _kept_by_hand(wanted: list[DeadlineReading], stored: Iterable[Deadline]) -> list[DeadlineReading]:
    """A reading corrected by a person stands for as long as the words it reads stay the same."""
    corrected = {deadline.text: deadline.reading for deadline in stored if deadline.is_corrected}
    return [corrected.get(reading.text, reading) for reading in wanted]
