"""Notifications inside the portal: written for those a unit concerns, answered, read, deleted."""

import textwrap
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from assignments.models import UnitMembership, User
from models_registry.models import Plan
from models_registry.text import one_line
from reports.domain.calendar import local_day
from reports.domain.states import OWED, RequestState
from reports.models import Notification, UnitReport, UnitRequest

from .recipients import agency_people, people_of_units

# A notification is read at a glance; the whole text stands where it leads.
LONGEST_TEXT = 300


def notify_units(told: Mapping[int, tuple[str, str]], *, plan: int, by: User | None, at: datetime) -> None:
    """Notify those who serve each unit, except ``by`` (None: the portal itself): the text, and the path it leads to.

    ``plan`` is the key of the one it is about.
    """
    people = people_of_units(told.keys(), local_day(at))
    Notification.objects.bulk_create(
        Notification(user=person.user, plan_id=plan, text=_short(text), url=url, created_at=at)
        for unit, (text, url) in told.items()
        for person in people.get(unit, ())
        if person.user and person.user != by
    )


def notify_agency(plan: Plan, told: Iterable[tuple[str, str]], *, by: User, at: datetime) -> None:
    """Notify those who review for ``plan``, except ``by``, of each text and the path it leads to."""
    people = [person for person in agency_people(plan, local_day(at)) if person.user != by]
    Notification.objects.bulk_create(
        Notification(user=person.user, plan=plan, text=_short(text), url=url, created_at=at)
        for text, url in told
        for person in people
    )


def notify_user(user: User, text: str, url: str, *, plan: int, at: datetime) -> None:
    """Notify one person, whatever units they serve."""
    Notification.objects.create(user=user, plan_id=plan, text=_short(text), url=url, created_at=at)


def notify_about(report: UnitReport, text: str, *, by: User | None, at: datetime) -> None:
    """Notify those who serve the unit of ``report``, to which it leads."""
    told = {report.unit_id: (text, report.get_absolute_url())}
    notify_units(told, plan=report.period.plan_id, by=by, at=at)


def mark_answered(report: UnitReport, *, at: datetime) -> None:
    """Mark the notifications that asked for ``report`` as read, except those that still ask for another report.

    Only those of people who have served the unit are searched, so that filing does not slow down with history.
    """
    serving = UnitMembership.objects.filter(unit=report.unit_id).values("user")
    leading_there = Q(reminder__items__report=report) | Q(url=report.get_absolute_url())
    asking = Notification.objects.unread().filter(leading_there, user__in=serving)
    asking.exclude(reminder__items__report__state__in=OWED).update(read_at=at)


def mark_request_ended(request: UnitRequest, unit: int, *, at: datetime) -> None:
    """As ``mark_answered``, for what ``unit`` (its key) is asked no more."""
    serving = UnitMembership.objects.filter(unit=unit).values("user")
    leading_there = Q(reminder__items__request=request) | Q(url=request.get_absolute_url())
    asking = Notification.objects.unread().filter(leading_there, user__in=serving)
    still_asked = UnitRequest.objects.filter(state=RequestState.OPEN, unit=unit).exclude(pk=request.pk)
    asking.exclude(reminder__items__request__in=still_asked).update(read_at=at)


def delete_notifications(urls: Iterable[str], *, told_at: Collection[datetime] | None = None) -> None:
    """Delete those that lead to what is about to be deleted; with ``told_at``, those of these moments alone."""
    found = Notification.objects.filter(url__in=list(urls))
    (found if told_at is None else found.filter(created_at__in=told_at)).delete()


def mark_read(user: User, keys: Iterable[int] | None = None, *, at: datetime) -> int:
    """Mark those of ``user`` with ``keys`` as read, or all; returns how many were not before."""
    unread = Notification.objects.of(user).unread()
    return (unread if keys is None else unread.filter(pk__in=keys)).update(read_at=at)


def mark_read_there(user: User, url: str, *, at: datetime) -> None:
    """Mark those of ``user`` that lead to ``url`` as read."""
    Notification.objects.of(user).unread().filter(url=url).update(read_at=at)


def _short(text: str) -> str:
    return textwrap.shorten(one_line(text), LONGEST_TEXT, placeholder=" …")
