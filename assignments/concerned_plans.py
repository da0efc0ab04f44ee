"""Which running plans somebody has to do with, and whether a plan is named where one is spoken of."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import QuerySet

from assignments.models import DutyTerm, StandingAgency, Unit, User
from models_registry.models import Plan


def concerned_plans(user: User, day: date) -> set[int]:
    """Keys of the plans that run on ``day`` and that the units the person serves have to do with."""
    return set[int]().union(*plans_of_units(user.units_on(day), day).values())


def plans_of_units(units: Collection[int] | QuerySet[Unit], day: date) -> dict[int, set[int]]:
    """For each of ``units`` the keys of the running plans under which it owes something or whose standing agency it is.

    One query; a unit of no plan is missing.
    """
    running = Plan.objects.running(day).order_by().values("pk")
    owing = DutyTerm.objects.on(day).filter(duty__unit__in=units, duty__initiative__plan__in=running)
    agencies = StandingAgency.objects.on(day).filter(unit__in=units, plan__in=running)
    pairs = owing.order_by().values_list("duty__unit", "duty__initiative__plan")
    found: dict[int, set[int]] = {}
    for unit, plan in pairs.union(agencies.order_by().values_list("unit", "plan")):
        found.setdefault(unit, set()).add(plan)
    return found


def says_plan_among(concerned: Iterable[int], spoken_of: Iterable[int]) -> bool:
    """Whether what is ``spoken_of`` (keys of plans) is said with its plan, to who has to do with ``concerned``."""
    return len({*concerned, *spoken_of}) > 1
