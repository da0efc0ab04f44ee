"""Bring an annex into its plan. All of it or nothing: preview and import are these same steps, saved or not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from assignments.duties import refresh_duties
from assignments.models import Unit, User
from models_registry.models import Plan

from .cells.units import UnitDirectory
from .changes import Changes, find_changes
from .checks import find_problems
from .parsed import AnnexReading, read_annex
from .problems import AnnexUnreadable, Level, Problem
from .row_writer import Author, write_changes


class OpenedAnnex(NamedTuple):
    """A file as read against the units known at that moment; ``reading`` is None where it cannot be read."""

    directory: UnitDirectory
    problems: list[Problem]
    reading: AnnexReading | None = None


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
    """The units in force on ``day`` with every way of writing them, those that have ended after them."""
    units = sorted(Unit.objects.prefetch_related("aliases"), key=lambda unit: not unit.is_valid_on(day))
    return UnitDirectory(
        (unit.pk, unit.name, [unit.short_name, *(alias.text for alias in unit.aliases.all())]) for unit in units
    )


@transaction.atomic
def import_annex(
    path: Path, plan: Plan, *, at: datetime, today: date, by: User | None = None, dry_run: bool = False
) -> ImportOutcome:
    """Read the annex and write it into ``plan``; with errors or ``dry_run`` nothing is written.

    A change of who does what holds from ``today``.
    """
    lock_plan(plan)
    found = compare(plan, open_annex(path, today))
    if not found.has_errors and not dry_run:
        write(plan, found, by=by, at=at, since=today)
    return found


def lock_plan(plan: Plan) -> None:
    """Two imports at once wait for each other, so that the second sees what the first has changed."""
    Plan.objects.select_for_update().get(pk=plan.pk)


def open_annex(path: Path, today: date) -> OpenedAnnex:
    """Read the file, which takes the longest of all and needs no transaction."""
    directory = unit_directory(today)
    try:
        reading = read_annex(path, directory)
    except AnnexUnreadable as error:
        return OpenedAnnex(directory, [error.problem])
    return OpenedAnnex(directory, find_problems(reading, directory), reading)


def compare(plan: Plan, opened: OpenedAnnex) -> ImportOutcome:
    """What was read against what the plan has."""
    if opened.reading is None:
        return ImportOutcome(opened.problems)
    return ImportOutcome(opened.problems, opened.reading, find_changes(plan, opened.reading))


@transaction.atomic
def write(plan: Plan, found: ImportOutcome, *, by: User | None, at: datetime, since: date) -> None:
    """Write what was found to differ, and the duties that follow from it.

    A change of who does what holds from ``since``; the first annex of a plan holds from its beginning.
    """
    if found.changes:
        is_first = not plan.initiatives.exists()
        with _without_collecting():
            write_changes(plan, found.changes, Author(by, at, None if is_first else since))
            refresh_duties(plan, at=at, since=since)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Thousands of rows are made and none is garbage: looking for it among them would take a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
