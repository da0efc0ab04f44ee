"""What an officer types, saved as it is typed; two at once do not overwrite each other."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import User
from models_registry.text import clean
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.merging import WRITER, Clash, merge, told_since
from reports.domain.numbers import Figure
from reports.lifecycle.transitions import lock_for_filing, write_entries
from reports.models import IndicatorFigure, ProgressEntry, UnitReport
from reports.progress.entries_read import entries_with_last_word

from .suggestions import NO_FIGURE, Suggestion, as_values, figure_key, kept_values, suggestions_for

Changes = Mapping[ProgressEntry, Mapping[str, Any]]


class EntryEdit(NamedTuple):
    """What was typed into one entry: fields of FILLED_FIELDS, figures by indicator.

    ``known``: by field and ``figure-<indicator>`` the values the page knows, as ``merge`` takes them; None for who has
    read the entry and writes over whatever stands.
    """

    entry_id: int
    fields: Mapping[str, Any]
    figures: Mapping[int, Figure] = {}
    known: Mapping[str, Sequence[Any]] | None = None


class EntryConflict(NamedTuple):
    """What was typed into ``entry`` (as it is now) and not written: somebody else's words stand there."""

    entry: ProgressEntry
    clashes: list[Clash]


class Saved(NamedTuple):
    """``entries`` that were typed into, as they are now; of those in ``conflicts`` some fields were not written."""

    entries: list[ProgressEntry]
    conflicts: list[EntryConflict]


class HeldDraft:
    """A report held for writing until the transaction ends, with its entries, read once.

    Raises AlreadyFiled, NotOwed or Locked. ``entries`` are as they were last written here, but for what a kept one
    would say by now. ``also``: what else is to be read with them.
    """

    entries: dict[int, ProgressEntry]
    _suggestions: dict[int, Suggestion] | None

    def __init__(self, report: UnitReport, *, by: User, at: datetime, also: Sequence[str] = ()) -> None:
        self.report = lock_for_filing(report, at)
        self._by, self._at, self._also = by, at, also
        self._read()

    def suggestions(self) -> dict[int, Suggestion]:
        """What keeping would answer, by duty."""
        if self._suggestions is None:
            self._suggestions = suggestions_for(self.report, [*self.entries.values()])
        return self._suggestions

    def save(self, edits: Iterable[EntryEdit]) -> Saved:
        """Write what may be written of ``edits``. Raises KeyError for an entry of another report."""
        edits = list(edits)
        self._keep_up([self.entries[edit.entry_id] for edit in edits])
        changes: dict[int, dict[str, Any]] = {}
        conflicts = []
        for edit in edits:
            entry = self.entries[edit.entry_id]
            changes[entry.pk], clashes = _merged(entry, edit)
            if clashes:
                conflicts.append(self.conflict(entry, clashes))
        self._write({self.entries[pk]: changed for pk, changed in changes.items() if changed})
        return Saved([self.entries[edit.entry_id] for edit in edits], conflicts)

    def conflict(self, entry: ProgressEntry, clashes: Iterable[Clash]) -> EntryConflict:
        """``clashes`` with who wrote what stands in the fields, and when."""
        return EntryConflict(entry, [_with_author(entry, clash, self._by) for clash in clashes])

    def keep(self, entry_ids: Iterable[int] | None = None) -> list[int]:
        """As ``keep_entries``; returns the keys."""
        silent = {pk for pk, entry in self.entries.items() if not entry.is_answered}
        wanted = set(entry_ids) if entry_ids is not None else silent
        suggestions = self.suggestions() if wanted else {}
        kept = {
            entry: as_values(suggestions[entry.duty_id])
            for pk, entry in self.entries.items()
            if pk in wanted and entry.excluded_at is None and not entry.has_words and entry.duty_id in suggestions
        }
        self._write(kept, kept=kept)
        return [entry.pk for entry in kept]

    def unkeep(self, entry_ids: Collection[int]) -> list[int]:
        """As ``unkeep_entries``; returns the keys."""
        kept = [entry for pk, entry in self.entries.items() if pk in entry_ids and entry.is_kept]
        self._write({entry: kept_values(entry, None) for entry in kept})
        return [entry.pk for entry in kept]

    def _read(self) -> None:
        whole = self.report.entries.prefetch_related("figures", *self._also)
        self.entries = {entry.pk: entry for entry in entries_with_last_word(whole)}
        self._suggestions = None

    def _keep_up(self, entries: Iterable[ProgressEntry]) -> None:
        """As ``keep_up``; what changed by it is read again."""
        kept = [entry for entry in entries if entry.is_kept]
        if kept and keep_up(self.report, kept, by=self._by, at=self._at):
            self._read()

    def _write(self, changes: Changes, *, kept: Collection[ProgressEntry] = ()) -> None:
        if _write(self.report, changes, by=self._by, at=self._at, kept=kept):
            self._read()


