"""Who owes what on which days, worked out from dated facts: collectives expanded, strongest role first.

All days at once, those to come included: what is typed late gives the same terms as what was typed ahead.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from typing import NamedTuple

from assignments.models import Assignment, AssignmentRole, CollectiveMember, Unit
from assignments.models.dated import HeldFrom, holds
from models_registry.models import Plan

_STRENGTH = {role.value: rank for rank, role in enumerate(AssignmentRole)}
# Support units help; they owe no report (KH II names who carries out, III.6 who reports).
_OWING_ROLES = (AssignmentRole.LEAD, AssignmentRole.COORDINATING)
DAY = timedelta(days=1)

# A duty by its unit and its initiative.
Key = tuple[int, int]


class WantedDuty(NamedTuple):
    """A duty the assignments of a day ask for; ``via_id`` is the collective its unit was reached through."""

    unit_id: int
    initiative_id: int
    role: str
    is_principal: bool
    via_id: int | None

    @property
    def weakness(self) -> tuple[int, bool, bool]:
        """Smallest wins: lead before coordinating, "(chính)" before not, named itself before through a collective."""
        return _STRENGTH[self.role], not self.is_principal, self.via_id is not None


class Term(NamedTuple):
    """A role between two days; ``last`` None while no end is known."""

    role: str
    is_principal: bool
    via_id: int | None
    first: date
    last: date | None


class _Mention(NamedTuple):
    """A row of ``Assignment`` by the columns its duties follow from: plans have hundreds."""

    unit_id: int
    initiative_id: int
    role: str
    is_principal: bool
    valid_from: date | None
    valid_to: date | None


class _Member(NamedTuple):
    """A row of ``CollectiveMember`` in the same way."""

    collective_id: int
    unit_id: int
    valid_from: date | None
    valid_to: date | None


def turning_days(rows: Iterable[HeldFrom]) -> set[date]:
    """The days on which one of ``rows`` begins to hold, or has ceased to."""
    held = list(rows)
    begins = {row.valid_from for row in held if row.valid_from}
    return begins | {row.valid_to + DAY for row in held if row.valid_to and row.valid_to < date.max}


def all_units() -> dict[int, Unit]:
    """By key."""
    return {unit.pk: unit for unit in Unit.objects.all()}


class UnitsInTime:
    """All units, read once (or handed over as ``all_units`` read them) and then asked who is in force on a day."""

    def __init__(self, units: Mapping[int, Unit] | None = None) -> None:
        self.units = all_units() if units is None else units

    def successors(self, unit_id: int) -> Iterator[Unit]:
        """Those that take over one from the other, the next one first."""
        seen, unit = {unit_id}, self.units[unit_id]
        while unit.successor_id and unit.successor_id not in seen:
            seen.add(unit.successor_id)
            unit = self.units[unit.successor_id]
            yield unit

    def in_force(self, unit_id: int, day: date) -> Unit | None:
        """The unit itself, or whoever took over by ``day``; None where it ended without a successor."""
        for unit in (self.units[unit_id], *self.successors(unit_id)):
            if unit.valid_to is None or unit.valid_to >= day:
                return unit if unit.is_valid_on(day) else None
        return None


class PlanFacts(UnitsInTime):
    """What the duties of a plan follow from, read once in five queries and then asked for any day; one fewer where the
    ``units`` are handed over.
    """

    def __init__(self, plan: Plan, units: Mapping[int, Unit] | None = None) -> None:
        super().__init__(units)
        self.members = [_Member(*row) for row in CollectiveMember.objects.values_list(*_Member._fields)]
        mentions = Assignment.objects.filter(initiative__plan=plan, role__in=_OWING_ROLES, unit__isnull=False)
        self.mentions = [_Mention(*row) for row in mentions.order_by("pk").values_list(*_Mention._fields)]
        self.closed_on = dict(plan.initiatives.values_list("pk", "closed_on"))

    def days_of_change(self, since: date) -> list[date]:
        """``since``, and every later day on which something in here begins to hold or has ceased to."""
        days = turning_days((*self.units.values(), *self.members, *self.mentions))
        days |= {day for day in self.closed_on.values() if day}
        return sorted({since} | {day for day in days if day > since})

    def mentions_on(self, day: date) -> list[_Mention]:
        """Those in force on ``day``, of initiatives that are open then."""
        return [row for row in self.mentions if holds(row, day) and self.is_open(row.initiative_id, day)]

    def is_open(self, initiative_id: int, day: date) -> bool:
        closed_on = self.closed_on[initiative_id]
        return closed_on is None or closed_on > day

    def members_on(self, day: date) -> dict[int, list[int]]:
        """The units of each collective that has any on ``day``."""
        found: dict[int, list[int]] = {}
        for member in self.members:
            if holds(member, day):
                found.setdefault(member.collective_id, []).append(member.unit_id)
        return found

    def duties_on(self, day: date) -> dict[Key, WantedDuty]:
        """Who owes what on ``day``; a unit reached twice keeps its strongest role."""
        members = self.members_on(day)
        wanted: dict[Key, WantedDuty] = {}
        for mention in self.mentions_on(day):
            for unit, via_id in self._reached_from(mention.unit_id, members, day):
                candidate = WantedDuty(unit.pk, mention.initiative_id, mention.role, mention.is_principal, via_id)
                known = wanted.setdefault((candidate.unit_id, candidate.initiative_id), candidate)
                if candidate.weakness < known.weakness:
                    wanted[candidate.unit_id, candidate.initiative_id] = candidate
        return wanted

    def _reached_from(
        self, unit_id: int, members: dict[int, list[int]], day: date
    ) -> Iterable[tuple[Unit, int | None]]:
        """The reporting units a mention reaches, each with the collective it was reached through."""
        is_collective = self.units[unit_id].is_collective
        named = members.get(unit_id, []) if is_collective else [unit_id]
        in_force = [self.in_force(pk, day) for pk in named]
        return [(unit, unit_id if is_collective else None) for unit in in_force if unit and unit.files_reports]


def wanted_terms(facts: PlanFacts, since: date, first_day: date | None = None) -> dict[Key, list[Term]]:
    """The terms of every duty from ``since`` on; those held at once begin on ``first_day`` where it is given. Pure."""
    days = facts.days_of_change(since)
    found: dict[Key, list[Term]] = {}
    for day, next_day in zip_longest(days, days[1:]):
        last = next_day - DAY if next_day else None
        first = first_day if day == since and first_day else day
        for key, wanted in facts.duties_on(day).items():
            _append(found.setdefault(key, []), Term(wanted.role, wanted.is_principal, wanted.via_id, first, last))
    return found


def spliced(stored: Iterable[Term], wanted: Iterable[Term], since: date) -> list[Term]:
    """``stored`` as far as it goes before ``since``, then ``wanted``; alike and adjoining terms are one. Pure."""
    terms: list[Term] = []
    for term in stored:
        if term.first < since:
            ends = since - DAY
            _append(terms, term._replace(last=ends if term.last is None else min(term.last, ends)))
    for term in wanted:
        _append(terms, term)
    return terms


def _append(terms: list[Term], term: Term) -> None:
    before = terms[-1] if terms else None
    if before and before[:3] == term[:3] and before.last == term.first - DAY:
        terms[-1] = before._replace(last=term.last)
    else:
        terms.append(term)
