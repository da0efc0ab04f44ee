"""The words of a message, the same over every channel: a subject, plain text, HTML, one line for the notification."""

import functools
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from assignments.concerned_plans import says_plan_among
from models_registry.models import Plan
from models_registry.text import one_line
from reports.domain.states import ReportState
from reports.domain.wording import due_words, time_left
from reports.models import Alarm, ReviewRemark, UnitReport, UnitRequest
from reports.web.addresses import plan_page

from .wording import owed_words


@dataclass(frozen=True)
class Message:
    """``path`` is where the notification leads; ``reports`` the reports asked for, for a gateway with words of its own.

    ``bell`` is the subject where the screens name a period otherwise than letters do.

    ``asked`` are their keys, ``listed`` those of all reports named as not filed, ``requests`` those of the requests
    named as not answered, ``plan`` the key of the plan where the subject speaks of one alone. Text and HTML are
    rendered for those who read them: a notification has one line.
    """

    template: str
    context: dict[str, Any]
    subject: str
    path: str
    reports: list[dict[str, str]] = field(default_factory=list)
    asked: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()
    requests: frozenset[int] = frozenset()
    plan: int | None = None
    bell: str = ""

    @functools.cached_property
    def text(self) -> str:
        return render_to_string(f"reminders/mail/{self.template}.txt", self.context)

    @property
    def notification_text(self) -> str:
        """One line: the subject, and what the standing agency says, for who has the notification alone."""
        remarks = [remark for line in self.context.get("asked", ()) for remark in line.remarks]
        words = one_line(self.context.get("words") or "; ".join(remarks))
        subject = self.bell or self.subject
        return f"{subject}. {words}" if words else subject

    @functools.cached_property
    def html(self) -> str:
        return render_to_string(f"reminders/mail/{self.template}.html", self.context)


class OwedReportLine(NamedTuple):
    """One report still owed, in words."""

    title: str
    unit: str
    due: str
    left: str
    url: str
    is_late: bool
    is_returned: bool
    remarks: list[str]


class RequestLine(NamedTuple):
    """One request not answered, in words."""

    text: str
    unit: str
    due: str
    left: str
    url: str


class PeriodLine(NamedTuple):
    """How one period was filed: ``missing`` are the units not heard of, ``returned`` those that have it to correct.

    ``title`` names it as letters do, ``days`` as the screens.
    """

    title: str
    days: str
    filed: int
    expected: int
    missing: list[str]
    returned: list[str]


class Situation(NamedTuple):
    """The evening digest of the standing agency.

    ``obstacles`` names the first of ``new_obstacles``, ``requests`` those longest due of ``overdue_requests``;
    ``plan`` is the key of the plan where the periods are of one alone.
    """

    periods: list[PeriodLine]
    obstacles: list[str]
    new_obstacles: int
    requests: list[str]
    overdue_requests: int
    unreachable: list[str]
    undelivered: int
    plan: int | None

    @property
    def obstacles_left(self) -> int:
        return self.new_obstacles - len(self.obstacles)

    @property
    def requests_left(self) -> int:
        return self.overdue_requests - len(self.requests)


def reports_message(
    asked: Sequence[UnitReport],
    others: Sequence[UnitReport],
    *,
    words: str,
    is_by_hand: bool,
    at: datetime,
    remarks: Mapping[int, Sequence[ReviewRemark]] | None = None,
    has_account: bool = True,
    plans: Collection[int] = (),
) -> Message:
    """What one person owes: ``asked`` is what is spoken of now, ``others`` what is owed besides.

    ``words`` are the standing agency's own, which a reminder by rule has not; ``remarks`` what it asked of lines of
    returned reports, by the report's key. Who has no account is told how to get one. ``plans`` are the keys of those
    the person has to do with.
    """
    says_plan = says_plan_among(plans, (report.period.plan_id for report in (*asked, *others)))
    remarks = remarks or {}
    lines = [line_of(report, at, says_plan=says_plan, remarks=remarks.get(report.pk, ())) for report in asked]
    other_lines = [line_of(report, at, says_plan=says_plan) for report in others]
    context = {"asked": lines, "others": other_lines, "words": words, "without_account": not has_account}
    context["may_have_nothing"] = any(not line.is_returned for line in (*lines, *other_lines))
    period = asked[0].period
    subject, bell = (_subject_of(title, lines, is_by_hand=is_by_hand) for title in (period.title, period.title_at(at)))
    path = asked[0].get_absolute_url() if len(asked) == 1 else reverse("reports")
    told = [{"unit": line.unit, "report": line.title, "due": line.due, "url": line.url} for line in lines]
    keys = frozenset(report.pk for report in asked)
    listed = keys.union(report.pk for report in others)
    plan = only_plan(report.period.plan_id for report in asked)
    more = {"reports": told, "asked": keys, "listed": listed, "plan": plan, "bell": bell}
    return _message("reports", subject, path, context, **more)


