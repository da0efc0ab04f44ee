"""From the plan's assignments to who really owes reports: collectives expanded, strongest role first, dated."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from assignments import reported
from assignments.models import Assignment, AssignmentRole, CollectiveMember, Duty, Unit
from models_registry.models import Plan

_STRENGTH = {role.value: rank for rank, role in enumerate(AssignmentRole)}
# Support units help; they owe no report (KH II names who carries out, III.6 who reports).
_OWING_ROLES = (AssignmentRole.LEAD, AssignmentRole.COORDINATING)


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


class UnitsOnDay:
    """Units and the members of collectives in force on a day, read in two queries."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.members: dict[int, list[int]] = {}
        for member in CollectiveMember.objects.on(day):
            self.members.setdefault(member.collective_id, []).append(member.unit_id)

    def in_force(self, unit_id: int) -> Unit | None:
        """The unit itself, or whoever took over by that day; None where it ended without a successor."""
        unit: Unit | None = self.units[unit_id]
        seen = set()
        while unit and unit.valid_to and unit.valid_to < self.day and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.units[unit.successor_id] if unit.successor_id else None
        return unit if unit and unit.is_valid_on(self.day) else None

    def reached_from(self, unit_id: int) -> Iterable[tuple[Unit, int | None]]:
        """The reporting units a mention reaches, each with the collective it was reached through."""
        is_collective = self.units[unit_id].is_collective
        named = self.members.get(unit_id, []) if is_collective else [unit_id]
        in_force = [self.in_force(pk) for pk in named]
        return [(unit, unit_id if is_collective else None) for unit in in_force if unit and unit.files_reports]


def wanted_duties(plan: Plan, day: date) -> dict[tuple[int, int], WantedDuty]:
    """Who owes what under ``plan`` on ``day``, by (unit, initiative); a unit reached twice keeps its strongest role."""
    units = UnitsOnDay(day)
    mentions = Assignment.objects.filter(initiative__in=plan.initiatives.open_on(day), role__in=_OWING_ROLES)
    wanted: dict[tuple[int, int], WantedDuty] = {}
    for mention in mentions:
        for unit, via_id in units.reached_from(mention.unit_id) if mention.unit_id else ():
            candidate = WantedDuty(unit.pk, mention.initiative_id, mention.role, mention.is_principal, via_id)
            known = wanted.setdefault((candidate.unit_id, candidate.initiative_id), candidate)
            if candidate.weakness < known.weakness:
                wanted[candidate.unit_id, candidate.initiative_id] = candidate
    return wanted


@transaction.atomic
def refresh_duties(plan: Plan, *, on: date) -> int:
    """Bring the stored duties in line with the assignments as of ``on``; returns how many rows changed.

    What is no longer owed ends the day before; what is new begins that day, the plan's first duties with the plan.
    """
    wanted = wanted_duties(plan, on)
    of_plan = Duty.objects.filter(initiative__plan=plan)
    first_day = on if of_plan.exists() else min(on, plan.starts_on)
    in_force = _by_key(of_plan.filter(valid_to=None))
    kept = {key for key, duty in in_force.items() if _same(duty, wanted.get(key))}
    # What ended yesterday and is owed in the same way today never ended: a mistake was put right.
    resumed = {
        key: duty
        for key, duty in _by_key(of_plan.filter(valid_to=on - timedelta(days=1))).items()
        if key not in kept and _same(duty, wanted.get(key))
    }
    replaced = {key: duty for key, duty in in_force.items() if key not in kept}
    begun_today = {key: duty for key, duty in replaced.items() if duty.valid_from == on}
    corrected = begun_today.keys() & wanted.keys() - resumed.keys()
    _end((duty for key, duty in replaced.items() if key not in begun_today), on - timedelta(days=1))
    _take_back([duty for key, duty in begun_today.items() if key not in corrected], on)
    _correct([(begun_today[key], wanted[key]) for key in corrected])
    _end(resumed.values(), None)
    begun = wanted.keys() - kept - corrected - resumed.keys()
    Duty.objects.bulk_create(Duty(**wanted[key]._asdict(), valid_from=first_day) for key in wanted if key in begun)
    return len(replaced) + len(resumed) + len(begun)


def _by_key(duties: Iterable[Duty]) -> dict[tuple[int, int], Duty]:
    return {(duty.unit_id, duty.initiative_id): duty for duty in duties}


def _end(duties: Iterable[Duty], day: date | None) -> None:
    ended = list(duties)
    for duty in ended:
        duty.valid_to = day
    Duty.objects.bulk_update(ended, ["valid_to"])


def _correct(changed: list[tuple[Duty, WantedDuty]]) -> None:
    """A duty that began this very day has no yesterday to end on: it is as if it had always been so."""
    for duty, wanted in changed:
        duty.role, duty.is_principal, duty.via_id = wanted.role, wanted.is_principal, wanted.via_id
    Duty.objects.bulk_update([duty for duty, _ in changed], ["role", "is_principal", "via"])


def _take_back(duties: list[Duty], day: date) -> None:
    """A duty that began this very day and is not owed after all never held, unless something was reported under it."""
    rows = Duty.objects.filter(pk__in=[duty.pk for duty in duties])
    with_reports = reported.reported_duties(rows)
    unreported = rows.exclude(pk__in=with_reports)
    reported.delete_unreported(unreported)
    unreported.delete()
    _end([duty for duty in duties if duty.pk in with_reports], day)


def _same(duty: Duty, wanted: WantedDuty | None) -> bool:
    return wanted is not None and (duty.role, duty.is_principal, duty.via_id) == wanted[2:]