@transaction.atomic
def save_entries(report: UnitReport, edits: Iterable[EntryEdit], *, by: User, at: datetime) -> Saved:
    """Save what was typed into several entries of one report.

    Raises AlreadyFiled, NotOwed or Locked, KeyError for an entry of another report.
    """
    return HeldDraft(report, by=by, at=at).save(edits)


@transaction.atomic
def keep_entries(
    report: UnitReport, entry_ids: Iterable[int] | None = None, *, by: User, at: datetime
) -> list[ProgressEntry]:
    """Answer "giữ như kỳ trước" for these entries, or for all that have no answer yet; returns those kept.

    A duty never reported on has nothing to keep, and text of one's own is not overwritten: those are left out.
    Raises AlreadyFiled, NotOwed or Locked.
    """
    held = HeldDraft(report, by=by, at=at)
    return [held.entries[pk] for pk in held.keep(entry_ids)]


@transaction.atomic
def unkeep_entries(report: UnitReport, entry_ids: Collection[int], *, by: User, at: datetime) -> list[ProgressEntry]:
    """Take back "giữ như kỳ trước" of those of these entries that are kept: they have no answer again; returns those.

    Raises AlreadyFiled, NotOwed or Locked.
    """
    held = HeldDraft(report, by=by, at=at)
    return [held.entries[pk] for pk in held.unkeep(entry_ids)]


def keep_up(report: UnitReport, entries: Iterable[ProgressEntry], *, by: User, at: datetime) -> bool:
    """Write what the kept ones of ``entries`` say by now, whose source may have changed since; returns whether any did.

    One whose source is gone has no answer any more. For a report held by ``lock_for_filing``, its entries read by
    ``entries_with_last_word``, with figures; after a change they are to be read again.
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


# --- Bringing together ---


def values_of(entry: ProgressEntry) -> dict[str, Any]:
    """What an entry says, by field and by ``figure-<indicator>``; ``figures`` should be prefetched."""
    fields = {name: getattr(entry, name) for name in FILLED_FIELDS}
    return fields | {figure_key(row.indicator_id): Figure(row.value, row.total) for row in entry.figures.all()}


def _merged(entry: ProgressEntry, edit: EntryEdit) -> tuple[dict[str, Any], list[Clash]]:
    mine = {name: _as_stored(name, value) for name, value in edit.fields.items()}
    mine |= {figure_key(pk): figure for pk, figure in edit.figures.items()}
    theirs = {key: NO_FIGURE for key in mine if key.startswith("figure-")} | values_of(entry)
    return merge(theirs, mine, {key: _known(entry, edit, key, value, theirs[key]) for key, value in mine.items()})


def _known(entry: ProgressEntry, edit: EntryEdit, key: str, value: Any, stands: Any) -> Sequence[Any]:
    """What may be written over; what was only kept is nobody's words, unless the field was left as it was shown."""
    if edit.known is None:
        return [stands]
    known = edit.known.get(key, ())
    is_typed = not known or value != known[0]
    return [*known, stands] if entry.is_kept and is_typed else known


def _as_stored(name: str, value: Any) -> Any:
    """Raises ValueError for a field that is not the officer's to fill in."""
    if name not in FILLED_FIELDS:
        raise ValueError(f"{name} is not filled in by an officer")
    return clean(value) if isinstance(value, str) else value


def _with_author(entry: ProgressEntry, clash: Clash, by: User) -> Clash:
    """Who wrote what stands in the field, and when, from the kept history, as ``by`` is told it."""
    if clash.key.startswith("figure-"):
        rows = IndicatorFigure.history.filter(entry=entry.pk, indicator=int(clash.key.removeprefix("figure-")))
        told = rows.order_by("-history_id").values_list(*WRITER, "value", "total")
        return told_since(clash, ((*writer, Figure(value, total)) for *writer, value, total in told), by.pk)
    return told_since(clash, entry.history.order_by("-history_id").values_list(*WRITER, clash.key), by.pk)


# --- Writing ---


def _write(
    report: UnitReport, changes_of: Changes, *, by: User, at: datetime, kept: Collection[ProgressEntry] = ()
) -> bool:
    """Write the changes, the next version of each entry and the history of both; of those changed ``kept`` are kept.

    Returns whether there are figures now that were not read with the entries.
    """
    is_more = False
    for entry, changes in changes_of.items():
        for name in changes.keys() & set(FILLED_FIELDS):
            setattr(entry, name, changes[name])
        entry.is_kept = entry in kept
    if changes_of:
        write_entries(list(changes_of), by=by, at=at)
        is_more = _write_figures(changes_of, by=by, at=at)
    # When a draft was last saved is of no interest to history: the entries tell it.
    report.saved_at = at
    UnitReport.objects.filter(pk=report.pk).update(saved_at=at)
    return is_more


def _write_figures(changes_of: Changes, *, by: User, at: datetime) -> bool:
    """Returns whether any is new."""
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
    return bool(new)
