"""Periods of reporting, as arithmetic on dates alone (KH III.6: "thứ 3 hàng tuần và trước ngày 15 hàng tháng").

Weekly: due on Tuesday, covers Wednesday to Tuesday, written by the ISO week of its Tuesday ("2024-W10").
Monthly: "trước ngày 15", due at the end of the 14th, covers the 15th to the 14th, written by the month of its
14th ("2024-03"); the same cut as NĐ 09/2019 uses for monthly figures.
"""

import enum
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKLY_DUE_ISO_WEEKDAY = 2
# From here on, waiting for a review or a correction is long.
LONG_WAIT_DAYS = 3
# "Trước ngày 15" read strictly: the 14th is the last day. An office that accepts the 15th changes this one line.
MONTHLY_DUE_DAY = 14
# When what is done once a night may begin.
NIGHT = time(2, 30)

# Years near the ends of the calendar have no period beside them to go on to.
_CODE = re.compile(r"(?P<year>[12]\d{3})-(?:W(?P<week>\d{2})|(?P<month>\d{2}))", re.ASCII)


class Rhythm(enum.StrEnum):
    """``SPECIAL`` is no rhythm but an occasion ("báo cáo đột xuất"): its days are those it was asked for."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SPECIAL = "special"


# The rhythms that come round by themselves; only these have spans.
REGULAR = (Rhythm.WEEKLY, Rhythm.MONTHLY)


class Span(NamedTuple):
    """The days a period covers, both included; the last one is the due day."""

    rhythm: Rhythm
    starts_on: date
    ends_on: date

    @property
    def code(self) -> str:
        if self.rhythm is Rhythm.WEEKLY:
            year, week, _ = self.ends_on.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.ends_on:%Y-%m}"

    @property
    def due_at(self) -> datetime:
        return end_of_day(self.ends_on)

    @property
    def next(self) -> "Span":
        return span_of(self.rhythm, self.ends_on + timedelta(days=1))

    @property
    def previous(self) -> "Span":
        return span_of(self.rhythm, self.starts_on - timedelta(days=1))


def end_of_day(day: date) -> datetime:
    """The last moment of ``day`` in Vietnam; a report filed at that very moment is on time."""
    return datetime.combine(day, time.max, tzinfo=VIETNAM)


def local_day(at: datetime) -> date:
    """The calendar day in Vietnam at the moment ``at`` (aware)."""
    return at.astimezone(VIETNAM).date()


def last_night(at: datetime) -> datetime:
    """The last moment until ``at`` at which a night's work was due."""
    night = datetime.combine(local_day(at), NIGHT, VIETNAM)
    return night if night <= at else night - timedelta(days=1)


def waits_long_since(at: datetime) -> datetime:
    """What has waited since before that moment has waited for more than ``LONG_WAIT_DAYS`` days, whole ones."""
    return datetime.combine(local_day(at) - timedelta(days=LONG_WAIT_DAYS), time(), VIETNAM)


def span_of(rhythm: Rhythm, day: date) -> Span:
    """The period of ``rhythm`` that covers ``day``; raises ValueError for a special report, which has its own days."""
    if rhythm not in REGULAR:
        raise ValueError(f"{rhythm} does not come round")
    if rhythm is Rhythm.WEEKLY:
        ends_on = day + timedelta(days=(WEEKLY_DUE_ISO_WEEKDAY - day.isoweekday()) % 7)
        return Span(rhythm, ends_on - timedelta(days=6), ends_on)
    ends_on = day.replace(day=MONTHLY_DUE_DAY)
    if day > ends_on:
        ends_on = _next_month(ends_on)
    return Span(rhythm, _previous_month(ends_on) + timedelta(days=1), ends_on)


def spans_between(rhythm: Rhythm, first: date, last: date) -> Iterator[Span]:
    """Periods that cover any day from ``first`` to ``last``, in order."""
    span = span_of(rhythm, first)
    while span.starts_on <= last:
        yield span
        span = span.next


def span_from_code(code: str) -> Span:
    """Read "2024-W10" or "2024-03"; raises ValueError for anything else."""
    found = _CODE.fullmatch(code)
    if not found:
        raise ValueError(f"Kỳ báo cáo viết như 2024-W10 (tuần) hoặc 2024-03 (tháng), không phải “{code}”.")
    try:
        return _span(int(found["year"]), int(found["week"] or 0), int(found["month"] or 0))
    except ValueError as error:  # what the calendar has not got, told in its own English
        raise ValueError(f"Lịch không có kỳ “{code}”. Hãy xem lại năm, số tuần hoặc số tháng.") from error


def _span(year: int, week: int, month: int) -> Span:
    if week:
        return span_of(Rhythm.WEEKLY, date.fromisocalendar(year, week, WEEKLY_DUE_ISO_WEEKDAY))
    return span_of(Rhythm.MONTHLY, date(year, month, MONTHLY_DUE_DAY))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=day.day)


def _previous_month(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=day.day)
