"""What an officer types, saved as it is typed; two at once do not overwrite each other."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import User
from models_registry.text import clean
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.merging import Clash, merge, named_writer
from reports.domain.numbers import Figure
from reports.lifecycle.errors import EditConflict, EntryConflict
from reports.lifecycle.transitions import lock_for_filing, write_entries
from reports.models import WITH_LAST_WORD, IndicatorFigure, ProgressEntry, UnitReport

from .suggestions import NO_FIGURE, as_values, figure_key, kept_values, suggestions_for


class EntryEdit(NamedTuple):
    """What was typed into one entry against the ``version`` seen: fields of FILLED_FIELDS, figures by indicator.

    Fields left out, or equal to what that version said, are left alone.
    """

    entry_id: int
    fields: Mapping[str, Any]
    version: int
    figures: Mapping[int, Figure] = {}


@transaction.atomic
def save_entries(report: UnitReport, edits: Iterable[EntryEdit], *, by: User, at: datetime) -> list[ProgressEntry]:
    """Save what was typed into several entries of one report, all or nothing; returns them as they are now.

    Raises EditConflict where somebody else changed the same field since the version typed on, AlreadyFiled or Locked,
    ProgressEntry.DoesNotExist for an entry of another report.
    """
    report = lock_for_filing(report, at)
    edits = list(edits)
    entries = _entries_of(report, edits)
    was = {pk: (entry.version, values_of(entry)) for pk, entry in entries.items()}
    if keep_up(report, entries.values(), by=by, at=at):
        entries = _entries_of(report, edits)
        edits = [_brought_up(edit, *was[edit.entry_id], entries[edit.entry_id].version) for edit in edits]
    bases = _Bases([edit for edit in edits if edit.version != entries[edit.entry_id].version])
    merged = [_merged(entries[edit.entry_id], edit, bases) for edit in edits]
    conflicts = [_conflict(entry, clashes, by) for entry, _, clashes in merged if clashes]
    if conflicts:
        raise EditConflict(conflicts)
    _write(report, {entry: changes for entry, changes, _ in merged if changes}, by=by, at=at)
    return [entries[edit.entry_id] for edit in edits]


@transaction.atomic
def keep_entries(
    report: UnitReport, entry_ids: Iterable[int] | None = None, *, by: User, at: datetime
) -> list[ProgressEntry]:
    """Answer "giữ như kỳ trước" for these entries, or for all that have no answer yet; returns those kept.

    A duty never reported on has nothing to keep, and text of one's own is not overwritten: those are left out.
    Raises AlreadyFiled or Locked.
    """
    report = lock_for_filing(report, at)
    entries = list(report.entries.select_related(*WITH_LAST_WORD).prefetch_related("figures").filter(excluded_at=None))
    wanted = set(entry_ids) if entry_ids is not None else {entry.pk for entry in entries if not entry.is_answered}
    suggestions = suggestions_for(report, entries)
    kept = {
        entry: as_values(suggestions[entry.duty_id])
        for entry in entries
        if entry.pk in wanted and not entry.has_words and entry.duty_id in suggestions
    }
    _write(report, kept, by=by, at=at, kept=kept)
    return list(kept)


def keep_up(report: UnitReport, entries: Iterable[ProgressEntry], *, by: User, at: datetime) -> bool:
    """Write what the kept ones of ``entries`` say by now, whose source may have changed since; returns whether any did.

    One whose source is gone has no answer any more. For a report held by ``lock_for_filing``, its entries read with
    ``WITH_LAST_WORD`` and figures; after a change they are to be read again.
    """
    kept = [entry for entry in entries if entry.is_kept]
    if not kept:
        return False
    suggestions = suggestions_for(report, kept)
    values = {entry: kept_values(entry, suggestions.get(entry.duty_id)) for entry in kept}
    changed = {entry: now for entry, now in values.items() if now.items() - values_of(entry).items()}
    if changed:
        _write(report, changed, by=by, at=at, kept=[entry for entry in changed if entry.duty_id in suggestions])
    return bool(changed)


def _brought_up(edit: EntryEdit, version: int, values: Mapping[str, Any], now: int) -> EntryEdit:
    """What was typed on an entry that only followed its source since: nobody else's words stand against it.

    Only what differs from what stood there was typed.
    """
    if edit.version != version:
        return edit
    fields = {name: value for name, value in edit.fields.items() if _as_stored(name, value) != values[name]}
    figures = {pk: figure for pk, figure in edit.figures.items() if figure != values.get(figure_key(pk), NO_FIGURE)}
    return edit._replace(fields=fields, figures=figures, version=now)


def _entries_of(report: UnitReport, edits: list[EntryEdit]) -> dict[int, ProgressEntry]:
    wanted = {edit.entry_id for edit in edits}
    found = report.entries.filter(pk__in=wanted).select_related("duty__initiative", *WITH_LAST_WORD)
    entries = {entry.pk: entry for entry in found.prefetch_related("figures")}
    if wanted - entries.keys():
        raise ProgressEntry.DoesNotExist("an entry of another report")
    return entries


# --- Bringing together ---


def values_of(entry: ProgressEntry) -> dict[str, Any]:
    """What an entry says, by field and by ``figure-<indicator>``; ``figures`` should be prefetched."""
    fields = {name: getattr(entry, name) for name in FILLED_FIELDS}
    return fields | {figure_key(row.indicator_id): Figure(row.value, row.total) for row in entry.figures.all()}


class _Bases:
    """What the stale edits started from, read from the kept history: two queries, none where no edit is stale."""

    def __init__(self, stale: list[EntryEdit]) -> None:
        self.fields: dict[tuple[int, int], dict[str, Any]] = {}
        self.figures: dict[int, list[Any]] = {}
        if not stale:
            return
        seen = Q()
        for edit in stale:
            seen |= Q(id=edit.entry_id, version=edit.version)
        for row in ProgressEntry.history.filter(seen).order_by("history_id"):
            self.fields[row.id, row.version] = {name: getattr(row, name) for name in FILLED_FIELDS}
        ids = [edit.entry_id for edit in stale]
        for row in IndicatorFigure.history.filter(entry__in=ids).order_by("history_id"):
            self.figures.setdefault(row.entry_id, []).append(row)

    def of(self, edit: EntryEdit) -> dict[str, Any] | None:
        fields = self.fields.get((edit.entry_id, edit.version))
        if fields is None:
            return None
        rows = [row for row in self.figures.get(edit.entry_id, ()) if row.version <= edit.version]
        return fields | {figure_key(row.indicator_id): Figure(row.value, row.total) for row in rows}


def _merged(entry: ProgressEntry, edit: EntryEdit, bases: _Bases) -> tuple[ProgressEntry, dict[str, Any], list[Clash]]:
    theirs = values_of(entry)
    mine = {name: _as_stored(name, value) for name, value in edit.fields.items()}
    mine |= {figure_key(pk): figure for pk, figure in edit.figures.items()}
    base = theirs if edit.version == entry.version else bases.of(edit)
    empty = {key: NO_FIGURE for key in mine if key.startswith("figure-")}
    return entry, *merge(empty | base if base is not None else None, empty | theirs, mine)


def _as_stored(name: str, value: Any) -> Any:
    """Raises ValueError for a field that is not the officer's to fill in."""
    if name not in FILLED_FIELDS:
        raise ValueError(f"{name} is not filled in by an officer")
    return clean(value) if isinstance(value, str) else value


