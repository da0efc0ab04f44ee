"""Moments and days in the words of the screens."""

from datetime import date, datetime

from reports.calendar import VIETNAM

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def vn_date(day: date) -> str:
    """ "05/03/2024"."""
    return f"{day:%d/%m/%Y}"


def vn_weekday(day: date) -> str:
    """ "thứ Ba 05/03"."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m}"


def vn_moment(at: datetime) -> str:
    """ "09:41 ngày 05/03/2024", in Vietnam whatever the zone of ``at``."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def time_left(days: int) -> str:
    """ "còn 2 ngày", "hôm nay", "quá hạn 3 ngày"."""
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá hạn {-days} ngày"
