"""Write what differs and no other, so that the history shows what the file changed; in bulk, whatever its size."""

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import Assignment, User
from models_registry.models import (
    Deadline,
    Initiative,
    InitiativeGroup,
    InitiativePlatform,
    InitiativeText,
    Plan,
    Platform,
)
from models_registry.short_names import propose_short_name
from models_registry.text import fold

from .changes import Change, Changes

BATCH = 500
_OF_INITIATIVE = ("name", "ordinal", "group", "position")
_DEADLINE_FIELDS = (
    "text",
    "kind",
    "starts_on",
    "due_on",
    "ongoing",
    "depends_on",
    "subject",
    "is_corrected",
    "review_on",
)


class Author(NamedTuple):
    """Whose import it is, and from which day its assignments hold: None for the first of a plan, which always held.

    ``by`` is None for a command.
    """

    by: User | None
    at: datetime
    since: date | None = None


# One initiative with the change that concerns it.
Written = list[tuple[Initiative, Change]]


def write_changes(plan: Plan, changes: Changes, author: Author) -> None:
    """Write all that was found to differ; the caller holds the transaction."""
    _write_groups(plan, changes)
    groups = {group.numeral: group for group in plan.groups.all()}
    written = [*_create(plan, changes.created, groups, author), *_update(changes.updated, groups, author)]
    for field, write in _WRITERS.items():
        concerned = [(initiative, change) for initiative, change in written if field in change.fields]
        if concerned:
            write(concerned, author)


def _write_groups(plan: Plan, changes: Changes) -> None:
    rows = [InitiativeGroup(plan=plan, numeral=change.numeral, **change.new._asdict()) for change in changes.groups]
    InitiativeGroup.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["plan", "numeral"],
        update_fields=["name", "stated_count", "position"],
    )


# --- Initiatives ---


def _create(plan: Plan, created: list[Change], groups: dict[str, InitiativeGroup], author: Author) -> Written:
    rows = [
        _fill(Initiative(plan=plan, code=change.code, short_name=propose_short_name(change.new.name)), change, groups)
        for change in created
    ]
    bulk_create_with_history(rows, Initiative, batch_size=BATCH, default_user=author.by, default_date=author.at)
    return list(zip(rows, created, strict=True))


def _update(updated: list[Change], groups: dict[str, InitiativeGroup], author: Author) -> Written:
    written = [(change.initiative, change) for change in updated if change.initiative]
    rows = [
        _fill(initiative, change, groups)
        for initiative, change in written
        if not set(_OF_INITIATIVE).isdisjoint(change.fields)
    ]
    fields = [*_OF_INITIATIVE, "search_key", "sort_key"]
    bulk_update_with_history(rows, Initiative, fields, batch_size=BATCH, default_user=author.by, default_date=author.at)
    return written


def _fill(initiative: Initiative, change: Change, groups: dict[str, InitiativeGroup]) -> Initiative:
    new = change.new
    initiative.name, initiative.ordinal, initiative.position = new.name, new.ordinal, new.position
    initiative.group = groups.get(new.group)
    initiative.set_keys()
    return initiative


# --- What stands under an initiative ---


def _write_texts(written: Written, author: Author) -> None:
    source = InitiativeText.Source.ANNEX
    initiatives = [initiative.pk for initiative, _ in written]
    InitiativeText.objects.filter(initiative__in=initiatives, source=source).delete()
    InitiativeText.objects.bulk_create(
        (
            InitiativeText(initiative_id=initiative.pk, source=source, kind=kind, label=label, text=text)
            for initiative, change in written
            for (kind, label), text in change.new.texts.items()
        ),
        batch_size=BATCH,
    )


def _write_units(written: Written, author: Author) -> None:
    wanted = [
        Assignment(initiative_id=initiative.pk, role=role, position=position, valid_from=author.since, **cell._asdict())
        for initiative, change in written
        for role, cells in change.new.units.items()
        for position, cell in enumerate(cells)
    ]
    stored = _stored(written, lambda initiative: initiative.assignments.all())
    fields = ("text", "unit_id", "is_principal", "is_corrected", "valid_from", "valid_to")
    if author.since:
        wanted = _dated(wanted, stored, author.since)
    _write_rows(Assignment, wanted, stored, attrgetter("pk"), fields, author)


