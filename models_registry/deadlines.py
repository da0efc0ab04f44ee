"""Phrases of "thời gian hoàn thành", read into dates. Pure: no database, no clock.

What is not understood is kept as printed with the kind ``unread``; nothing is guessed in silence.
"""

import calendar
import enum
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models_registry.text import one_line


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
_DAY = r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})"
_YEAR = r"(?:năm\s*)?((?:19|20)\d{2})"
_LEAD_IN = re.compile(
    r"^(?:trong|đến|tới|hoàn thành|xong|chậm nhất|hết)\s+(?:trong\s+|ngày\s+|hết\s+|vào\s+)*", re.IGNORECASE
)
_ONGOING_TAIL = re.compile(
    r"[\s,;]*\b(?:và|,)?\s*(?:thực hiện\s+|duy trì\s+)?"
    r"(?:thường xuyên(?:,?\s*(?:liên tục|h[ằà]ng năm))?|các năm tiếp theo|những năm tiếp theo)$",
    re.IGNORECASE,
)
_SCHEDULE_TAIL = re.compile(r"[\s,;]*\b(?:và\s+)?(theo\s+(?:yêu cầu\s+)?(?:lộ trình|tiến độ)\b.*)$", re.IGNORECASE)
_SCHEDULE = re.compile(
    r"^theo\s+(?:yêu cầu\s+)?(?:lộ trình|tiến độ)(?:\s+(?:triển khai|chỉ đạo|thực hiện|chung))*(?:\s+của)?\s+(.+)$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"^(?:chậm nhất\s+)?(?:trong\s+)?(?:vòng\s+)?\d+\s+(?:ngày|tháng|tuần|năm)(?:\s+làm việc)?\s+"
    r"(?:kể từ(?:\s+ngày|\s+khi)?|sau khi|sau|từ ngày)\s+(.+)$",
    re.IGNORECASE,
)
_RECURRING = re.compile(r"h[ằà]ng\s+(?:tuần|tháng|quý|quí|năm)|định kỳ", re.IGNORECASE)
_SUBJECT = re.compile(r"^(.+?)\s+đối với\s+(.+)$", re.IGNORECASE)


def read_deadlines(text: str) -> list[DeadlineReading]:
    """Read a cell into its parts, one for each milestone; an empty cell has none."""
    return [_read_part(part) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """Split at ";" and line breaks only where each piece reads as a deadline of its own."""
    whole = one_line(text)
    if not whole:
        return []
    pieces = [piece for piece in (one_line(raw).strip("-+• ") for raw in re.split(r"[;\n]", text)) if piece.strip(". ")]
    if len(pieces) > 1 and all(_read_part(piece).kind is not DeadlineKind.UNREAD for piece in pieces):
        return pieces
    return [whole]


def _read_part(text: str) -> DeadlineReading:
    phrase = text.rstrip(". ;")
    with_subject = _SUBJECT.match(phrase)
    if with_subject:
        reading = _read_phrase(text, with_subject[1])
        if reading.kind is not DeadlineKind.UNREAD:
            return replace(reading, subject=with_subject[2])
    return _read_phrase(text, phrase)


def _read_phrase(text: str, phrase: str) -> DeadlineReading:
    for read in (_read_dated, _read_relative, _read_schedule, _read_standing):
        reading = read(text, phrase)
        if reading:
            return reading
    return DeadlineReading(text, DeadlineKind.UNREAD)


def _read_dated(text: str, phrase: str) -> DeadlineReading | None:
    """A date, alone or with "và thường xuyên", "và các năm tiếp theo", "và theo lộ trình …" after it."""
    ongoing = _ONGOING_TAIL.search(phrase)
    core = phrase[: ongoing.start()] if ongoing else phrase
    schedule = _SCHEDULE_TAIL.search(core)
    depends_on = ""
    if schedule and schedule.start() > 0:
        core, depends_on = core[: schedule.start()], _awaited(schedule[1])
    span = _read_span(_LEAD_IN.sub("", core.strip(" ,")))
    if span is None:
        return None
    kind, starts_on, due_on = span
    return DeadlineReading(text, kind, starts_on, due_on, bool(ongoing), depends_on)


def _read_relative(text: str, phrase: str) -> DeadlineReading | None:
    found = _RELATIVE.match(phrase)
    return DeadlineReading(text, DeadlineKind.RELATIVE, depends_on=found[1]) if found else None


def _read_schedule(text: str, phrase: str) -> DeadlineReading | None:
    """Another body's schedule: no date, so never overdue."""
    awaited = _awaited(phrase)
    return DeadlineReading(text, DeadlineKind.SCHEDULE, depends_on=awaited) if awaited else None


def _read_standing(text: str, phrase: str) -> DeadlineReading | None:
    standing = bool(re.match(r"^(?:thực hiện\s+|triển khai\s+)?(?:thường xuyên|liên tục)", phrase, re.IGNORECASE))
    if _RECURRING.search(phrase):
        return DeadlineReading(text, DeadlineKind.RECURRING, ongoing=True)
    return DeadlineReading(text, DeadlineKind.ONGOING, ongoing=True) if standing else None


def _awaited(phrase: str) -> str:
    """Whose schedule the phrase follows; "của Bộ GD&ĐT" behind a longer object names the body itself."""
    found = _SCHEDULE.match(phrase.strip(" ,"))
    return found[1].strip(" .") if found else ""


def _read_span(phrase: str) -> Span | None:
    for pattern, build in _FORMS:
        found = re.fullmatch(pattern, phrase.strip(), re.IGNORECASE)
        if found:
            try:
                return _in_order(build(*found.groups()))
            except ValueError:
                return None
    return None


def _in_order(span: Span) -> Span:
    _, starts_on, due_on = span
    if starts_on and due_on < starts_on:
        raise ValueError(f"{due_on} đứng trước {starts_on}")
    return span


def _day(day: str, month: str, year: str) -> Span:
    return DeadlineKind.DAY, None, date(int(year), int(month), int(day))


def _day_before(day: str, month: str, year: str) -> Span:
    return DeadlineKind.DAY, None, date(int(year), int(month), int(day)) - timedelta(days=1)


def _days(*groups: str) -> Span:
    return DeadlineKind.RANGE, _day(*groups[:3])[2], _day(*groups[3:])[2]


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


def _year(year: str) -> Span:
    return DeadlineKind.YEAR, date(int(year), 1, 1), date(int(year), 12, 31)


def _years(first: str, last: str) -> Span:
    return DeadlineKind.RANGE, date(int(first), 1, 1), date(int(last), 12, 31)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


_MONTH_OF_YEAR = r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.-]|\s+năm\s+)\s*(\d{4})"
_FORMS: tuple[tuple[str, Callable[..., Span]], ...] = (
    (rf"trước\s+(?:ngày\s+)?{_DAY}", _day_before),
    (rf"(?:ngày\s+)?{_DAY}", _day),
    (rf"từ\s+(?:ngày\s+)?{_DAY}\s*(?:đến|-|–)\s*(?:ngày\s+)?{_DAY}", _days),
    (_MONTH_OF_YEAR, _month),
    (
        r"từ\s+(?:tháng\s+)?(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?\s*(?:đến|-|–)\s*(?:tháng\s+)?(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})",
        _months,
    ),
    (rf"qu[ýí]\s*(i{{1,3}}|iv|[1-4])\s*[/.,–-]?\s*{_YEAR}", _quarter),
    (_YEAR, _year),
    (rf"(?:giai đoạn|từ)?\s*{_YEAR}\s*(?:-|–|đến)\s*{_YEAR}", _years),
)