def requests_message(
    asked: Sequence[UnitRequest],
    *,
    words: str = "",
    is_by_hand: bool = False,
    at: datetime,
    has_account: bool = True,
    plans: Collection[int] = (),
) -> Message:
    """What one person's units are asked and have not answered, the first due first; read with their plans.

    ``words`` are the standing agency's own and ``plans`` the person's, as in ``reports_message``.
    """
    says_plan = says_plan_among(plans, (request.plan_id for request in asked))
    lines = [
        RequestLine(
            text=f"{request.text}{_of_plan(request.plan) if says_plan else ''}",
            unit=request.unit.name,
            due=due_words(request.due_at),
            left=time_left(request.days_to_due(at)),
            url=f"{settings.PORTAL_URL}{request.get_absolute_url()}",
        )
        for request in asked
    ]
    subject = f"{len(lines)} yêu cầu phải trả lời, hạn gần nhất {lines[0].due}"
    begin = "Đôn đốc trả lời" if is_by_hand else "Yêu cầu trả lời"
    if is_by_hand:
        subject = f"Đôn đốc trả lời {len(lines)} yêu cầu, hạn gần nhất {lines[0].due}"
    path = reverse("requests")
    if len(lines) == 1:
        subject = f"{begin}: {textwrap.shorten(lines[0].text, 150, placeholder=' …')}, {lines[0].left}"
        path = asked[0].get_absolute_url()
    told = [{"unit": line.unit, "report": line.text, "due": line.due, "url": line.url} for line in lines]
    keys = frozenset(request.pk for request in asked)
    context = {"requests": lines, "words": words, "without_account": not has_account}
    plan = only_plan(request.plan_id for request in asked)
    return _message("requests", subject, path, context, reports=told, requests=keys, plan=plan)


def situation_message(situation: Situation) -> Message:
    periods = ", ".join(line.title for line in situation.periods)
    days = ", ".join(line.days for line in situation.periods)
    missing = sum(len(line.missing) for line in situation.periods)
    subject, bell = (
        f"Tình hình nộp báo cáo {names}: {f'còn {missing} chưa nộp' if missing else 'đã nộp đủ'}"
        for names in (periods, days)
    )
    path = plan_page("rollup", situation.plan)
    return _message("situation", subject, path, {"situation": situation}, plan=situation.plan, bell=bell)


def leaders_message(alarms: Sequence[Alarm], given_up: Sequence[Alarm] = ()) -> Message:
    """The units that leave their chasers unanswered, of reports or requests; the returned reports chased no more."""
    silent = {
        "báo cáo": {alarm.unit_id for alarm in alarms if not alarm.request_id},
        "yêu cầu": {alarm.unit_id for alarm in alarms if alarm.request_id},
    }
    said = [f"{len(units)} đơn vị không trả lời đôn đốc {what}" for what, units in silent.items() if units]
    said += [f"{len(given_up)} báo cáo trả lại đã lâu không sửa"] if given_up else []
    plans = {alarm.plan_id for alarm in (*alarms, *given_up)}
    context = {"alarms": alarms, "given_up": given_up, "says_plan": len(plans) > 1}
    plan = only_plan(plans)
    return _message("leaders", "; ".join(said), plan_page("alarms", plan), context, plan=plan)


def line_of(
    report: UnitReport, at: datetime, *, says_plan: bool = False, remarks: Sequence[ReviewRemark] = ()
) -> OwedReportLine:
    """``says_plan`` where the plan is named; the period should then be read with its plan."""
    return OwedReportLine(
        title=f"{report.period}{_of_plan(report.period.plan) if says_plan else ''}",
        unit=report.unit.name,
        due=due_words(report.due_at),
        left=owed_words(report, at),
        url=f"{settings.PORTAL_URL}{report.get_absolute_url()}",
        is_late=at > report.due_at,
        is_returned=report.state == ReportState.RETURNED,
        remarks=[remark.words for remark in remarks],
    )


def _of_plan(plan: Plan) -> str:
    return f", kế hoạch {plan.number_display}"


def _subject_of(title: str, lines: Sequence[OwedReportLine], *, is_by_hand: bool) -> str:
    """``title``: that of the period of the first."""
    is_pressing = is_by_hand or any(line.is_late or line.is_returned for line in lines)
    begin = "Đôn đốc nộp" if is_pressing else "Nhắc nộp"
    if len(lines) > 1:
        return f"{begin} {len(lines)} báo cáo, hạn gần nhất {lines[0].due}"
    line = lines[0]
    if line.is_returned:
        return f"{begin} lại báo cáo {title}, {line.left}"
    return f"{begin} báo cáo {title}, {line.left if line.is_late else f'hạn {line.due}'}"


def only_plan(plans: Iterable[int]) -> int | None:
    """The one plan among ``plans``; None where there are several."""
    found = set(plans)
    return found.pop() if len(found) == 1 else None


def _message(template: str, subject: str, path: str, context: dict[str, Any], **more: Any) -> Message:
    context = {**context, "subject": subject, "portal_url": settings.PORTAL_URL, "path": path}
    return Message(template, context, one_line(subject), path, **more)
