"""Which duty goes on with what was said under another: of a unit that succeeds, of a lead in another's stead."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from assignments.duty_terms import DAY, Key, PlanFacts, Term
from assignments.models import AssignmentRole, DutyHandover
from models_registry.models import Plan

Terms = Mapping[Key, Sequence[Term]]


class Wanted(NamedTuple):
    """From which day one takes over, and whether as a successor."""

    on: date
    is_succession: bool


def handovers_of(facts: PlanFacts, terms: Terms) -> dict[tuple[Key, Key], Wanted]:
    """Who takes over from whom, by (heir, predecessor). Pure."""
    replaced = {pair: Wanted(day, is_succession=False) for pair, day in _leads_replaced(terms).items()}
    return replaced | {pair: Wanted(day, is_succession=True) for pair, day in _units_succeeded(facts, terms).items()}


def _units_succeeded(facts: PlanFacts, terms: Terms) -> dict[tuple[Key, Key], date]:
    """A unit that ended hands over to the first of its successors that owes the same, as soon as it does."""
    found = {}
    for (unit_id, initiative_id), rows in terms.items():
        ended = facts.units[unit_id].valid_to
        if ended is None or not rows or rows[-1].last != ended:
            continue
        for heir in facts.successors(unit_id):
            owed = [term for term in terms.get((heir.pk, initiative_id), ()) if term.last is None or term.last > ended]
            if owed:
                found[(heir.pk, initiative_id), (unit_id, initiative_id)] = max(owed[0].first, ended + DAY)
                break
    return found


def _leads_replaced(terms: Terms) -> dict[tuple[Key, Key], date]:
    """Where not one of the leads goes on, each new one takes over from each of those before."""
    leading: dict[int, list[tuple[Key, Term]]] = {}
    for key, rows in terms.items():
        for term in rows:
            if term.role == AssignmentRole.LEAD:
                leading.setdefault(key[1], []).append((key, term))
    return {pair: day for each in leading.values() for day, pairs in _changes_of_leads(each) for pair in pairs}


def _changes_of_leads(leading: Sequence[tuple[Key, Term]]) -> Iterator[tuple[date, list[tuple[Key, Key]]]]:
    before: set[Key] = set()
    for day in sorted({term.first for _, term in leading}):
        now = {key for key, term in leading if term.first <= day and (term.last is None or term.last >= day)}
        if before and not before & now:
            yield day, [(heir, predecessor) for heir in sorted(now) for predecessor in sorted(before)]
        before = now


def record_handovers(plan: Plan, wanted: Mapping[tuple[int, int], Wanted], *, at: datetime) -> None:
    """Bring the stored handovers of ``plan`` in line with those wanted, by (heir, predecessor)."""
    rows = DutyHandover.objects.filter(duty__initiative__plan=plan)
    stored = {(row.duty_id, row.predecessor_id): row for row in rows}
    moved = [row for pair, row in stored.items() if pair in wanted and wanted[pair] != (row.on, row.is_succession)]
    for row in moved:
        if wanted[row.duty_id, row.predecessor_id].is_succession != row.is_succession:
            row.recorded_at = at
        row.on, row.is_succession = wanted[row.duty_id, row.predecessor_id]
        row.carried_at = None
    DutyHandover.objects.bulk_update(moved, ["on", "is_succession", "recorded_at", "carried_at"])
    DutyHandover.objects.bulk_create(
        DutyHandover(duty_id=heir, predecessor_id=predecessor, recorded_at=at, **one._asdict())
        for (heir, predecessor), one in wanted.items()
        if (heir, predecessor) not in stored
    )
    gone = [row.pk for pair, row in stored.items() if pair not in wanted]
    DutyHandover.objects.filter(pk__in=gone).delete()
