"""Phrases of "thời gian hoàn thành", read into dates. Pure: no database, no clock.

What is not understood is kept as printed with the kind ``unread``; nothing is guessed in silence.
"""

import calendar
import enum
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models_registry.text import clean, one_line


class DeadlineKind(enum.StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RANGE = "range"
    ONGOING = "ongoing"
    SCHEDULE = "schedule"
    RELATIVE = "relative"
    RECURRING = "recurring"
    UNREAD = "unread"


Span = tuple[DeadlineKind, date | None, date]


@dataclass(frozen=True)
class DeadlineReading:
    """One part of a deadline: the words, and what they say. ``due_on`` is the last day, included."""

    text: str
    kind: DeadlineKind
    starts_on: date | None = None
    due_on: date | None = None
    ongoing: bool = False
    depends_on: str = ""
    subject: str = ""

    @property
    def doubt(self) -> str:
        """What was taken for granted, in words for the administrator; "" where nothing was."""
        if self.due_on and _SHORT_YEAR.search(self.text):
            return f"ghi năm hai chữ số, cổng tính đến hết ngày {self.due_on:%d/%m/%Y}"
        return ""

    def as_json(self) -> dict[str, object]:
        return {
            "text": self.text,
            "kind": self.kind.value,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "ongoing": self.ongoing,
            "depends_on": self.depends_on or None,
            "subject": self.subject or None,
        }


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MAX_PHRASE = 500
# One mark throughout: "5-12/2026" is May to December.
_DAY = r"(\d{1,2})\s*(?:/(?=\s*\d+\s*/)|\.(?=\s*\d+\s*\.)|-(?=\s*\d+\s*-))\s*(\d{1,2})\s*[/.-]\s*(\d{4})"
_YEAR = r"(?:năm\s*)?((?:19|20)\d{2})"
_SPELLED_DAY = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_SHORT_YEAR = re.compile(
    r"(?:(trước)\s+)?(?:ngày\s+)?(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\3(\d{2})(?!\d)", re.IGNORECASE
)
_LEAD_IN = re.compile(
    r"^(?:trong|đến|tới|từ nay|dự kiến|hoàn thành|xong|chậm nhất|muộn nhất|không muộn hơn|không quá|hết|cuối|vào)\s+"
    r"(?:là\s+|trong\s+|đến\s+|tới\s+|hoàn thành\s+|ngày\s+|hết\s+|cuối\s+|vào\s+)*",
    re.IGNORECASE,
)
_EVERY = r"h[ằà]ng\s+(?:tuần|tháng|quý|quí|năm)"
_ONGOING_FIRST = re.compile(
    rf"^(?:thực hiện\s+)?(?:thường xuyên|liên tục|(?:định kỳ\s+)?{_EVERY})\s*,?\s*"
    r"(?=trong|trước|đến|từ|giai đoạn|năm|quý|tháng)",
    re.IGNORECASE,
)
_ONGOING_TAIL = re.compile(
    r"(?:[\s,;]|\bvà\b)*(?:\bthực hiện\s+|\bduy trì\s+)?"
    r"\b(?:thường xuyên(?:,?\s*(?:liên tục|h[ằà]ng năm))?|liên tục|các năm tiếp theo|những năm tiếp theo"
    rf"|(?:định kỳ\s+)?{_EVERY})$",
    re.IGNORECASE,
)
_SCHEDULE_TAIL = re.compile(r"[\s,]\s*(?:và\s+)?(theo\s+(?:yêu cầu\s+)?(?:lộ trình|tiến độ)\b.*)$", re.IGNORECASE)
_SCHEDULE = re.compile(
    r"^(?:(?:tổ chức|triển khai|thực hiện)\s+)*theo\s+(?:(?:yêu cầu\s+)?(?:lộ trình|tiến độ)"
    r"(?:\s+(?:triển khai|chỉ đạo|thực hiện|chung))*(?:\s+của)?"
    r"|(?:kế hoạch|hướng dẫn|chỉ đạo|thời hạn|yêu cầu)(?:\s+chung)?\s+của)\s+(.+)$",
    re.IGNORECASE,
)
_BY = r"(?:hoàn thành|xong|trước|chậm nhất|muộn nhất|không muộn hơn|không quá|đến hết|đến ngày)\s.*\d.*"
# "Theo tiến độ của tỉnh, hoàn thành trước 31/12/2026": the schedule first, then a date all the same.
_SCHEDULE_FIRST = re.compile(rf"^(theo\s.+?)[,;(\s]\s*(?:và\s+|nhưng\s+)?({_BY})$", re.IGNORECASE)
_DATE_BESIDE = re.compile(rf"[,;(]\s*(?:và\s+|nhưng\s+)?{_BY}", re.IGNORECASE)
_RELATIVE = re.compile(
    r"^(?:(?:hoàn thành|chậm nhất|sau)\s+)?(?:trong\s+)?(?:vòng\s+)?(?:\d+\s+(?:ngày|tháng|tuần|năm)(?:\s+làm việc)?\s+"
    r"(?:kể từ(?:\s+ngày|\s+khi)?|sau khi|sau|từ ngày|từ khi)"
    r"|(?:triển khai\s+|thực hiện\s+)?(?:ngay\s+sau(?:\s+khi)?|sau\s+khi))"
    r"\s+(.+)$",
    re.IGNORECASE,
)
_FROM_THEN_ON = re.compile(r"^(?:bắt đầu\s+)?(?:kể\s+)?từ\s+(.+?)(?:\s+trở đi)?$", re.IGNORECASE)
# "… báo cáo về UBND huyện": to whom it is reported is no matter of time.
_REPORTED_TO = re.compile(r"(?<=báo cáo)\s+(?:kết quả\s+)?(?:về|cho|gửi)\s+[^\d,;:]+$", re.IGNORECASE)
_RECURRING = re.compile(rf"{_EVERY}|định kỳ", re.IGNORECASE)
_ONGOING = re.compile(r"thường xuyên|liên tục", re.IGNORECASE)
# Nothing but these words: otherwise the phrase says more than that the work goes on.
_ONGOING_WORDS_ONLY = re.compile(
    r"(?:thường xuyên|liên tục|nhiệm vụ|thực hiện|triển khai|định kỳ|báo cáo|theo|từ|đến|trước|trong|vào|và|mỗi|lần|"
    r"ngày|tuần|tháng|quý|quí|năm|h[ằà]ng|kỳ|một|hai|iv|i{1,3}|(?<!\d)\d{1,2}(?!\d)|[\s,./-])+",
    re.IGNORECASE,
)
_SUBJECTS = (
    re.compile(r"^(?P<date>.+?)\s+đối với\s+(?P<subject>.+)$", re.IGNORECASE),
    re.compile(r"^(?P<date>[^():]+?)\s*\((?:theo\s+)?(?P<subject>[^()]+)\)$"),
    re.compile(r"^(?P<date>[^():]+?)\s*:\s*(?P<subject>.+)$"),
    re.compile(r"^(?P<subject>[^():]+?)\s*:\s*(?P<date>.+)$"),
    re.compile(
        r"^(?P<subject>\D+?)\s+(?P<date>(?:trong|trước|vào|chậm nhất|xong trước|đến hết|hết)\s+.*\d{4})$", re.IGNORECASE
    ),
    re.compile(r"^(?P<date>\D{0,20}[\d/.-]*\d{4})\s+(?P<subject>[^\d\W]\D*)$"),
)
# A subject names a piece of the work. These begin, or belong to, another condition or date.
_NO_SUBJECT = re.compile(
    r"^(?:hoặc|khi|nếu|và|theo|đến|tới|tùy|tuỳ|sau|trước|trở|kể từ|từ|trong|giai đoạn)(?:\s|$)"
    r"|\d{4}|\d/\d|\bquý\b|\bhạn\b|thường xuyên|\bh[ằà]ng\s|[.;]\s",
    re.IGNORECASE,
)
# Words beside a date that say how it is meant, and name no piece of the work.
_MANNER = re.compile(
    r"(?:(?:khẩn trương|chậm nhất|muộn nhất|dự kiến|phấn đấu|hoàn thành|xong|thực hiện|thời gian|thời hạn|thời điểm|hạn"
    r"|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)[\s,]*)+",
    re.IGNORECASE,
)
_CONCERNING = re.compile(r"^(?:đối với|riêng)\s+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=\w\w|[\w)]\))\.\s+(?=[^\W\d_a-zà-ỹđ]|\d)|(?<=\d)\.\s+(?=[^\W_])")


def read_deadlines(text: str) -> list[DeadlineReading]:
    """Read a cell into its parts, one for each milestone; an empty cell has none."""
    text = clean(text)
    whole = one_line(text)
    if not whole:
        return []
    if len(whole) > _MAX_PHRASE:
        return [DeadlineReading(whole, DeadlineKind.UNREAD)]
    alone = _read_part(whole)
    if alone.kind is not DeadlineKind.UNREAD and ";" not in whole:
        return [alone]
    for separator in (r"[;\n]", _SENTENCE_END, r"[;\n]|" + _SENTENCE_END.pattern, r",|\svà\s"):
        milestones = _milestones(re.split(separator, text))
        if milestones:
            return milestones
    return [alone]


def _milestones(pieces: list[str]) -> list[DeadlineReading]:
    """The pieces of a cell, where each reads as a deadline of its own; else none."""
    lines = [line for line in (one_line(piece).strip("-+•* ") for piece in pieces) if line.strip(". ")]
    readings = [_read_part(line) for line in lines] if len(lines) > 1 else []
    return readings if all(reading.kind is not DeadlineKind.UNREAD for reading in readings) else []


def _read_part(text: str) -> DeadlineReading:
    phrase = text.rstrip(". ;,")
    for pattern in _SUBJECTS[:1]:
        reading = _read_with_subject(text, phrase, pattern)
        if reading:
            return reading
    reading = _read_phrase(text, phrase)
    if reading.kind is not DeadlineKind.UNREAD:
        return reading
    found = (_read_with_subject(text, phrase, pattern) for pattern in _SUBJECTS[1:])
    return next(filter(None, found), reading)


def _read_with_subject(text: str, phrase: str, pattern: re.Pattern[str]) -> DeadlineReading | None:
    found = pattern.match(phrase)
    if not found or _NO_SUBJECT.search(found["subject"]):
        return None
    reading = _read_phrase(text, found["date"].strip(" ,"))
    if reading.kind is DeadlineKind.UNREAD:
        return None
    subject = _CONCERNING.sub("", found["subject"].strip(" ,"))
    return replace(reading, subject="" if _MANNER.fullmatch(subject) else subject)


def _read_phrase(text: str, phrase: str) -> DeadlineReading:
    for read in (_read_dated, _read_short_year, _read_relative, _read_schedule, _read_from_then_on, _read_ongoing):
        reading = read(text, phrase)
        if reading:
            return reading
    return DeadlineReading(text, DeadlineKind.UNREAD)


def _read_dated(text: str, phrase: str) -> DeadlineReading | None:
    """A date, alone or with "và thường xuyên", "và các năm tiếp theo", "và theo lộ trình …" after it."""
    ongoing_first = _ONGOING_FIRST.match(phrase)
    core = phrase[ongoing_first.end() :] if ongoing_first else phrase
    ongoing_tail = _ONGOING_TAIL.search(core)
    core = core[: ongoing_tail.start()] if ongoing_tail else core
    schedule = _SCHEDULE_TAIL.search(core)
    depends_on = ""
    if schedule and schedule.start() > 0:
        core, depends_on = core[: schedule.start()], _awaited(schedule[1])
    span = _read_span(_LEAD_IN.sub("", core.strip(" ,")))
    if span is None:
        return None
    kind, starts_on, due_on = span
    return DeadlineReading(text, kind, starts_on, due_on, bool(ongoing_first or ongoing_tail), depends_on)


def _read_short_year(text: str, phrase: str) -> DeadlineReading | None:
    """ "05/02/26": the century is taken for granted, and ``doubt`` says so."""
    found = _SHORT_YEAR.fullmatch(_LEAD_IN.sub("", phrase))
    if not found:
        return None
    before, day, _, month, year = found.groups()
    span = _read_span(f"{before or 'ngày'} {day}/{month}/20{year}")
    if span is None:
        return None
    return DeadlineReading(text, span[0], due_on=span[2])


def _read_relative(text: str, phrase: str) -> DeadlineReading | None:
    found = _RELATIVE.match(phrase)
    if not found or _DATE_BESIDE.search(found[1]):
        return None
    return DeadlineReading(text, DeadlineKind.RELATIVE, depends_on=found[1])


def _read_schedule(text: str, phrase: str) -> DeadlineReading | None:
    """Another body's schedule: no date, so never overdue, unless one is given beside it."""
    dated = _SCHEDULE_FIRST.match(phrase)
    if dated:
        reading, awaited = _read_dated(text, dated[2].rstrip(")")), _awaited(dated[1])
        return replace(reading, depends_on=awaited) if reading and awaited else None
    awaited = _awaited(phrase)
    return DeadlineReading(text, DeadlineKind.SCHEDULE, depends_on=awaited) if awaited else None


def _read_from_then_on(text: str, phrase: str) -> DeadlineReading | None:
    """ "Từ Quý I/2026": a beginning and no end."""
    ongoing_first = _ONGOING_FIRST.match(phrase)
    found = _FROM_THEN_ON.match(_ONGOING_TAIL.sub("", phrase[ongoing_first.end() :] if ongoing_first else phrase))
    span = _read_span(found[1]) if found else None
    if span is None:
        return None
    _, starts_on, due_on = span
    return DeadlineReading(text, DeadlineKind.ONGOING, starts_on=starts_on or due_on, ongoing=True)


def _read_ongoing(text: str, phrase: str) -> DeadlineReading | None:
    phrase = _REPORTED_TO.sub("", phrase)
    if not _ONGOING_WORDS_ONLY.fullmatch(phrase):
        return None
    if _RECURRING.search(phrase):
        return DeadlineReading(text, DeadlineKind.RECURRING, ongoing=True)
    return DeadlineReading(text, DeadlineKind.ONGOING, ongoing=True) if _ONGOING.search(phrase) else None


def _awaited(phrase: str) -> str:
    """Whose schedule the phrase follows; "của Bộ GD&ĐT" behind a longer object names the body itself."""
    found = _SCHEDULE.match(phrase.strip(" ,"))
    return found[1].strip(" .") if found else ""


def _read_span(phrase: str) -> Span | None:
    phrase = _SPELLED_DAY.sub(r"\1/\2/\3", phrase.strip())
    for pattern, build in _FORMS:
        found = re.fullmatch(pattern, phrase, re.IGNORECASE)
        if found:
            try:
                return _in_order(build(*found.groups()))
            except ValueError:
                return None
    before = re.fullmatch(r"trước\s+((?:tháng|quý|quí|năm)\s.+)", phrase, re.IGNORECASE)
    following = _read_span(before[1]) if before else None
    if following and following[1]:
        return DeadlineKind.DAY, None, following[1] - timedelta(days=1)
    return None


def _in_order(span: Span) -> Span:
    _, starts_on, due_on = span
    if starts_on and due_on < starts_on:
        raise ValueError(f"{due_on} đứng trước {starts_on}")
    return span


def _day(day: str, month: str, year: str) -> Span:
    return DeadlineKind.DAY, None, date(int(year), int(month), int(day))


def _iso_day(year: str, month: str, day: str) -> Span:
    return _day(day, month, year)


def _day_before(day: str, month: str, year: str) -> Span:
    return DeadlineKind.DAY, None, date(int(year), int(month), int(day)) - timedelta(days=1)


def _days(*groups: str) -> Span:
    return DeadlineKind.RANGE, _day(*groups[:3])[2], _day(*groups[3:])[2]


def _days_of_year(first_day: str, first_month: str, *last: str) -> Span:
    return _days(first_day, first_month, last[2], *last)


def _month(month: str, year: str) -> Span:
    return DeadlineKind.MONTH, date(int(year), int(month), 1), _month_end(int(year), int(month))


def _months(first: str, first_year: str | None, last: str, last_year: str) -> Span:
    return (
        DeadlineKind.RANGE,
        date(int(first_year or last_year), int(first), 1),
        _month_end(int(last_year), int(last)),
    )


def _quarter(quarter: str, year: str) -> Span:
    last_month = _QUARTERS[quarter.lower()] * 3
    return DeadlineKind.QUARTER, date(int(year), last_month - 2, 1), _month_end(int(year), last_month)


def _quarters(first: str, first_year: str | None, last: str, last_year: str) -> Span:
    return DeadlineKind.RANGE, _quarter(first, first_year or last_year)[1], _quarter(last, last_year)[2]


def _quarters_of_year(first: str, last: str, year: str) -> Span:
    return _quarters(first, year, last, year)


def _two_quarters(first: str, last: str, year: str) -> Span:
    """ "Quý I, II/2026" is one stretch of time, "Quý I, III/2026" is not."""
    if _QUARTERS[last.lower()] != _QUARTERS[first.lower()] + 1:
        raise ValueError("hai quý không liền nhau")
    return _quarters(first, year, last, year)


def _two_months(first: str, last: str, year: str) -> Span:
    if int(last) != int(first) + 1:
        raise ValueError("hai tháng không liền nhau")
    return _months(first, year, last, year)


def _half(which: str, year: str) -> Span:
    first = which.lower() == "đầu"
    return DeadlineKind.RANGE, date(int(year), 1 if first else 7, 1), _month_end(int(year), 6 if first else 12)


def _year(year: str) -> Span:
    return DeadlineKind.YEAR, date(int(year), 1, 1), date(int(year), 12, 31)


def _years(first: str, last: str) -> Span:
    return DeadlineKind.RANGE, date(int(first), 1, 1), date(int(last), 12, 31)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


_MONTH_OF_YEAR = r"(?:tháng\s*|t\.?)?(\d{1,2})\s*(?:[/.-]|\s+năm\s+)\s*(\d{4})"
_NUMBER_OF_QUARTER = r"(iv|i{1,3}|[1-4])"
_QUARTER = rf"(?:qu[ýí]|q\.?)\s*{_NUMBER_OF_QUARTER}"
_AND = r"\s*(?:,|\bvà\b)\s*"
_TO = r"\s*(?:đến|tới|-|–)\s*"
_FORMS: tuple[tuple[str, Callable[..., Span]], ...] = (
    (rf"trước\s+(?:ngày\s+)?{_DAY}", _day_before),
    (rf"(?:ngày\s+)?{_DAY}", _day),
    (r"(\d{4})-(\d{2})-(\d{2})", _iso_day),
    (rf"(?:từ\s+)?(?:ngày\s+)?{_DAY}{_TO}(?:hết\s+)?(?:ngày\s+)?{_DAY}", _days),
    (rf"(?:từ\s+)?(?:ngày\s+)?(\d{{1,2}})\s*[/.-]\s*(\d{{1,2}}){_TO}(?:hết\s+)?(?:ngày\s+)?{_DAY}", _days_of_year),
    (_MONTH_OF_YEAR, _month),
    (rf"tháng\s*(\d{{1,2}}){_AND}(?:tháng\s*)?(\d{{1,2}})\s*(?:[/.-]|năm)\s*(\d{{4}})", _two_months),
    (
        rf"(?:từ\s+)?(?:tháng\s+)?(\d{{1,2}})(?:\s*[/.-]\s*(\d{{4}}))?{_TO}(?:hết\s+)?(?:tháng\s+)?(\d{{1,2}})"
        r"\s*(?:[/.-]|năm)\s*(\d{4})",
        _months,
    ),
    (rf"{_QUARTER}\s*[/.,–-]?\s*{_YEAR}", _quarter),
    (rf"(?:từ\s+)?{_QUARTER}(?:\s*[/.,–-]?\s*{_YEAR})?{_TO}(?:hết\s+)?{_QUARTER}\s*[/.,–-]?\s*{_YEAR}", _quarters),
    (rf"{_QUARTER}{_AND}(?:quý\s*)?{_NUMBER_OF_QUARTER}\s*[/.,–-]?\s*{_YEAR}", _two_quarters),
    (rf"{_QUARTER}{_TO}{_NUMBER_OF_QUARTER}\s*[/.,–-]?\s*{_YEAR}", _quarters_of_year),
    (_YEAR, _year),
    (rf"(?:trong\s+)?(?:giai đoạn(?:\s+từ)?|từ|các)?\s*{_YEAR}{_TO}(?:hết\s+)?{_YEAR}", _years),
    (rf"(?:(?:06|6|sáu)\s+tháng|nửa)\s+(đầu|cuối)\s+{_YEAR}", _half),
)
