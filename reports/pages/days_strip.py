"""The seven days up to a due day, as the home page draws them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from reports.domain.wording import vn_weekday

DAYS = 7
_SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


class StripDay(NamedTuple):
    """``look``: the class of look.css, "" for a day still to come."""

    weekday: str
    number: str
    look: str
    is_today: bool


class DaysStrip(NamedTuple):
    """``words``: the whole of it for who does not see it."""

    words: str
    days: Sequence[StripDay]


def days_strip(due_on: date, today: date) -> DaysStrip | None:
    """None where ``today`` is not among the seven days."""
    first = due_on - timedelta(days=DAYS - 1)
    if not first <= today <= due_on:
        return None
    days = [first + timedelta(days=number) for number in range(DAYS)]
    words = f"Từ {vn_weekday(first)} đến hạn {vn_weekday(due_on)}; hôm nay {vn_weekday(today)}"
    return DaysStrip(
        words, [StripDay(_SHORT[day.weekday()], f"{day:%d}", _look(day, due_on, today), day == today) for day in days]
    )


def _look(day: date, due_on: date, today: date) -> str:
    if day == due_on:
        return "end"
    return "now" if day == today else "past" if day < today else ""
