"""What letters state, were they sent now: who owes what by when, how a period was filed, who answers no chaser.

An address names what a letter and a page both speak of.
"""

import re
from contextlib import contextmanager
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from models_registry.models import Plan
from reports.domain.calendar import REGULAR, local_day
from reports.models import Alarm, Purpose, Reminder, ReminderKind, ReportingPeriod, UnitReport, UnitRequest
from reports.reminders.message_builder import MessageBuilder, _situation
from reports.reminders.messages import leaders_message, situation_message
from reports.reminders.services import Reason, notices_for_units, write_reminders
from tests.whole.papers import folded, words_of
from tests.whole.statements import Said, asked_of_unit, number_in, report_owed, silent


class Letter(NamedTuple):
    """What one person would be told."""

    person: object
    subject: str
    text: str


# --- What the standing agency is told in the evening ---


def evening_digest():
    """The letter on the running periods, were it sent now."""
    latest = [ReportingPeriod.objects.filter(rhythm=rhythm).order_by("-ends_on").first() for rhythm in REGULAR]
    return situation_message(_situation([period for period in latest if period], timezone.now())).text


def of_digest(text):
    where = "tin buổi tối"
    said = re.findall(r"Báo cáo (.+): đã nộp (\d+)/(\d+)\.\n(?:Chưa nộp \((\d+)\): (.+)\.\n)?", text)
    for title, filed, owed, missing, units in said:
        yield Said(("filing", title, "đã nộp"), int(filed), where)
        yield Said(("filing", title, "phải nộp"), int(owed), where)
        yield Said(("filing", title, "chưa nộp"), int(missing or 0), where)
        yield Said(("filing", title, "chưa nộp", "units"), frozenset(filter(None, units.split("; "))), where)
    yield from overdue_requests(text, where)


def overdue_requests(text, where):
    """The number of requests past their day, and those it names with those it leaves out."""
    found = re.search(r"Yêu cầu quá hạn chưa trả lời \((\d+)\):\n((?:- .+\n)+)", text)
    lines = found[2].splitlines() if found else []
    left = [number_in(line) for line in lines if re.fullmatch(r"- và \d+ yêu cầu khác", line)]
    yield Said(("overdue requests",), int(found[1]) if found else 0, where)
    yield Said(("overdue requests",), len(lines) - len(left) + sum(left), f"{where}, từng yêu cầu")


# --- What units are told ---


def letters_to_units():
    """A letter on reports and one on requests to each who serves a unit that owes, were they sent now."""
    at = timezone.now()
    running = Plan.objects.running(local_day(at))
    owed = UnitReport.objects.owed().filter(period__plan__in=running).select_related("period__plan", "unit")
    reports = [
        one for one in owed.order_by("unit", "period__due_at") if one.is_fileable(at) and not one.is_given_up(at)
    ]
    # The first of a unit is asked for, so that the others are named beside it.
    first = [next(own) for _, own in groupby(reports, key=lambda report: report.unit_id)]
    asked = UnitRequest.objects.awaiting().filter(plan__in=running).select_related("unit")
    told = {
        Purpose.REPORTS: [Reason(None, ReminderKind.CHASER, one.period, one) for one in first],
        Purpose.REQUESTS: [Reason(None, ReminderKind.CHASER, None, request=one) for one in asked],
    }
    with taken_back():
        for purpose, reasons in told.items():
            write_reminders(purpose, notices_for_units(reasons, at)[0], slot_at=at, at=at)
        written = Reminder.objects.filter(slot_at=at, created_at=at, purpose__in=told).select_related(
            "user", "focal_point"
        )
        rows = list({(row.recipient, row.purpose): row for row in written.prefetch_related("items")}.values())
        builder = MessageBuilder(rows, at)
        messages = [(row, builder.message_of(row)) for row in rows]
        return [Letter(row.user or row.focal_point, said.subject, said.text) for row, said in messages if said]


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


_REPORT = re.compile(
    r"^- (?P<title>Báo cáo .+?)(?:, kế hoạch [^–\n]+)? – (?P<unit>[^\n]+?)"
    r"(?:\n(?:  ↩ [^\n]*\n)*  Hạn (?P<due>[^,\n]+), (?P<left>[^.\n]+)\. Nộp tại: "
    r"|, hạn (?P<other_due>[^(\n]+) \((?P<other_left>[^)\n]+)\): )(?P<url>\S+)$",
    re.M,
)
_REQUEST = re.compile(
    r"^- (?P<text>.+?)(?:, kế hoạch [^–\n]+)? – (?P<unit>[^\n]+)\n  Hạn (?P<due>[^,\n]+), (?P<left>[^.\n]+)\. "
    r"Trả lời tại: (?P<url>\S+)$",
    re.M,
)


def of_letters(letters):
    """Each report and request a letter asks for, whose it is, by when; how many the subject says they are."""
    for person, subject, text in letters:
        where = f"thư gửi {person}"
        reports, requests = list(_REPORT.finditer(text)), list(_REQUEST.finditer(text))
        for one in reports:
            due, left = one["due"] or one["other_due"], one["left"] or one["other_left"]
            yield from report_owed(path_of(one["url"]), one["title"], one["unit"], due.strip(), left, where)
        for one in requests:
            told = [one[name] for name in ("text", "unit", "due", "left")]
            yield from asked_of_unit(path_of(one["url"]), *told, where)
        many = re.search(r"(\d+) (?:báo cáo|yêu cầu)", subject)
        about = ("asked for", where, "yêu cầu" if requests else "báo cáo")
        yield Said(about, sum(bool(one["due"]) for one in (*reports, *requests)), where)
        yield Said(about, int(many[1]) if many else 1, f"{where}, tiêu đề")


