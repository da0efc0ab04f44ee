"""Bring an annex into its plan: groups, initiatives, cells as printed and as understood. All of it or nothing."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from assignments.annex.changes import Change, Changes, Content, find_changes
from assignments.annex.checks import find_problems
from assignments.annex.problems import AnnexUnreadable, Level, Problem
from assignments.annex.reading import AnnexReading, read_annex
from assignments.annex.rows import GroupRow
from assignments.annex.units import UnitDirectory
from assignments.duties import refresh_duties
from assignments.models import Assignment, Unit, User
from models_registry.deadlines import DeadlineKind
from models_registry.models import (
    Deadline,
    Initiative,
    InitiativeGroup,
    InitiativePlatform,
    InitiativeText,
    Plan,
    Platform,
)
from models_registry.text import fold


class Author(NamedTuple):
    """Whose import it is; ``by`` is None for a command."""

    by: User | None
    at: datetime


class ImportOutcome(NamedTuple):
    """What one run read, found and changed; ``reading`` and ``changes`` are None where the file cannot be read."""

    problems: list[Problem]
    reading: AnnexReading | None = None
    changes: Changes | None = None

    @property
    def has_errors(self) -> bool:
        return any(problem.level is Level.ERROR for problem in self.problems)

    def as_json(self) -> dict[str, object]:
        changes = self.changes
        return {
            "rows": [row.as_json() for row in self.reading.rows] if self.reading else [],
            "problems": [problem.as_json() for problem in self.problems],
            "created": len(changes.created) if changes else 0,
            "updated": len(changes.updated) if changes else 0,
            "unchanged": len(changes.unchanged) if changes else 0,
        }


def unit_directory(day: date) -> UnitDirectory:
    """The units standing on ``day`` with every way of writing them, those that have ended after them."""
    units = sorted(Unit.objects.prefetch_related("aliases"), key=lambda unit: not unit.is_valid_on(day))
    return UnitDirectory(
        (unit.pk, unit.name, [unit.short_name, *(alias.text for alias in unit.aliases.all())]) for unit in units
    )


@transaction.atomic
def import_annex(
    path: Path, plan: Plan, *, at: datetime, today: date, by: User | None = None, dry_run: bool = False
) -> ImportOutcome:
    """Read the annex and write it into ``plan``; with errors or ``dry_run`` nothing is written.

    The duties that follow from it are brought in line as of ``today``.
    """
    # Two imports at once wait for each other, so that the second sees what the first has changed.
    Plan.objects.select_for_update().get(pk=plan.pk)
    directory = unit_directory(today)
    try:
        reading = read_annex(path, directory)
    except AnnexUnreadable as error:
        return ImportOutcome([error.problem])
    found = ImportOutcome(find_problems(reading, directory), reading, find_changes(plan, reading))
    if found.has_errors or dry_run:
        return found
    _write(plan, found, Author(by, at))
    refresh_duties(plan, on=today)
    return found


def _write(plan: Plan, found: ImportOutcome, author: Author) -> None:
    if not found.reading or not found.changes:
        return
    groups = {row.numeral: _write_group(plan, row, number) for number, row in enumerate(found.reading.groups, 1)}
    for change in (*found.changes.created, *found.changes.updated):
        _write_initiative(plan, change, groups, author)


def _write_group(plan: Plan, row: GroupRow, position: int) -> InitiativeGroup:
    group, _ = InitiativeGroup.objects.update_or_create(
        plan=plan,
        numeral=row.numeral,
        defaults={"name": row.name, "stated_count": row.stated_count, "position": position},
    )
    return group


def _write_initiative(plan: Plan, change: Change, groups: dict[str, InitiativeGroup], author: Author) -> None:
    """Write the parts that differ and no other, so that the history shows what the file changed."""
    initiative = plan.initiatives.filter(code=change.code).first() or Initiative(plan=plan, code=change.code)
    fields = set(change.fields)
    if fields & {"name", "ordinal", "group", "position"}:
        new = change.new
        initiative.name, initiative.ordinal, initiative.position = new.name, new.ordinal, new.position
        initiative.group = groups.get(new.group)
        # How simple_history is told who and when; the attributes are its documented interface.
        initiative._history_user, initiative._history_date = author.by, author.at  # type: ignore[attr-defined]
        initiative.save()
    for field, write in _WRITERS.items():
        if field in fields:
            write(initiative, change.new, author)


def _write_texts(initiative: Initiative, content: Content, author: Author) -> None:
    source = InitiativeText.Source.ANNEX
    initiative.texts.filter(source=source).delete()
    InitiativeText.objects.bulk_create(
        InitiativeText(initiative=initiative, source=source, kind=kind, label=label, text=text)
        for (kind, label), text in content.texts.items()
    )


def _write_units(initiative: Initiative, content: Content, author: Author) -> None:
    for role, wanted in content.units.items():
        mentions = [
            Assignment(initiative=initiative, role=role, position=position, **cell._asdict())
            for position, cell in enumerate(wanted)
        ]
        stored = list(initiative.assignments.filter(role=role).order_by("position"))
        if [(old.text, old.unit_id, old.is_principal) for old in stored] != [tuple(cell) for cell in wanted]:
            initiative.assignments.filter(role=role).delete()
            bulk_create_with_history(mentions, Assignment, default_user=author.by, default_date=author.at)


def _write_deadlines(initiative: Initiative, content: Content, author: Author) -> None:
    """Parts are matched by their words: what a person settled for one stays with it when another is inserted."""
    by_text = {deadline.text: deadline for deadline in initiative.deadlines.all()}
    initiative.deadlines.all().delete()
    rows = []
    for position, reading in enumerate(content.deadlines):
        known = by_text.get(reading.text)
        row = Deadline(initiative=initiative, position=position)
        row.reading = reading
        row.is_corrected = known is not None and known.is_corrected
        row.review_on = known.review_on if known else _review_day(initiative.plan, reading.kind)
        rows.append(row)
    bulk_create_with_history(rows, Deadline, default_user=author.by, default_date=author.at)


def _review_day(plan: Plan, kind: DeadlineKind) -> date | None:
    """What follows another body's schedule is never overdue; it is looked at again when the plan ends."""
    return plan.ends_on if kind is DeadlineKind.SCHEDULE else None


def _write_platforms(initiative: Initiative, content: Content, author: Author) -> None:
    known = {platform.search_key: platform for platform in Platform.objects.all()}
    initiative.platform_mentions.all().delete()
    for position, text in enumerate(content.platforms):
        platform = known.get(fold(text)) or Platform.objects.create(name=text)
        InitiativePlatform.objects.create(initiative=initiative, platform=platform, text=text, position=position)


_WRITERS: dict[str, Callable[[Initiative, Content, Author], None]] = {
    "texts": _write_texts,
    "units": _write_units,
    "deadlines": _write_deadlines,
    "platforms": _write_platforms,
}
