"""The words of a message, the same over every channel: a subject, plain text, HTML, one line for the bell."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from models_registry.text import one_line
from reports.calendar import local_day
from reports.models import Alarm, UnitReport
from reports.wording import time_left, vn_weekday


@dataclass(frozen=True)
class Message:
    """``path`` is where the bell leads; ``reports`` the reports asked for, for a gateway that makes its own words.

    ``asked`` are their keys, ``listed`` those of all reports named as not filed. Text and HTML are rendered for those
    who read them: the bell has one line.
    """

    template: str
    context: dict[str, Any]
    subject: str
    path: str
    reports: list[dict[str, str]] = field(default_factory=list)
    asked: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()

    @functools.cached_property
    def text(self) -> str:
        return render_to_string(f"mail/{self.template}.txt", self.context)

    @property
    def bell(self) -> str:
        """One line: the subject, and the standing agency's own words for who is told by the bell alone."""
        words = one_line(self.context.get("words", ""))
        return f"{self.subject}. {words}" if words else self.subject

    @functools.cached_property
    def html(self) -> str:
        return render_to_string(f"mail/{self.template}.html", self.context)


class ReportLine(NamedTuple):
    """One report still owed, in words."""

    title: str
    unit: str
    due: str
    left: str
    url: str
    is_late: bool


class PeriodLine(NamedTuple):
    """How one period was filed: ``missing`` are the units not heard of."""

    title: str
    filed: int
    expected: int
    missing: list[str]


class Situation(NamedTuple):
    """What the standing agency is told of an evening."""

    periods: list[PeriodLine]
    difficulties: list[str]
    unreachable: list[str]
    undelivered: int


def reports_message(
    asked: Sequence[UnitReport], others: Sequence[UnitReport], *, words: str, is_by_hand: bool, at: datetime
) -> Message:
    """What one person owes: ``asked`` is what is spoken of now, ``others`` what is not filed besides.

    ``words`` are the standing agency's own, which a reminder by rule has not.
    """
    lines = [line_of(report, at) for report in asked]
    context = {"asked": lines, "others": [line_of(report, at) for report in others], "words": words}
    subject = _subject_of(asked, lines, is_by_hand=is_by_hand)
    path = asked[0].get_absolute_url() if len(asked) == 1 else reverse("reports")
    told = [{"unit": line.unit, "report": line.title, "due": line.due, "url": line.url} for line in lines]
    keys = frozenset(report.pk for report in asked)
    listed = keys.union(report.pk for report in others)
    return _message("reports", subject, path, context, reports=told, asked=keys, listed=listed)


def situation_message(situation: Situation) -> Message:
    periods = ", ".join(line.title for line in situation.periods)
    missing = sum(len(line.missing) for line in situation.periods)
    subject = f"Tình hình nộp báo cáo {periods}: {f'còn {missing} chưa nộp' if missing else 'đã nộp đủ'}"
    return _message("situation", subject, reverse("rollup"), {"situation": situation})


def leaders_message(alarms: Sequence[Alarm]) -> Message:
    """The units that leave their chasers unanswered."""
    subject = f"{len(alarms)} đơn vị không trả lời đôn đốc báo cáo"
    return _message("leaders", subject, reverse("rollup"), {"alarms": alarms})


def line_of(report: UnitReport, at: datetime) -> ReportLine:
    due_day = local_day(report.period.due_at)
    return ReportLine(
        title=str(report.period),
        unit=report.unit.name,
        due=vn_weekday(due_day),
        left=time_left(report.days_to_due(at)),
        url=f"{settings.PORTAL_URL}{report.get_absolute_url()}",
        is_late=at > report.period.due_at,
    )


def _subject_of(asked: Sequence[UnitReport], lines: Sequence[ReportLine], *, is_by_hand: bool) -> str:
    begin = "Đôn đốc nộp" if is_by_hand or any(line.is_late for line in lines) else "Nhắc nộp"
    if len(lines) > 1:
        return f"{begin} {len(lines)} báo cáo, hạn gần nhất {lines[0].due}"
    when = lines[0].left if lines[0].is_late else f"hạn {lines[0].due}"
    return f"{begin} báo cáo {asked[0].period.title}, {when}"


def _message(template: str, subject: str, path: str, context: dict[str, Any], **more: Any) -> Message:
    context = {**context, "subject": subject, "portal_url": settings.PORTAL_URL, "path": path}
    return Message(template, context, one_line(subject), path, **more)
