"""Moments, days and deadlines in the words of the screens."""

from datetime import date, datetime

from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline
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


def greeting(at: datetime) -> str:
    """ "Chào buổi sáng" and so on, by the hour in Vietnam."""
    hour = at.astimezone(VIETNAM).hour
    if hour < 11:
        return "Chào buổi sáng"
    if hour < 13:
        return "Chào buổi trưa"
    return "Chào buổi chiều" if hour < 18 else "Chào buổi tối"


def deadline_reading(deadline: Deadline) -> str:
    """How the portal understands the words of a deadline: "từ 01/01/2024 đến hết 31/03/2024, sau đó thường xuyên"."""
    if deadline.kind == DeadlineKind.UNREAD:
        return "chưa đọc được; theo nguyên văn"
    if deadline.kind == DeadlineKind.SCHEDULE:
        follows = f"phụ thuộc: {deadline.depends_on or 'lộ trình của cơ quan khác'}"
        return f"{follows}; rà soát lại {vn_date(deadline.review_on)}" if deadline.review_on else follows
    if deadline.due_on is None:
        return "thường xuyên" if deadline.ongoing else deadline.get_kind_display()
    begins = f"từ {vn_date(deadline.starts_on)} " if deadline.starts_on else ""
    goes_on = ", sau đó thường xuyên" if deadline.ongoing else ""
    depends = f"; còn phụ thuộc: {deadline.depends_on}" if deadline.depends_on else ""
    return f"{begins}đến hết {vn_date(deadline.due_on)}{goes_on}{depends}"
