"""Moments, days and deadlines in the words of the screens."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from models_registry.deadline_wording import reading_in_words
from models_registry.deadline_wording import vn_date as vn_date
from models_registry.models import Deadline
from models_registry.text import write_number

from .calendar import VIETNAM, Rhythm

# Up to two months people count in days what is overdue.
COUNTED_DAYS = 60
COUNTED_IN_WEEKS = 14
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def weekday_name(iso_weekday: int) -> str:
    """ "thứ Ba" for 2."""
    return _WEEKDAYS[iso_weekday - 1]


def vn_weekday(day: date) -> str:
    """ "thứ Ba 05/03"."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m}"


def period_words(rhythm: str, starts_on: date, ends_on: date, name: str, day: date) -> str:
    """ "tuần 25/11 – 01/12", "tháng 11", "đột xuất: rà soát thiết bị": as the screens call a period, by its days; with
    the year where it is not that of ``day``.
    """
    if rhythm == Rhythm.SPECIAL:
        return f"đột xuất: {name}"
    year = "" if ends_on.year == day.year else f"/{ends_on.year}"
    if rhythm == Rhythm.MONTHLY:
        return f"tháng {ends_on.month}{year}"
    return f"tuần {starts_on:%d/%m} – {ends_on:%d/%m}{year}"


def period_title(rhythm: str, ends_on: date, name: str) -> str:
    """ "tuần 10/2024", "tháng 3/2024" or "đột xuất: rà soát thiết bị": as documents and letters call a period."""
    if rhythm == Rhythm.SPECIAL:
        return f"đột xuất: {name}"
    if rhythm == Rhythm.WEEKLY:
        year, week, _ = ends_on.isocalendar()
        return f"tuần {week}/{year}"
    return f"tháng {ends_on.month}/{ends_on.year}"


def full_weekday(day: date) -> str:
    """ "thứ Bảy 28/11/2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {vn_date(day)}"


def cut_at(text: str, letters: int) -> str:
    """ "Thiếu đầu đọc …": the beginning of a text to be named in a sentence, without its full stop; whole words."""
    line = " ".join(text.split()).rstrip(".")
    if len(line) <= letters:
        return line
    return line[: letters + 1].rsplit(" ", 1)[0].rstrip(",;") + " …"


def due_words(at: datetime) -> str:
    """ "thứ Ba 05/03"; with the time where it is not the end of the day: "thứ Sáu 08/03 17:00"."""
    local = at.astimezone(VIETNAM)
    end_of_day = (local.hour, local.minute) == (23, 59)
    return vn_weekday(local.date()) + ("" if end_of_day else f"{local: %H:%M}")


def clock(at: datetime) -> str:
    """ "09:41", in Vietnam whatever the zone of ``at``."""
    return f"{at.astimezone(VIETNAM):%H:%M}"


def vn_moment(at: datetime) -> str:
    """ "09:41 ngày 05/03/2024", in Vietnam whatever the zone of ``at``."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def short_moment(at: datetime) -> str:
    """ "09:41 05/03/2024", in Vietnam whatever the zone of ``at``: where room is scarce."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def time_left(days: int) -> str:
    """ "còn 2 ngày", "hôm nay", "quá hạn 3 ngày"."""
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá hạn {-days} ngày"


def age(days: int) -> str:
    """ "hôm nay", "5 ngày", "3 tuần": two weeks and more in weeks, as people say them."""
    if days == 0:
        return "hôm nay"
    return f"{days} ngày" if days < COUNTED_IN_WEEKS else f"{days // 7} tuần"


def percent(value: int | str | None) -> str:
    """ "60 %" as the screens write it; "" for None, and for the "" a template makes of what there is none of."""
    return "" if value in (None, "") else f"{value}\u00a0%"


def document_percent(value: int | Decimal | None) -> str:
    """ "60%", "66,7%" as documents write it; "" for None."""
    return "" if value is None else f"{write_number(Decimal(value))}%"


def overdue_by(days: int, due_on: date | None) -> str:
    """ "3 ngày"; of days too many to picture whole months and years: "7 tháng", "2 năm", "2 năm 1 tháng"."""
    if due_on is None or days <= COUNTED_DAYS:
        return f"{days} ngày"
    day = due_on + timedelta(days)
    months = 12 * (day.year - due_on.year) + day.month - due_on.month - (day.day < due_on.day)
    told = ((months // 12, "năm"), (months % 12, "tháng"))
    return " ".join(f"{number} {name}" for number, name in told if number)


def deadline_reading(deadline: Deadline) -> str:
    """How the portal understands the words of a deadline: "từ 01/01/2024 đến hết 31/03/2024, sau đó thường xuyên"."""
    return reading_in_words(deadline.reading, deadline.review_on)
