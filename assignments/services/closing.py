"""Initiatives that an annex no longer lists: closed or kept, as a person decides."""

from datetime import date, datetime

from assignments.models import User
from models_registry.models import Initiative


def close_initiative(initiative: Initiative, *, on: date, by: User | None, at: datetime) -> Initiative:
    """Follow it no longer from ``on``; its reports stay. Raises ImportRefused where it is closed already."""
    raise NotImplementedError


def keep_initiative(initiative: Initiative, *, on: date, by: User | None, at: datetime) -> Initiative:
    """Go on following it; it is not proposed for closing again."""
    raise NotImplementedError
