"""What the filing page sends, saved as far as it can be: one wrong figure or one clash does not hold up the rest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.http import QueryDict

from reports.domain.merging import Clash
from reports.models import ProgressEntry

from .drafts import EntryConflict, HeldDraft, values_of
from .forms import EntryForm, posted_entries

_COUNTING = "duty__initiative__indicators__counting_unit"


@dataclass
class Outcome:
    """By the entry's key: ``troubled`` with what could not be saved as it was typed, ``conflicts`` where two texts met.

    ``is_written``: whether anything was; otherwise ``troubled`` has all that was typed.
    """

    troubled: dict[int, EntryForm] = field(default_factory=dict)
    conflicts: dict[int, EntryConflict] = field(default_factory=dict)
    is_written: bool = True

    @property
    def is_clean(self) -> bool:
        return not (self.troubled or self.conflicts)

    def ask(self, conflict: EntryConflict) -> None:
        """The officer is to choose, besides what was to be chosen already."""
        if conflict.clashes:
            before = self.conflicts.get(conflict.entry.pk)
            asked = [*(before.clashes if before else []), *conflict.clashes]
            self.conflicts[conflict.entry.pk] = conflict._replace(clashes=asked)


def posted_forms(data: QueryDict, entries: Collection[ProgressEntry]) -> list[EntryForm]:
    """A form for each of ``entries`` that the page sent, which may be those alone that somebody touched."""
    keys = posted_entries(data)
    sent = [entry for entry in entries if entry.pk in keys]
    if any("-figure-" in name or "-total-" in name for name in data):
        prefetch_related_objects([entry.duty for entry in sent], "unit")
        prefetch_related_objects(sent, _COUNTING)
        return [EntryForm(data, entry, entry.indicators) for entry in sent]
    return [EntryForm(data, entry, ()) for entry in sent]


def save_forms(held: HeldDraft, forms: Sequence[EntryForm]) -> Outcome:
    """Save what ``forms`` hold without a mistake or a clash; the entries they were made of may be read anew by it."""
    for form in forms:
        form.is_valid()  # every form, so that all mistakes are shown at once
    outcome = Outcome()
    saved = held.save([form.edit(values_of(held.entries[form.entry.pk])) for form in forms])
    for conflict in saved.conflicts:
        outcome.ask(conflict)
    for form in forms:
        form.entry = held.entries[form.entry.pk]
        outcome.ask(_asked_still(held, form))
    outcome.troubled = {form.entry.pk: form for form in forms if form.mistakes or form.entry.pk in outcome.conflicts}
    return outcome


def _asked_still(held: HeldDraft, form: EntryForm) -> EntryConflict:
    """A clash the page has shown stays one until somebody decides it."""
    now = values_of(form.entry)
    clashes = [Clash(name, form.typed.get(name, ""), now.get(name)) for name in sorted(form.unanswered)]
    return held.conflict(form.entry, clashes)