def _dated(wanted: list[Assignment], stored: list[Any], since: date) -> list[Assignment]:
    """Every row there shall be: those that held before, ended where another takes their place, and those of now.

    What was ended the day before and is as it was goes on, as if it had never ended; a unit recognised at last was
    meant all along.
    """
    yesterday = since - timedelta(days=1)
    held = [copy(row) for row in stored if (row.valid_from or date.min) < since]
    standing = {_place(row): row for row in held if row.valid_to is None or row.valid_to >= yesterday}
    for row in wanted:
        before = standing.get(_place(row))
        if before and before.unit_id in (None, row.unit_id) and before.is_principal == row.is_principal:
            del standing[_place(row)]
            held.remove(before)
            row.pk, row.valid_from = before.pk, before.valid_from
    for row in standing.values():
        row.valid_to = yesterday
    begun = {_place(row): row.pk for row in stored if (row.valid_from or date.min) >= since}
    for row in wanted:
        row.pk = row.pk or begun.get(_place(row))
    return [*held, *wanted]


_place = attrgetter("initiative_id", "role", "position")


def _write_deadlines(written: Written, author: Author) -> None:
    wanted = []
    for initiative, change in written:
        for position, cell in enumerate(change.new.deadlines):
            row = Deadline(initiative_id=initiative.pk, position=position)
            row.reading, row.is_corrected, row.review_on = cell
            wanted.append(row)
    stored = _stored(written, lambda initiative: initiative.deadlines.all())
    _write_rows(Deadline, wanted, stored, attrgetter("initiative_id", "position"), _DEADLINE_FIELDS, author)


def _write_platforms(written: Written, author: Author) -> None:
    mentioned = {fold(text): text for _, change in reversed(written) for text in reversed(change.new.platforms)}
    known = _platforms(mentioned)
    initiatives = [initiative.pk for initiative, _ in written]
    InitiativePlatform.objects.filter(initiative__in=initiatives).delete()
    InitiativePlatform.objects.bulk_create(
        (
            InitiativePlatform(
                initiative_id=initiative.pk, platform_id=known[fold(text)].pk, text=text, position=position
            )
            for initiative, change in written
            for position, text in enumerate(change.new.platforms)
        ),
        batch_size=BATCH,
    )


def _platforms(mentioned: dict[str, str]) -> dict[str, Platform]:
    """Every platform there is by its folded name, those not known yet made."""
    known = {platform.search_key: platform for platform in Platform.objects.all()}
    new = [Platform(name=text) for key, text in mentioned.items() if key not in known]
    for platform in new:
        platform.set_keys()
    return known | {platform.search_key: platform for platform in Platform.objects.bulk_create(new, batch_size=BATCH)}


_WRITERS: dict[str, Callable[[Written, Author], None]] = {
    "texts": _write_texts,
    "units": _write_units,
    "deadlines": _write_deadlines,
    "platforms": _write_platforms,
}

# --- Rows with a history, each in its place ---


def _stored(written: Written, rows: Callable[[Initiative], Iterable[models.Model]]) -> list[models.Model]:
    """The rows there are now; an initiative just made has none."""
    return [row for initiative, change in written if change.old for row in rows(initiative)]


def _write_rows(
    model: type[models.Model],
    wanted: list[Any],
    stored: list[Any],
    place: Callable[[Any], Hashable],
    fields: tuple[str, ...],
    author: Author,
) -> None:
    """Bring ``stored`` in line with ``wanted`` place by place; a row that is as wanted is left alone."""
    by_place = {place(row): row for row in stored}
    new, changed = [], []
    for row in wanted:
        known = by_place.pop(place(row), None)
        if known is None:
            new.append(row)
        elif any(getattr(known, field) != getattr(row, field) for field in fields):
            row.pk = known.pk
            changed.append(row)
    written_by: dict[str, Any] = {"batch_size": BATCH, "default_user": author.by, "default_date": author.at}
    delete_with_history(model, by_place.values(), author)
    bulk_update_with_history(changed, model, [field.removesuffix("_id") for field in fields], **written_by)
    bulk_create_with_history(new, model, **written_by)


def delete_with_history(model: type[models.Model], rows: Iterable[Any], author: Author) -> None:
    """Delete rows nothing refers to, keeping of each what it was and who took it away."""
    rows = list(rows)
    kept = model.history.model  # type: ignore[attr-defined]
    kept.objects.bulk_create(
        (
            kept(
                history_type="-",
                history_user=author.by,
                history_date=author.at,
                **{field.attname: getattr(row, field.attname) for field in kept.tracked_fields},
            )
            for row in rows
        ),
        batch_size=BATCH,
    )
    # Without signals: simple_history would write a second row for each, without its author.
    queryset = model._default_manager.filter(pk__in=[row.pk for row in rows])
    queryset._raw_delete(queryset.db)
