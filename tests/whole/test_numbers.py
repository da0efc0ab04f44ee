"""A number that counts things opens them: all of them, and nothing else."""

import re
from typing import NamedTuple

import pytest
from lxml import html

from assignments.models import UnitMembership
from assignments.roles import Role
from reports.models import Alarm
from reports.progress.current import rebuild_current
from reports.progress.period_states import close_periods
from tests.factories import UserFactory, agency_of
from tests.rollup.counter import RandomPlan
from tests.whole.papers import followed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SEEDS = range(400, 412)
PAGES = ("/", "/tong-hop/", "/tong-hop/?nhip=thang", "/tong-hop/nop/", "/tong-hop/?loai=commune")
# "5", "! 3 mới", "6 mô hình chậm so với thời hạn", "Chờ tiếp nhận 3", "Khó khăn của đơn vị: 2 đang chờ"
_BEGINS = re.compile(r"^[^\w(“]*(\d+)(?:$| |\s)")
_ENDS = re.compile(r"^(?:Chờ|Nộp muộn,|Trả lại,|Mở lại|Quá hạn,|Khó khăn của)[^\d]*(\d+)")
# "53 dịch vụ công thiết yếu": what an initiative is called counts nothing.
_A_NAME = re.compile(r"/mo-hinh/[^/]+/$")
# Where a page says what waits.
COUNTED = (
    ("/", ["//main//h2", "//main//h3", "//main//*[@class='line']"]),
    ("/tong-hop/", ["//p[contains(@class, 'verdict')]"]),
)
ALARMS = {"khong-ai-nhan": "nobody", "khong-tra-loi": "unanswered", "khong-sua": "uncorrected"}
# How many rows each page lists, by the name of its address.
ROWS = {
    "review": lambda found, anchor: found.context["page"].paginator.count,
    "obstacles": lambda found, anchor: found.context["page"].paginator.count,
    "reminders": lambda found, anchor: found.context["page"].paginator.count,
    "alarms": lambda found, anchor: len(found.context[ALARMS[anchor]]),
    "rollup": lambda found, anchor: len(found.context["lines"]),
    "rollup_filing": lambda found, anchor: len(found.context["reports"]),
    "rollup_entries": lambda found, anchor: found.context["page"].paginator.count,
    "rollup_attention": lambda found, anchor: sum(len(group.items) for group in found.context["groups"]),
    "rollup_changes": lambda found, anchor: rows_of_changes(found.context["changes"], anchor),
}


class Number(NamedTuple):
    page: str
    words: str
    number: int
    url: str


def rows_of_changes(changes, anchor):
    """The initiatives; of one of them, named by the anchor, the units."""
    of_one = [one.states.total for one in changes if anchor == f"mo-hinh-{one.initiative.pk}"]
    return sum(of_one) if anchor else len(changes)


def numbers_of(client, page):
    """The links of the page whose words begin with a number, or end with one that counts; shares of charts do not."""
    content = html.fromstring(followed(client, page)[0].content.decode()).xpath("//main")[0]
    for link in content.xpath(".//a[@href][not(ancestor::figure)]"):
        words = " ".join(link.text_content().split())
        found = _BEGINS.match(words) or _ENDS.match(words)
        if found and not _A_NAME.search(link.get("href")):
            yield Number(page, words, int(found[1]), link.get("href"))


def rows_behind(client, number):
    url, _, anchor = number.url.partition("#")
    found, _ = followed(client, url)
    return ROWS[found.resolver_match.url_name](found, anchor)


def lived(seed):
    """A random plan, with an alarm or two besides."""
    made = RandomPlan(seed)
    rebuild_current()
    close_periods(at=made.now)
    about = {"plan": made.plan, "raised_at": made.now, "period": made.periods[0]}
    Alarm.objects.create(kind="nobody", unit=made.units[0], **about)
    for rhythm in ("weekly", "monthly"):
        Alarm.objects.create(kind="unanswered", unit=made.units[1], rhythm=rhythm, chasers=3, **about)
    return made


def agency(made):
    return UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(made.plan))


def people(made):
    """Who sees numbers: the standing agency, a leader, an officer of a unit."""
    officer = UserFactory()
    UnitMembership.objects.create(user=officer, unit=made.units[0])
    return [agency(made), UserFactory(role=Role.LEADER), officer]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_opens_what_it_counts(client, time_machine, seed):
    made = lived(seed)
    time_machine.move_to(made.now, tick=False)
    seen, wrong = 0, []

    for person in people(made):
        client.force_login(person)
        pages = PAGES if person.role != Role.OFFICER else ("/",)
        for number in [one for page in pages for one in numbers_of(client, page)]:
            seen += 1
            rows = rows_behind(client, number)
            if rows != number.number:
                wrong.append((rows, number))

    assert (wrong, seen > 20) == ([], True)


def test_no_number_of_things_that_wait_stands_outside_a_link(client, time_machine):
    """Of the home page and of what cannot wait: elsewhere a sentence may count."""
    made = lived(SEEDS[0])
    time_machine.move_to(made.now, tick=False)
    client.force_login(agency(made))
    counting = re.compile(r"\d+ (báo cáo|đơn vị|mô hình|khó khăn|tin|mới|đang|có trả lời)\b")

    found = [
        text.strip()
        for page, paths in COUNTED
        for text in html.fromstring(followed(client, page)[0].content.decode()).xpath(
            " | ".join(f"{path}//text()[not(ancestor::a)][not(ancestor::summary)]" for path in paths)
        )
        if counting.search(text)
    ]

    assert found == []
