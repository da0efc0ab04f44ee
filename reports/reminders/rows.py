"""Reminders as the standing agency lists them: to whom, about what, and the outcome of each, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from reports.domain.states import Look
from reports.domain.wording import vn_moment
from reports.models import Purpose, Reminder, ReminderItem, ReminderState

LOOKS = {
    ReminderState.OWED: Look("○", "grey", "Chờ gửi"),
    ReminderState.CLAIMED: Look("▸", "blue", "Đang gửi"),
    ReminderState.SENT: Look("✓", "green", "Đã gửi"),
    ReminderState.RETRY: Look("◐", "amber", "Chưa gửi được, sẽ gửi lại"),
    ReminderState.UNDELIVERABLE: Look("×", "red", "Không gửi được"),
    ReminderState.NOT_NEEDED: Look("–", "grey", "Không cần nữa"),
    ReminderState.UNKNOWN: Look("!", "red", "Không rõ đã đến chưa"),
}
_TWICE = "Gửi hai lần cùng một mã thư, vì không rõ lần đầu đã đến chưa."
_FILED = "Đơn vị đã nộp trước khi tin đi."
_SUPERSEDED = "Đã có tin sau nói thay, hoặc không còn nộp được."
_TO_DO = {
    "email": "Sửa địa chỉ thư của người nhận hoặc máy chủ thư, rồi bấm “Gửi lại”. Việc gấp thì gọi điện.",
    "webhook": "Báo người quản trị kiểm tra nơi nhận tin Zalo, SMS, rồi bấm “Gửi lại”. Việc gấp thì gọi điện.",
}
_ASK_THEM = "Cổng không gửi thêm để khỏi làm phiền; hãy hỏi người nhận."


class Subject(NamedTuple):
    """One report or period a reminder is about; ``unit`` is "" for a whole period."""

    unit: str
    period: str
    url: str
    rule: str


class ReminderRow(NamedTuple):
    """``why``: what stood in the way, or when it went; ``to_do``: what somebody should do about it."""

    key: int
    planned: str
    purpose: str
    person: str
    channel: str
    look: Look
    why: str
    to_do: str
    subjects: list[Subject]
    asked_again: str

    @property
    def can_be_sent_again(self) -> bool:
        return self.look is LOOKS[ReminderState.UNDELIVERABLE]


class UnitOutcome(NamedTuple):
    """The outcome of the reminders to those who serve one unit."""

    unit: str
    rows: list[ReminderRow]


def with_subjects(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Ready for ``reminder_row``: two queries more, however many."""
    return reminders.select_related("user", "focal_point", "asked_again_by").prefetch_related(
        "items__report__unit", "items__period", "items__rule"
    )


def reminder_row(reminder: Reminder) -> ReminderRow:
    items = list(reminder.items.all())
    return ReminderRow(
        key=reminder.pk,
        planned=vn_moment(reminder.slot_at),
        purpose=reminder.get_purpose_display(),
        person=reminder.contact["name"],
        channel=reminder.get_channel_display(),
        look=LOOKS[ReminderState(reminder.state)],
        why=_why(reminder, items),
        to_do=_to_do(reminder),
        subjects=[_subject(reminder, item) for item in items],
        asked_again=_asked_again(reminder),
    )


def outcomes_by_unit(reminders: Iterable[Reminder]) -> list[UnitOutcome]:
    """Units in Vietnamese order, each with a row for each person and channel."""
    rows: dict[object, list[ReminderRow]] = {}
    for reminder in reminders:
        row = reminder_row(reminder)
        for unit in {item.report.unit for item in reminder.items.all() if item.report}:
            rows.setdefault(unit, []).append(row)
    return [UnitOutcome(unit.name, rows[unit]) for unit in sorted(rows, key=lambda unit: unit.sort_key)]  # type: ignore[attr-defined]


def _why(reminder: Reminder, items: list[ReminderItem]) -> str:
    if reminder.state == ReminderState.SENT and reminder.sent_at:
        when = f"Lúc {vn_moment(reminder.sent_at)}."
        return f"{when} {_TWICE}" if reminder.is_repeated else when
    if reminder.state == ReminderState.OWED:
        return f"Gửi từ {vn_moment(reminder.send_after)}."
    if reminder.state == ReminderState.RETRY:
        again = f"Đã thử {reminder.attempts} lần; cổng tự gửi lại lúc {vn_moment(reminder.send_after)}."
        return f"{reminder.error} {again}"
    if reminder.state == ReminderState.NOT_NEEDED:
        filed = [item.report.is_filed for item in items if item.report]
        return _FILED if filed and all(filed) else _SUPERSEDED
    return reminder.error


def _asked_again(reminder: Reminder) -> str:
    at = reminder.asked_again_at
    return f"{reminder.asked_again_by or 'Cán bộ cũ'} yêu cầu gửi lại lúc {vn_moment(at)}" if at else ""


def _to_do(reminder: Reminder) -> str:
    if reminder.state == ReminderState.UNKNOWN:
        return _ASK_THEM
    return _TO_DO.get(reminder.channel, "") if reminder.state == ReminderState.UNDELIVERABLE else ""


def _subject(reminder: Reminder, item: ReminderItem) -> Subject:
    by_hand = "Đôn đốc" if reminder.purpose == Purpose.BY_HAND else ""
    report = item.report
    return Subject(
        unit=report.unit.name if report else "",
        period=item.period.title,
        url=report.get_absolute_url() if report else "",
        rule=item.rule.name if item.rule else by_hand,
    )
