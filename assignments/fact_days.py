"""From which day a change of units, collectives or assignments holds: that of the facts, not that of the typing."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from assignments.duty_terms import DAY
from assignments.models import Assignment, CollectiveMember, Unit
from models_registry.models import Initiative, Plan


class Fact(NamedTuple):
    """Between which days something holds, and all the rest of it that duties follow from."""

    first: date | None
    last: date | None
    rest: tuple


# By model and key.
Facts = Mapping[tuple[str, int], Fact]


def read_facts(plan: Plan | None = None) -> dict[tuple[str, int], Fact]:
    """Everything the duties of ``plan``, or of all plans, follow from, as it is stored now; four queries."""
    mentions, initiatives = Assignment.objects.all(), Initiative.objects.all()
    if plan:
        mentions, initiatives = mentions.filter(initiative__plan=plan), initiatives.filter(plan=plan)
    dated = ("pk", "valid_from", "valid_to")
    rows = {
        "unit": Unit.objects.values_list(*dated, "successor", "files_reports", "kind"),
        "member": CollectiveMember.objects.values_list(*dated, "collective", "unit"),
        "mention": mentions.values_list(*dated, "initiative", "unit", "role", "is_principal"),
    }
    facts = {
        (name, pk): Fact(first, last, tuple(rest))
        for name, found in rows.items()
        for pk, first, last, *rest in found.order_by()
    }
    for pk, closed_on in initiatives.order_by().values_list("pk", "closed_on"):
        facts["initiative", pk] = Fact(None, closed_on - DAY if closed_on else None, ())
    return facts


def digest_of_facts(plan: Plan, day: date) -> str:
    """Differs whenever the duties of ``plan`` may be others than they were, or the day is another."""
    return hashlib.sha256(repr((day, sorted(read_facts(plan).items()))).encode()).hexdigest()


def earliest_change(before: Facts, after: Facts, today: date) -> date | None:
    """The first day that is another than it was, None where there is none; what has no day of its own changes today."""
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    return min((day for key in changed for day in _days_of(before.get(key), after.get(key), today)), default=None)


def _days_of(before: Fact | None, after: Fact | None, today: date) -> Iterator[date]:
    if before is None or after is None:
        only = before or after
        yield (only.first if only else None) or today
        return
    if before.first != after.first:
        yield min(before.first or date.max, after.first or date.max)
    if before.last != after.last:
        yield min(day + DAY for day in (before.last, after.last) if day)
    if before.rest != after.rest:
        # Who takes over matters from the day after the last.
        yield after.last + DAY if after.last and before.rest[0:1] != after.rest[0:1] else today
