"""Whom a message reaches and over which channels: people with an account, and focal points who have none."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from assignments.models import Duty, FocalPoint, StandingAgency, Unit, UnitMembership, User
from assignments.permissions import Permission
from assignments.roles import PERMISSIONS, Role, held_everywhere
from models_registry.models import Plan
from reports.domain.calendar import VIETNAM
from reports.models import Channel, ContactPreference

_NOON = time(12)


class Recipient(NamedTuple):
    """A person to be told. A ``Reminder`` knows them by ``key``, for ever; ``user`` is None without an account."""

    key: str
    name: str
    email: str
    user: User | None = None
    focal_point: FocalPoint | None = None
    preference: ContactPreference | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Where the person can be reached and wants to be; the bell is always among them for who has an account."""
        reached = {
            Channel.PORTAL: self.user is not None,
            Channel.EMAIL: settings.PORTAL_MAIL_IS_ON and bool(self.email),
            Channel.WEBHOOK: bool(settings.PORTAL_WEBHOOK_URL) and self._can_be_texted,
        }
        wanted = self.preference.channels if self.preference else tuple(Channel)
        return tuple(channel for channel in wanted if reached[channel])

    @property
    def can_be_reached(self) -> bool:
        """Whether a message is likely to be seen: the bell of somebody who never signed in reaches nobody."""
        outside = any(channel != Channel.PORTAL for channel in self.channels)
        return outside or bool(self.user and self.user.last_login)

    @property
    def _can_be_texted(self) -> bool:
        """The gateway knows people with an account by their user name, others by the telephone alone."""
        return self.user is not None or bool(self.focal_point and self.focal_point.phone)

    def send_at(self, planned: datetime, *, before: datetime) -> datetime:
        """When a message planned for ``planned`` reaches this person: a morning's waits for the hour they chose.

        It does not wait past ``before``.
        """
        local = planned.astimezone(VIETNAM)
        hour = self.preference.morning_hour if self.preference else None
        if hour is None or local.time() >= _NOON:
            return planned
        chosen = datetime.combine(local.date(), time(hour), VIETNAM)
        return chosen if planned < chosen < before else planned


def recipient_of(user: User) -> Recipient:
    """``user`` as a recipient; have ``contact_preference`` selected where there are many."""
    preference = getattr(user, "contact_preference", None)
    return Recipient(f"user:{user.pk}", str(user), user.email, user=user, preference=preference)


def people_of_units(units: Collection[int], day: date) -> dict[int, list[Recipient]]:
    """Who is told for each unit on ``day``, in two queries; a unit with nobody to tell is missing.

    Those who may file for it, and its focal points who can be reached without an account.
    """
    people = _officers(units, day)
    for focal in FocalPoint.objects.on(day).filter(unit__in=units).order_by("pk"):
        person = Recipient(f"focal:{focal.pk}", focal.full_name, focal.email, focal_point=focal)
        of_unit = people.setdefault(focal.unit_id, [])
        # Somebody with an account is often the focal point too: one letter is enough.
        address = focal.email.lower()
        if person.channels and not (address and any(address == known.email.lower() for known in of_unit)):
            of_unit.append(person)
    return {unit: of_unit for unit, of_unit in people.items() if of_unit}


def reached_units(people: Mapping[int, Iterable[Recipient]]) -> set[int]:
    """Those of the units with ``people`` where at least one can be reached."""
    return {unit for unit, of_unit in people.items() if any(person.can_be_reached for person in of_unit)}


def unreached_units(plans: Collection[Plan], day: date) -> dict[int, list[Unit]]:
    """Those that owe reports on ``day`` and where nobody can be reached, by the key of the plan; one query, and two
    more where there is a unit of which it must be looked into.
    """
    duties = Duty.objects.owed_under(plans, day).order_by().values("pk")
    owing = Unit.objects.filter(duties__in=duties).annotate(plan=F("duties__initiative__plan")).distinct()
    doubtful = list(owing.exclude(Exists(_surely_reached(day).filter(unit=OuterRef("pk")))))
    reached = reached_units(people_of_units({unit.pk for unit in doubtful}, day)) if doubtful else set()
    found: dict[int, list[Unit]] = {}
    for unit in doubtful:
        if unit.pk not in reached:
            found.setdefault(unit.plan, []).append(unit)
    return found


def _surely_reached(day: date) -> QuerySet[UnitMembership]:
    """Who files for a unit and has signed in before: the bell reaches them, whatever else does."""
    roles = [role for role in Role.values if Permission.FILE_REPORT in held_everywhere(role)]
    serving = UnitMembership.objects.on(day).filter(user__is_active=True, user__role__in=roles)
    return serving.filter(user__last_login__isnull=False)


def _officers(units: Collection[int], day: date) -> dict[int, list[Recipient]]:
    serving = (
        UnitMembership.objects.on(day)
        .filter(unit__in=units, user__is_active=True)
        .select_related("user__contact_preference")
        .order_by("user_id")
    )
    people: dict[int, dict[str, Recipient]] = {}
    for membership in serving:
        if membership.user.may(Permission.FILE_REPORT):
            person = recipient_of(membership.user)
            people.setdefault(membership.unit_id, {})[person.key] = person
    return {unit: list(of_unit.values()) for unit, of_unit in people.items()}


def agency_people(plan: Plan, day: date) -> list[Recipient]:
    """Who reviews for ``plan``: of those serving its standing agency on ``day`` the ones whose role it is."""
    roles = [role for role, permissions in PERMISSIONS.items() if Permission.REVIEW_REPORTS in permissions]
    agency = StandingAgency.objects.on(day).filter(plan=plan).values("unit")
    serving = UnitMembership.objects.on(day).filter(unit__in=agency).values("user")
    return [recipient_of(user) for user in _users(role__in=roles, pk__in=serving)]


def leaders() -> list[Recipient]:
    return [recipient_of(user) for user in _users(role=Role.LEADER)]


def _users(**chosen: object) -> Iterable[User]:
    return User.objects.filter(is_active=True, **chosen).select_related("contact_preference").order_by("pk")
