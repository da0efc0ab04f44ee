"""Entries read together with the last word on each of their duties."""

from django.db.models import F

from reports.domain.sources import Source
from reports.models import ProgressEntry, ProgressEntryQuerySet

# Where the last word on the duty of an entry comes from, by the columns of ``Source``: the period, the entry and its
# unit as instances would be three for every line of a report.
_SOURCE = {
    **{f"said_{name}": F(f"duty__current__period__{name}") for name in ("rhythm", "name", "starts_on", "ends_on")},
    "said_under": F("duty__current__entry__duty"),
    "said_by": F("duty__current__entry__duty__unit__name"),
}


def entries_with_last_word(entries: ProgressEntryQuerySet) -> list[ProgressEntry]:
    """``entries`` with initiative and current progress of their duties, which knows its ``source``."""
    read = list(entries.select_related("duty__initiative", "duty__current").annotate(**_SOURCE))
    for entry in read:
        rhythm, name, starts_on, ends_on, under, by = (getattr(entry, column) for column in _SOURCE)
        if rhythm:
            whose = "" if under == entry.duty_id else by
            entry.duty.current.source = Source(rhythm, name, starts_on, ends_on, whose)
    return read
