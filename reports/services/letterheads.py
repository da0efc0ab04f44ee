"""Writing how a unit heads and signs what it issues."""

from datetime import datetime

from django.db import transaction

from assignments.models import User
from models_registry.history import tell_history
from reports.models import Letterhead


@transaction.atomic
def save_letterhead(letterhead: Letterhead, *, by: User, at: datetime) -> None:
    """Keep it, with who and when in its history; reports already issued keep the one they were issued under."""
    tell_history(letterhead, by=by, at=at)
    letterhead.save()
