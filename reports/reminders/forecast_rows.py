"""Reminders to come in the words of the administrator's pages."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reports.domain.calendar import VIETNAM, local_day
from reports.domain.wording import vn_weekday
from reports.models import Channel, ReminderKind, ReminderRule
from reports.notifications.recipients import Recipient

from .forecast import PlannedMessage, Told

_CHANNELS = {Channel.PORTAL: "chuông", Channel.EMAIL: "thư điện tử", Channel.WEBHOOK: "Zalo, SMS"}
NOBODY = "không có ai"


class PreviewRow(NamedTuple):
    """One moment of one rule: ``told`` are lines of who is told for which unit, ``nobody`` how many units have none."""

    when: str
    rule: ReminderRule
    period: str
    people: int
    told: list[str]
    nobody: int


def in_words(planned: Iterable[PlannedMessage]) -> list[PreviewRow]:
    return [
        PreviewRow(
            when=f"{message.at.astimezone(VIETNAM):%H:%M} {vn_weekday(local_day(message.at))}",
            rule=message.rule,
            period=f"{message.period.title}, hạn {local_day(message.period.due_at):%d/%m/%Y}",
            people=message.people,
            told=[_told(told, message) for told in message.told],
            nobody=len(message.nobody),
        )
        for message in planned
    ]


def nobody_in(planned: Iterable[PlannedMessage]) -> list[str]:
    """The units of all ``planned`` that nobody is told for, each once."""
    return list(dict.fromkeys(unit for message in planned for unit in message.nobody if unit))


def channels_in_words(channels: Sequence[Channel]) -> str:
    """ "chuông, thư điện tử"."""
    return ", ".join(_CHANNELS[channel] for channel in channels)


def rule_moment(rule: ReminderRule) -> str:
    """ "tuần: 08:00, trước hạn 1 ngày"."""
    days = "ngày đến hạn" if rule.days == 0 else f"{'trước' if rule.days < 0 else 'sau'} hạn {abs(rule.days)} ngày"
    after = f", nếu {rule.after_chasers} lần đôn đốc không nộp" if rule.kind == ReminderKind.ESCALATION else ""
    return f"{rule.get_rhythm_display()}: {rule.at_time:%H:%M}, {days}{after}"


def _told(told: Told, message: PlannedMessage) -> str:
    people = "; ".join(_person(person, message) for person in told.people) or NOBODY
    return f"{told.unit}: {people}" if told.unit else people


def _person(person: Recipient, message: PlannedMessage) -> str:
    """Name, channels, and the hour where the person chose a later one."""
    channels = channels_in_words([channel for channel in person.channels if channel in message.rule.channels])
    due_at, locks_at = message.period.due_at, message.period.locks_at
    at = person.moment(message.at, before=due_at if due_at > message.at else locks_at)
    later = f" lúc {at.astimezone(VIETNAM):%H:%M}" if at != message.at else ""
    return f"{person.name} ({channels}{later})"
