"""Reminders and their rules in words; the filters are known to every template (settings.TEMPLATES)."""

from collections.abc import Sequence
from datetime import datetime

from django import template

from reports.domain.calendar import local_day
from reports.domain.states import ReminderState, ReportState
from reports.domain.wording import time_left, vn_moment
from reports.models import Channel, Reminder, ReminderKind, ReminderRule, UnitReport, UnitRequest

register = template.Library()

_CHANNELS = {Channel.PORTAL: "chuông", Channel.EMAIL: "thư điện tử", Channel.WEBHOOK: "Zalo, SMS"}
_TO_DO = {
    Channel.EMAIL: "Sửa địa chỉ thư của người nhận hoặc máy chủ thư, rồi bấm “Gửi lại”. Việc gấp thì gọi điện.",
    Channel.WEBHOOK: "Báo người quản trị kiểm tra nơi nhận tin Zalo, SMS, rồi bấm “Gửi lại”. Việc gấp thì gọi điện.",
}


@register.filter
def outcome(reminder: Reminder) -> str:
    """When a reminder was sent, or why it was not."""
    match reminder.state:
        case ReminderState.SENT if reminder.sent_at:
            twice = " Gửi hai lần cùng một mã thư, vì không rõ lần đầu đã đến chưa." if reminder.is_repeated else ""
            return f"Lúc {vn_moment(reminder.sent_at)}.{twice}"
        case ReminderState.OWED:
            return f"Gửi từ {vn_moment(reminder.send_after)}."
        case ReminderState.RETRY:
            again = f"Đã thử {reminder.attempts} lần; cổng tự gửi lại lúc {vn_moment(reminder.send_after)}."
            return f"{reminder.error} {again}"
        case ReminderState.NOT_NEEDED:
            return _why_not_needed(reminder)
    return reminder.error


@register.filter
def what_to_do(reminder: Reminder) -> str:
    """What to do about a reminder that did not arrive, or may not have."""
    if reminder.state == ReminderState.UNKNOWN:
        return "Cổng không gửi thêm để khỏi làm phiền; hãy hỏi người nhận."
    return _TO_DO.get(Channel(reminder.channel), "") if reminder.is_undeliverable else ""


@register.filter
def owed_words(asked: UnitReport | UnitRequest, at: datetime) -> str:
    """How much time is left: "còn 2 ngày", "quá hạn 3 ngày", of a report "bị trả lại ngày 06/03"."""
    if isinstance(asked, UnitReport) and asked.state == ReportState.RETURNED and asked.returned_at:
        return f"bị trả lại ngày {local_day(asked.returned_at):%d/%m}"
    return time_left(asked.days_to_due(at))


def _why_not_needed(reminder: Reminder) -> str:
    items = reminder.items.all()
    if answered := [bool(item.request.answer) for item in items if item.request]:
        done, other = "Đơn vị đã trả lời trước khi tin đi.", "Đã có tin sau nói thay, hoặc không còn phải trả lời."
    else:
        answered = [item.report.is_filed for item in items if item.report]
        done, other = "Đơn vị đã nộp trước khi tin đi.", "Đã có tin sau nói thay, hoặc không còn nộp được."
    return done if answered and all(answered) else other


def channel_names(channels: Sequence[Channel]) -> str:
    """ "chuông, thư điện tử"."""
    return ", ".join(_CHANNELS[channel] for channel in channels)


def rule_moment(rule: ReminderRule) -> str:
    """ "tuần: 08:00, trước hạn 1 ngày"."""
    days = "ngày đến hạn" if rule.days == 0 else f"{'trước' if rule.days < 0 else 'sau'} hạn {abs(rule.days)} ngày"
    after = f", nếu {rule.after_chasers} lần đôn đốc không nộp" if rule.kind == ReminderKind.ESCALATION else ""
    return f"{rule.get_rhythm_display()}: {rule.at_time:%H:%M}, {days}{after}"
