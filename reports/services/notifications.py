"""The bell: telling people inside the portal, and their having read it."""

from collections.abc import Iterable
from datetime import datetime

from assignments.models import User
from models_registry.text import one_line
from reports.models import Notification


def notify(users: Iterable[User], *, text: str, url: str = "", at: datetime) -> list[Notification]:
    """Tell each of ``users`` once; ``url`` is a path of the portal."""
    words = one_line(text)
    return Notification.objects.bulk_create(
        Notification(user=user, text=words, url=url, created_at=at) for user in dict.fromkeys(users)
    )


def mark_read(user: User, keys: Iterable[int] | None = None, *, at: datetime) -> int:
    """Mark those of ``user`` with ``keys`` as read, or all; returns how many were not before."""
    unread = Notification.objects.of(user).unread()
    return (unread if keys is None else unread.filter(pk__in=keys)).update(read_at=at)
