"""What the filing page sends, saved as far as it can be: one wrong figure or one clash does not hold up the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assignments.models import User
from reports.forms import EntryForm
from reports.merging import Clash
from reports.models import ProgressEntry, UnitReport
from reports.services.drafts import EntryEdit, save_entries, values_of
from reports.services.errors import EditConflict, EntryConflict


@dataclass
class Outcome:
    """``entries``: those written or found written already, as they are now; the other two by the entry's key."""

    entries: dict[int, ProgressEntry] = field(default_factory=dict)
    troubled: dict[int, EntryForm] = field(default_factory=dict)
    conflicts: dict[int, EntryConflict] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.troubled or self.conflicts)


def save_posted(report: UnitReport, forms: Sequence[EntryForm], *, by: User, at: datetime) -> Outcome:
    """Save what ``forms`` hold without a mistake or a clash. Raises AlreadyFiled or Locked."""
    for form in forms:
        form.is_valid()  # every form, so that all mistakes are shown at once
    form_of = {form.entry.pk: form for form in forms}
    edits = {pk: form.edit(values_of(form.entry)) for pk, form in form_of.items()}
    outcome = Outcome()
    own: dict[int, EntryEdit] = {}
    while True:  # each round leaves out at least one field more
        try:
            saved = save_entries(report, edits.values(), by=by, at=at)
        except EditConflict as error:
            for conflict in error.conflicts:
                pk = conflict.entry.pk
                mine = [clash for clash in conflict.clashes if form_of[pk].has_sent(clash.key, clash.theirs)]
                own[pk] = _only(edits[pk], mine, conflict.entry.version)
                edits[pk] = _without(edits[pk], conflict.clashes)
                _ask(outcome, conflict, [clash for clash in conflict.clashes if clash not in mine])
        else:
            break
    if any(edit.fields or edit.figures for edit in own.values()):
        return _with_own(report, forms, outcome, saved, own, by=by, at=at)
    return _told(outcome, forms, saved)


def _with_own(
    report: UnitReport,
    forms: Sequence[EntryForm],
    outcome: Outcome,
    saved: Sequence[ProgressEntry],
    own: dict[int, EntryEdit],
    *,
    by: User,
    at: datetime,
) -> Outcome:
    """What the page had sent before, and never heard had arrived, goes on under its newer words."""
    try:
        again = save_entries(report, own.values(), by=by, at=at)
    except EditConflict as error:  # somebody came in between after all
        for conflict in error.conflicts:
            _ask(outcome, conflict, conflict.clashes)
        again = [conflict.entry for conflict in error.conflicts]
    return _told(outcome, forms, [*saved, *again])


def _told(outcome: Outcome, forms: Sequence[EntryForm], saved: Sequence[ProgressEntry]) -> Outcome:
    outcome.entries = {entry.pk: entry for entry in saved}
    _keep_asking(outcome, forms)
    outcome.troubled = {form.entry.pk: form for form in forms if form.mistakes or form.entry.pk in outcome.conflicts}
    return outcome


def _without(edit: EntryEdit, clashes: Sequence[Clash]) -> EntryEdit:
    keys = {clash.key for clash in clashes}
    fields = {name: value for name, value in edit.fields.items() if name not in keys}
    figures = {pk: figure for pk, figure in edit.figures.items() if f"figure-{pk}" not in keys}
    return edit._replace(fields=fields, figures=figures)


def _only(edit: EntryEdit, clashes: Sequence[Clash], version: int) -> EntryEdit:
    keys = {clash.key for clash in clashes}
    fields = {name: value for name, value in edit.fields.items() if name in keys}
    figures = {pk: figure for pk, figure in edit.figures.items() if f"figure-{pk}" in keys}
    return EntryEdit(edit.entry_id, fields, version, figures)


def _ask(outcome: Outcome, conflict: EntryConflict, clashes: Sequence[Clash]) -> None:
    if clashes:
        before = outcome.conflicts.get(conflict.entry.pk)
        asked = [*(before.clashes if before else []), *clashes]
        outcome.conflicts[conflict.entry.pk] = conflict._replace(clashes=asked)


def _keep_asking(outcome: Outcome, forms: Sequence[EntryForm]) -> None:
    """A clash the page has shown and nobody has decided is still one."""
    for form in forms:
        now = values_of(outcome.entries[form.entry.pk])
        for name in sorted(form.unanswered):
            clash = Clash(name, form.typed.get(name, ""), now.get(name))
            _ask(outcome, EntryConflict(outcome.entries[form.entry.pk], [], "", None), [clash])