def of_own_letters(visitor, person, letters):
    """What a person is told to do, held against the first page; a letter is silent of what is given up."""
    page = visitor.page("/")
    due = page.urls(".//a[starts-with(., 'Báo cáo ')][not(parent::p[contains(@class,'card')])]")  # those are filed
    asked = page.urls(".//section[@aria-labelledby='yeu-cau']/ul/li/a")
    returned = page.urls(".//section[@aria-labelledby='tra-lai']/ul/li/a")
    kept_waiting = {*due, *asked}
    at_home = {*kept_waiting, *returned}
    told = {path_of(url) for one in letters if one.person == person for url in urls_of(one.text)}
    for url in told:
        yield Said(("to do", person.username, url), True, "thư")
        yield Said(("to do", person.username, url), url in at_home, page.url)
    for url in kept_waiting:
        yield Said(("to do", person.username, url), True, page.url)
        yield Said(("to do", person.username, url), url in told, "thư")


def urls_of(text):
    return [one["url"] for pattern in (_REPORT, _REQUEST) for one in pattern.finditer(text)]


def path_of(url):
    return url.removeprefix(settings.PORTAL_URL)


# --- What leaders are told ---


def leaders_letter(plan):
    """The letter on the units that answer no chaser and the reports nobody corrects, were it sent now; "" for none."""
    alarms = Alarm.objects.unresolved().filter(plan=plan).select_related("plan", "unit", "period", "request")
    unanswered = list(alarms.filter(kind=Alarm.Kind.UNANSWERED).order_by("unit__sort_key", "pk"))
    given_up = list(alarms.filter(kind=Alarm.Kind.UNCORRECTED).order_by("unit__sort_key", "pk"))
    if not (unanswered or given_up):
        return ""
    message = leaders_message(unanswered, given_up)
    return f"{message.subject}\n\n{message.text}"


def of_leaders_letter(text):
    """The numbers of its subject, and each line."""
    where = "thư gửi lãnh đạo"
    subject = text.partition("\n")[0]
    named = {"báo cáo": set(), "yêu cầu": set()}
    for unit, times, about in re.findall(r"^- (.+?): (\d+) lần đôn đốc, (.+)$", text, re.M):
        yield from silent(unit, about, int(times), where)
        named["yêu cầu" if about.startswith("yêu cầu") else "báo cáo"].add(unit)
    for what, units in named.items():
        many = re.search(rf"(\d+) đơn vị không trả lời đôn đốc {what}", subject)
        yield Said(("silent units", what, "which"), frozenset(units), where)
        yield Said(("silent units", what), len(units), f"{where}, từng dòng")
        yield Said(("silent units", what), int(many[1]) if many else 0, f"{where}, tiêu đề")
    left = re.findall(r"^- (.+?): ((?:tuần|tháng|.*đột xuất).*)$", text, re.M)
    many = re.search(r"(\d+) báo cáo trả lại đã lâu không sửa", subject)
    left = [one for one in left if "lần đôn đốc" not in one[1]]
    yield Said(("uncorrected",), frozenset(left), where)
    yield Said(("uncorrected", "how many"), len(left), f"{where}, từng dòng")
    yield Said(("uncorrected", "how many"), int(many[1]) if many else 0, f"{where}, tiêu đề")


def of_alarms(visitor):
    """The page that a letter to the leaders leads to, held against the letter."""
    page = visitor.page("/canh-bao/")
    rows = page(".//section[.//h2/@id='khong-tra-loi']/ul/li")
    named = {"báo cáo": set(), "yêu cầu": set()}
    for row in rows:
        unit = words_of(row.xpath(".//a[contains(@href,'/don-vi/')]")[0])
        for about, times in re.findall(r"· (.+?): (\d+) lần đôn đốc", words_of(row)):
            yield from silent(unit, about, int(times), page.url)
            named["yêu cầu" if about.startswith("yêu cầu") else "báo cáo"].add(unit)
    for what, units in named.items():
        yield Said(("silent units", what, "which"), frozenset(units), page.url)
        yield Said(("silent units", what), len(units), page.url)
    for heading in page(".//h2[@id='khong-tra-loi']"):
        yield Said(("silent units",), number_in(words_of(heading).rpartition("(")[2]), f"{page.url} tiêu đề")
        yield Said(("silent units",), len(rows), page.url)
    left = page(".//section[.//h2/@id='khong-sua']/ul/li//a[contains(@href,'/don-vi/')]")
    pairs = [(words_of(unit), folded(unit.tail).strip("· ")) for unit in left]
    yield Said(("uncorrected",), frozenset(pairs), page.url)
    yield from of_leaders_letter(leaders_letter(plan_looked_at(page)))


def plan_looked_at(page):
    return int(re.search(r"/ke-hoach/(\d+)/", page.url)[1])
