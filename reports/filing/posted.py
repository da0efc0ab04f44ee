"""What the filing page sends, saved as far as it can be: one wrong figure or one clash does not hold up the rest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict

from assignments.models import User
from reports.domain.merging import Clash
from reports.lifecycle.errors import EditConflict, EntryConflict
from reports.models import WITH_LAST_WORD, ProgressEntry, UnitReport

from .drafts import EntryEdit, save_entries, values_of
from .forms import EntryForm, posted_entries
from .suggestions import as_values, suggestions_for


@dataclass
class Outcome:
    """``entries``: those written or found written already, as they are now; the next two by the entry's key.

    ``is_written``: whether anything was; otherwise ``troubled`` has all that was typed.
    """

    entries: dict[int, ProgressEntry] = field(default_factory=dict)
    troubled: dict[int, EntryForm] = field(default_factory=dict)
    conflicts: dict[int, EntryConflict] = field(default_factory=dict)
    is_written: bool = True

    @property
    def is_clean(self) -> bool:
        return not (self.troubled or self.conflicts)

    def version_of(self, entry: ProgressEntry) -> int | str:
        """The version against which the page writes next: words that were not written stay what they were against."""
        form = self.troubled.get(entry.pk)
        return entry.version if self.is_written or form is None else form.typed["version"]

    def ask(self, conflict: EntryConflict, clashes: Sequence[Clash]) -> None:
        """The officer is to choose on ``clashes``, besides what was to be chosen already."""
        if clashes:
            before = self.conflicts.get(conflict.entry.pk)
            asked = [*(before.clashes if before else []), *clashes]
            self.conflicts[conflict.entry.pk] = conflict._replace(clashes=asked)


def posted_forms(data: QueryDict, report: UnitReport) -> list[EntryForm]:
    """A form for each entry of the report that the page sent, which may be those alone that somebody touched."""
    sent = report.entries.filter(pk__in=posted_entries(data)).with_indicators()
    entries = sent.select_related(*WITH_LAST_WORD).prefetch_related("figures")
    return [EntryForm(data, entry, entry.indicators) for entry in entries]


def save_posted(report: UnitReport, forms: Sequence[EntryForm], *, by: User, at: datetime) -> Outcome:
    """Save what ``forms`` hold without a mistake or a clash. Raises AlreadyFiled or Locked."""
    for form in forms:
        form.is_valid()  # every form, so that all mistakes are shown at once
    outcome = Outcome()
    edits = {form.entry.pk: form.edit(values_of(form.entry)) for form in forms}
    going_on = _save(report, edits, _OwnValues(report, forms), outcome, by=by, at=at)
    if going_on:
        # Newer words over one's own: written against what stands now, for it is not somebody else's.
        _save(report, going_on, None, outcome, by=by, at=at)
    _keep_asking(outcome, forms)
    outcome.troubled = {form.entry.pk: form for form in forms if form.mistakes or form.entry.pk in outcome.conflicts}
    return outcome


class _OwnValues:
    """Values this page has shown or sent itself; they never conflict."""

    def __init__(self, report: UnitReport, forms: Sequence[EntryForm]) -> None:
        self.report = report
        self.form_of = {form.entry.pk: form for form in forms}
        self._suggested: dict[int, dict[str, Any]] | None = None

    def is_own(self, conflict: EntryConflict, clash: Clash) -> bool:
        """Sent by this page before without an answer coming back, or kept as it was pre-filled."""
        form = self.form_of[conflict.entry.pk]
        return form.has_sent(clash.key, clash.theirs) or self._is_suggested(form, clash.key, clash.theirs)

    def is_untouched(self, conflict: EntryConflict, clash: Clash) -> bool:
        """Pre-filled and not touched on this page: the value somebody else saved is kept."""
        return self._is_suggested(self.form_of[conflict.entry.pk], clash.key, clash.mine)

    def _is_suggested(self, form: EntryForm, key: str, value: Any) -> bool:
        if form.cleaned_data.get("version") != 0 and not form.entry.is_kept:
            return False  # a page that showed what somebody had written
        suggested = self._suggestions().get(form.entry.pk, {})
        return key in suggested and suggested[key] == value

    def _suggestions(self) -> dict[int, dict[str, Any]]:
        """By entry; read only when something clashes."""
        if self._suggested is None:
            entries = list(self.report.entries.select_related(*WITH_LAST_WORD))
            found = suggestions_for(self.report, entries)
            self._suggested = {entry.pk: as_values(found[entry.duty_id]) for entry in entries if entry.duty_id in found}
        return self._suggested


def _save(
    report: UnitReport,
    edits: dict[int, EntryEdit],
    beginnings: _OwnValues | None,
    outcome: Outcome,
    *,
    by: User,
    at: datetime,
) -> dict[int, EntryEdit]:
    """Save ``edits`` but what clashes and is asked about; returns what goes over the officer's own values."""
    going_on: dict[int, EntryEdit] = {}
    while True:  # each round leaves out at least one field more
        try:
            saved = save_entries(report, edits.values(), by=by, at=at)
        except EditConflict as error:
            for conflict in error.conflicts:
                pk, clashes = conflict.entry.pk, conflict.clashes
                own = [clash for clash in clashes if beginnings and beginnings.is_own(conflict, clash)]
                left = [clash for clash in clashes if beginnings and beginnings.is_untouched(conflict, clash)]
                if own:
                    going_on[pk] = _only(edits[pk], {clash.key for clash in own}, conflict.entry.version)
                edits[pk] = _without(edits[pk], {clash.key for clash in clashes})
                outcome.ask(conflict, [clash for clash in clashes if clash not in own and clash not in left])
        else:
            outcome.entries |= {entry.pk: entry for entry in saved}
            return going_on


def _without(edit: EntryEdit, keys: Collection[str]) -> EntryEdit:
    fields = {name: value for name, value in edit.fields.items() if name not in keys}
    figures = {pk: figure for pk, figure in edit.figures.items() if f"figure-{pk}" not in keys}
    return edit._replace(fields=fields, figures=figures)


def _only(edit: EntryEdit, keys: Collection[str], version: int) -> EntryEdit:
    fields = {name: value for name, value in edit.fields.items() if name in keys}
    figures = {pk: figure for pk, figure in edit.figures.items() if f"figure-{pk}" in keys}
    return EntryEdit(edit.entry_id, fields, version, figures)


def _keep_asking(outcome: Outcome, forms: Sequence[EntryForm]) -> None:
    """A clash the page has shown stays one until somebody decides it."""
    for form in forms:
        entry = outcome.entries[form.entry.pk]
        now = values_of(entry)
        clashes = [Clash(name, form.typed.get(name, ""), now.get(name)) for name in sorted(form.unanswered)]
        outcome.ask(EntryConflict(entry, [], "", None), clashes)
