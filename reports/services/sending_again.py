"""Another try, by hand, for messages that could not be delivered."""

from collections.abc import Collection
from datetime import datetime

from assignments.models import User
from models_registry.models import Plan
from reports.models import Reminder, ReminderState


def send_again(plan: Plan, keys: Collection[int] | None = None, *, by: User, at: datetime) -> int:
    """Let the undeliverable messages of ``plan`` with ``keys``, or all of use, leave once more; returns how many.

    One whose delivery could not be known is not among them: it may have arrived, and nobody is told twice.
    """
    stuck = Reminder.objects.of_plan(plan).undeliverable()
    chosen = stuck.of_use(at) if keys is None else stuck.filter(pk__in=keys)
    return chosen.update(state=ReminderState.OWED, send_after=at, error="", asked_again_by=by, asked_again_at=at)
