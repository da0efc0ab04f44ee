"""All that is due at a moment, in one go: what beat does in parts, and ``manage.py run_schedule`` by hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from reports.models import Alarm, Reminder, ReminderItem, ReminderState
from reports.periods.holidays import working_calendar
from reports.periods.services import run_schedule

from .delivery import deliver_all, sweep
from .request_reminders import create_request_reminders
from .services import create_due_reminders


class SentReminder(TypedDict):
    """``unit`` is None for what the standing agency and the leaders are told of a whole period; ``period`` "" for what
    a unit is asked besides reports; ``rule`` "Đôn đốc" for what was asked by hand, "Yêu cầu" for a request just made;
    ``recipients`` are user names.
    """

    unit: str | None
    period: str
    rule: str
    channel: str
    recipients: list[str]


class RaisedAlarm(TypedDict):
    """``period`` is "" for what a unit is asked besides reports."""

    unit: str
    period: str
    kind: str
    message: str


class Tick(TypedDict):
    """What one run did. ``reminders`` are those that left now, whenever they were written."""

    opened: list[str]
    reminders: list[SentReminder]
    missed: list[dict[str, str]]
    alarms: list[RaisedAlarm]


def tick(*, at: datetime) -> Tick:
    """Open, mark, remind and deliver what is due at ``at``; running it again does nothing more."""
    working_calendar(at)  # before the first period opens: its due day may be a day off
    periods = run_schedule(at=at)
    sweep(at=at)
    created = create_due_reminders(at=at)
    asked = create_request_reminders(at=at)
    taken = deliver_all(at=at)
    return {
        "opened": periods["opened"],
        "reminders": sent_reminders(reminder for reminder in taken if reminder.state == ReminderState.SENT),
        "missed": periods["missed"],
        "alarms": [_alarm(alarm) for alarm in (*created.alarms, *asked.alarms)],
    }


def sent_reminders(reminders: Iterable[Reminder]) -> list[SentReminder]:
    """Who was told of what: a line for each unit, period, rule and channel."""
    items = (
        ReminderItem.objects.delivered()
        .filter(reminder__in=list(reminders))
        .select_related("reminder__user", "reminder__focal_point", "rule", "period", "report__unit", "request__unit")
        .order_by("period__due_at", "report__unit__sort_key", "rule", "reminder__channel", "reminder__user__username")
    )
    lines: dict[tuple[str | None, str, str, str], list[str]] = {}
    for item in items:
        asked = item.report or item.request
        period = item.period.code if item.period else ""
        rule = item.occasion or "Yêu cầu"
        key = (asked.unit.name if asked else None, period, rule, item.reminder.channel)
        contact = item.reminder.contact
        lines.setdefault(key, []).append(contact["username"] or contact["name"])
    return [
        {"unit": unit, "period": period, "rule": rule, "channel": channel, "recipients": recipients}
        for (unit, period, rule, channel), recipients in lines.items()
    ]


def _alarm(alarm: Alarm) -> RaisedAlarm:
    return {
        "unit": alarm.unit.name,
        "period": alarm.period.code if alarm.period else "",
        "kind": alarm.kind,
        "message": str(alarm),
    }
