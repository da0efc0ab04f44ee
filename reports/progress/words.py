"""What was said under duties, read as the last word asks for it, and who goes on with what others said."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from assignments.models import DutyHandover
from reports.domain.calendar import local_day
from reports.models import ProgressEntryQuerySet

from .last_word import Handover, Word

# What of an entry makes a word.
WORD = ("duty", "pk", "report__submitted_at", "report__period__ends_on", "role", "work_state", "percent")
_OWN_RESULT = ExpressionWrapper(~Q(result="") & Q(is_kept=False), output_field=BooleanField())


def read_words(entries: ProgressEntryQuerySet) -> dict[int, list[Word]]:
    """The words of ``entries`` that count, by duty; one query."""
    rows = entries.counted().order_by().values_list(*WORD, _OWN_RESULT)
    found: dict[int, list[Word]] = {}
    for row in rows.iterator(chunk_size=5000):
        found.setdefault(row[0], []).append(word_of(row[:-1], has_own_result=row[-1]))
    return found


def word_of(row: Sequence[Any], *, has_own_result: bool) -> Word:
    """``row`` in the order of ``WORD``. It counts from when it was said; said late, from the end of its period."""
    duty_id, entry_id, said_at, ends_on, role, work_state, percent = row
    counts_from = min(local_day(said_at), ends_on)
    return Word(duty_id, entry_id, said_at, counts_from, ends_on, role, work_state, percent, has_own_result)


def handovers_to(duty_ids: Collection[int], *, is_carried: bool = False) -> dict[int, list[Handover]]:
    """The handovers these duties go back to, in any number of steps, by heir; ``is_carried``: those whose day came."""
    rows = DutyHandover.objects.order_by("pk")
    if is_carried:
        rows = rows.filter(carried_at__isnull=False)
    found: dict[int, list[Handover]] = {}
    asked: set[int] = set(duty_ids)
    while asked and (more := _by_heir(rows.filter(duty__in=asked))):
        found |= more
        asked = {one.predecessor for each in more.values() for one in each} - found.keys()
    return found


def heirs_of(duty_ids: Collection[int]) -> set[int]:
    """Those that go on with what is said under ``duty_ids``, in any number of steps; one query where there are none."""
    found: set[int] = set()
    asked: set[int] = set(duty_ids)
    while asked:
        heirs = set(DutyHandover.objects.filter(predecessor__in=asked).values_list("duty", flat=True))
        asked = heirs - found
        found |= heirs
    return found


def _by_heir(rows: Iterable[DutyHandover]) -> dict[int, list[Handover]]:
    found: dict[int, list[Handover]] = {}
    for row in rows:
        handover = Handover(row.duty_id, row.predecessor_id, row.on, row.recorded_at, row.is_succession)
        found.setdefault(row.duty_id, []).append(handover)
    return found
