"""What a paper states: a word, a number, a state of one thing (``Said``), and how it is read out of words."""

import re
from typing import NamedTuple

from django.utils import timezone

from reports.domain.calendar import local_day
from reports.domain.states import LOOKS, NOT_REPORTED, ReportStatus
from reports.models import ReportingPeriod
from tests.whole.papers import folded, words_of

NOTHING = NOT_REPORTED.word
UNFILED = {LOOKS[one].word for one in (ReportStatus.OPEN, ReportStatus.OVERDUE, ReportStatus.MISSED)} | {"Chưa nộp"}
IN_EFFECT = {LOOKS[one].word for one in ("submitted", "late", "accepted", "nothing_to_report")}
RETURNED = LOOKS[ReportStatus.RETURNED].word
EXCUSED = LOOKS[ReportStatus.EXCUSED].word
# The figures of a period, in the order of every page.
FIGURES = ("phải nộp", "đã nộp", "đúng hạn", "nộp muộn", "chưa nộp")
# As much of a text as every place shows.
SHOWN = 80
# From so many weeks on a difficulty is certainly one that waits for more than 30 days.
OLD_WEEKS = 5
# "05 mô hình hoàn thành": what the states of initiatives are called where they are counted.
NOT_HEARD_OF, HINDERED = "chưa có báo cáo của đơn vị chủ trì", "có đơn vị chủ trì vướng mắc"


class Said(NamedTuple):
    """``what`` the paper ``where`` states of ``about``."""

    about: tuple[str, ...]
    what: object
    where: str


def document_titles():
    """ "tuần 16/2024", as documents and letters call a period, by "tuần 10/04 – 16/04", as the screens do."""
    today = local_day(timezone.now())
    return {period.title_on(today): period.title for period in ReportingPeriod.objects.all()}


def document_title(words):
    return document_titles().get(words, words)


def percent_in(text):
    """60 of "▸ Đang triển khai 60 %"; None where none is said."""
    found = re.search(r"(\d+)\s?%", text)
    return int(found[1]) if found else None


def number_in(text):
    """1234 of "1.234 mô hình", 3 of "03"."""
    return int(re.search(r"\d[\d.]*", text)[0].replace(".", ""))


def codes_in(text):
    """The initiatives of "các mô hình 9, 11 và 18"."""
    return frozenset(f"MH {code}" for code in re.findall(r"\d+\w*", text))


def code_in(cell):
    """MH 6 of "Mô hình 6: Khám chữa bệnh"."""
    return words_of(cell).partition(":")[0].replace("Mô hình", "MH")


def progress(about, state, percent, result, where):
    """How a unit stands with an initiative; "chưa có báo cáo" stands beside no result and no percent."""
    yield Said(("state", *about), (state, percent), where)
    yield Said(("state word", *about), state, where)
    yield Said(("was heard of", *about), state != NOTHING, where)
    if result or percent is not None:
        yield Said(("was heard of", *about), True, f"{where} ({result[:30]} {percent})")


def old_ones(ages):
    return (url for url, age in ages.items() if age.endswith(" tuần") and number_in(age) >= OLD_WEEKS)


def counted(code, name, total, units, where):
    """What all units counted for an indicator; "" where none has."""
    yield Said(("counted", code, name), "" if total.lower() == "chưa có số liệu" else total, where)
    yield Said(("units that counted", code, name), number_in(units), where)


def filed(unit, period, word, where):
    """How the report of a unit stands, by the word of its status."""
    yield Said(("report", unit, period), word, where)
    if word != EXCUSED:
        yield Said(("filed", unit, period), word not in UNFILED, where)


def late_codes(front):
    rows = front(".//table[contains(@class, 'tbl-plan')]//tr[td//*[@class='over']]")
    return frozenset(map(code_in_row, rows))


def code_in_row(row):
    """Of the table of the first page of the roll-up."""
    number = row.xpath(".//span[@class='mh']")[0]
    return f"MH {words_of(number)}"


def report_owed(url, title, unit, due, left, where):
    """A report that is still to be filed: whose it is, by when."""
    yield Said(("to be filed", url), True, where)
    yield Said(("whose report", url), (title, unit), where)
    yield Said(("due", url), due, where)
    yield Said(("left", url), left, where)


def asked_of_unit(url, text, unit, due, left, where):
    """A request that waits for an answer; ``due`` as "thứ Năm 14/03" or "14/03/2024"."""
    yield Said(("request", url), (folded(text), unit, re.search(r"\d\d/\d\d", due)[0], left), where)


def silent(unit, about, times, where):
    yield Said(("silent", unit, about), times, where)
