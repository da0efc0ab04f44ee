"""The table of days off: filled from the package ``holidays``, completed by other announcements, kept by hand."""

import re
from collections.abc import Iterable
from datetime import date, datetime

import holidays
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from models_registry.history import set_history_author
from reports.domain.calendar import local_day
from reports.domain.workdays import WorkCalendar
from reports.models import Holiday

FIRST_YEAR = 2024
_ANY_PACKAGE = "thư viện holidays"
_PACKAGE = f"{_ANY_PACKAGE} {holidays.__version__}"
_WITHDRAWN = "thư viện không còn ghi ngày này"
_ANNOUNCED = "thông báo hoán đổi ngày làm việc"
_MADE_UP_ON = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")
_OFF, _MAKE_UP = Holiday.Kind.OFF, Holiday.Kind.MAKE_UP
# Swaps the package does not know (docs: DOMAIN §6); a date it learns later is simply there already.
_SWAPS = (
    (date(2024, 5, 4), _MAKE_UP, "Làm bù cho ngày 29/04/2024"),
    (date(2025, 4, 26), _MAKE_UP, "Làm bù cho ngày 02/05/2025"),
    (date(2026, 1, 2), _OFF, "Nghỉ Tết Dương lịch (hoán đổi)"),
    (date(2026, 1, 10), _MAKE_UP, "Làm bù cho ngày 02/01/2026"),
    (date(2026, 8, 22), _MAKE_UP, "Làm bù cho ngày 31/08/2026"),
    (date(2026, 8, 31), _OFF, "Nghỉ Quốc khánh (hoán đổi)"),
)


@transaction.atomic
def seed_holidays(years: Iterable[int], *, at: datetime) -> list[Holiday]:
    """Add the days of ``years`` that were never in the table; returns them.

    What somebody changed, moved or took away by hand stays so: its date is in the history.
    """
    wanted = {day.date: day for year in years for day in _days_of(year)}
    known = set(Holiday.objects.filter(date__in=wanted).values_list("date", flat=True))
    history = Holiday.history.filter(date__in=wanted).order_by("history_id")
    last_word = dict(history.values_list("date", "history_change_reason"))
    touched = {day for day, reason in last_word.items() if reason != _WITHDRAWN}
    new = [day for when, day in sorted(wanted.items()) if when not in known | touched]
    return list(bulk_create_with_history(new, Holiday, default_date=at))


@transaction.atomic
def withdraw_holidays(years: Iterable[int], *, at: datetime) -> list[Holiday]:
    """Take away the days to come that the package once expected and no longer does; returns them.

    A day entered or changed by hand, or from a file, is not the package's any more.
    """
    years = set(years)
    wanted = {day.date for year in years for day in _days_of(year)}
    expected = Holiday.objects.filter(date__year__in=years, source__startswith=_ANY_PACKAGE, date__gt=local_day(at))
    withdrawn = list(expected.exclude(date__in=wanted).order_by("date"))
    for day in withdrawn:
        set_history_author(day, by=None, at=at)
        day._change_reason = _WITHDRAWN  # type: ignore[attr-defined]  # as set_history_author
        day.delete()
    return withdrawn


def working_calendar(at: datetime) -> WorkCalendar:
    """The calendar as the table has it; a year nobody has entered yet is filled in first."""
    calendar = Holiday.objects.calendar()
    known = {day.year for day in (*calendar.days_off, *calendar.make_up_days)}
    missing = set(range(FIRST_YEAR, local_day(at).year + 2)) - known
    return Holiday.objects.calendar() if missing and seed_holidays(missing, at=at) else calendar


def _days_of(year: int) -> list[Holiday]:
    """Days off by the law and by announcement, and the Saturdays they are made up on."""
    found = holidays.country_holidays("VN", years=year, language="vi")
    days = [Holiday(date=day, kind=_OFF, name=name, source=_PACKAGE) for day, name in sorted(found.items())]
    swaps = [Holiday(date=day, kind=kind, name=name, source=_ANNOUNCED) for day, kind, name in _SWAPS]
    return [*(swap for swap in swaps if swap.date.year == year), *_made_up(days), *days]


def _made_up(days: list[Holiday]) -> list[Holiday]:
    """The working Saturday that the name of a day off speaks of."""
    made_up = []
    for off in days:
        if found := _MADE_UP_ON.search(off.name):
            day = date(*(int(part) for part in reversed(found.groups())))
            name = f"Làm bù cho ngày {off.date:%d/%m/%Y}"
            made_up.append(Holiday(date=day, kind=_MAKE_UP, name=name, source=_PACKAGE))
    return made_up