def _conflict(entry: ProgressEntry, clashes: list[Clash], by: User) -> EntryConflict:
    last = entry.history.select_related("history_user").order_by("-history_id").first()
    if last is None:
        return EntryConflict(entry, clashes, "", None)
    return EntryConflict(entry, clashes, named_writer(last.history_user, by), last.history_date)


# --- Writing ---


def _write(
    report: UnitReport,
    changes_of: Mapping[ProgressEntry, Mapping[str, Any]],
    *,
    by: User,
    at: datetime,
    kept: Collection[ProgressEntry] = (),
) -> None:
    """Write the changes, the next version of each entry and the history of both; of those changed ``kept`` are kept."""
    for entry, changes in changes_of.items():
        for name in changes.keys() & set(FILLED_FIELDS):
            setattr(entry, name, changes[name])
        entry.is_kept = entry in kept
    if changes_of:
        write_entries(list(changes_of), by=by, at=at)
        _write_figures(changes_of, by=by, at=at)
    # When a draft was last saved is of no interest to history: the entries tell it.
    report.saved_at = at
    UnitReport.objects.filter(pk=report.pk).update(saved_at=at)


def _write_figures(changes_of: Mapping[ProgressEntry, Mapping[str, Any]], *, by: User, at: datetime) -> None:
    new: list[IndicatorFigure] = []
    changed: list[IndicatorFigure] = []
    for entry, changes in changes_of.items():
        rows = {figure_key(row.indicator_id): row for row in entry.figures.all()}
        for key in (key for key in changes if key.startswith("figure-")):
            row = rows.get(key) or IndicatorFigure(entry=entry, indicator_id=int(key.removeprefix("figure-")))
            row.value, row.total = changes[key]
            row.version = entry.version
            (changed if row.pk else new).append(row)
    if new:
        bulk_create_with_history(new, IndicatorFigure, default_user=by, default_date=at)
    if changed:
        fields = ["value", "total", "version"]
        bulk_update_with_history(changed, IndicatorFigure, fields, default_user=by, default_date=at)
