"""What a paper states: a word, a number, a state of one thing (``Said``), and how it is read out of words."""

import re
from typing import NamedTuple

from reports.domain.states import LOOKS, NOT_REPORTED, ReportStatus
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


def percent_in(text):
    """60 of "▸ Đang triển khai 60 %"; None where none is said."""
    found = re.search(r"(\d+) ?%", text)
    return int(found[1]) if found else None


def state_in(element):
    """The word of a state without its sign."""
    return " ".join(words_of(element).split()[1:])


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


def spread_in(element):
    """How many answer for an initiative in which state, from ready signs or from the one state in words."""
    many = element.xpath(".//*[contains(@title, ' đơn vị: ')][not(ancestor::*[@class='line-was'])]")
    told = [one.get("title").split(" đơn vị: ") for one in many]
    if not told:
        single = element.xpath(".//*[contains(@class, 'state ')][not(ancestor::*[@class='line-was'])]")
        told = [(1, state_in(one)) for one in single if words_of(one) != "chậm"][:1]
    return frozenset((word, int(count)) for count, word in told)


def standing(code, element, where):
    """How an initiative stands: its leads by state, whether it is late."""
    is_late = any(words_of(one) == "chậm" for one in element.xpath(".//*[contains(@class, 'state-red')]"))
    yield Said(("spread", code), spread_in(element), where)
    yield Said(("late", code), is_late, where)


def last_result(code, text, unit, where):
    """The result told last of an initiative; "" where none was."""
    yield Said(("last result", code), (folded(text)[:SHOWN], unit if text else ""), where)


def code_of(row):
    return words_of(row.xpath(".//strong")[0])


def unit_line(row, about, where):
    """A unit's role, state, percent and result, as lists of both the roll-up and an initiative write it."""
    state = next(one for one in row.xpath("span") if "state" in one.get("class"))
    told = [words_of(one) for one in row.xpath("p[not(strong)]")]
    said_in = " ".join(words_of(one) for one in row.xpath("a[contains(@href, 'bao-cao')]"))
    yield from progress(about, state_in(state), percent_in(state.tail or ""), " ".join([*told, said_in]), where)
    yield Said(("role", *about), words_of(row.xpath("span[contains(@class,'portal-quiet')]")[0])[1:-1], where)


def old_ones(ages):
    return (url for url, age in ages.items() if age.endswith(" tuần") and number_in(age) >= OLD_WEEKS)


def counted(code, name, total, units, where):
    """What all units counted for an indicator; "" where none has."""
    yield Said(("counted", code, name), "" if total.lower() == "chưa có số liệu" else total, where)
    yield Said(("units that counted", code, name), int(units), where)


def figures(period, element):
    for name, figure in zip(FIGURES, element(".//dl[contains(@class,'portal-figures')]//dd/a"), strict=True):
        yield Said(("filing", period, name), number_in(words_of(figure)), f"{element.url} số liệu")


def filed(unit, period, word, where):
    """How the report of a unit stands, by the word of its status."""
    yield Said(("report", unit, period), word, where)
    if word != EXCUSED:
        yield Said(("filed", unit, period), word not in UNFILED, where)


def late_codes(front):
    return frozenset(map(code_of, front(".//tr[contains(@class, 'line-late')]")))


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
