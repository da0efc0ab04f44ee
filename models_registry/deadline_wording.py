"""Days, and how the portal understands the words of a deadline, in words again."""

from datetime import date

from models_registry.deadlines import DeadlineKind, DeadlineReading
from models_registry.models import DEADLINE_KIND_LABELS


def vn_date(day: date) -> str:
    """ "05/03/2024"."""
    return f"{day:%d/%m/%Y}"


def reading_in_words(reading: DeadlineReading, review_on: date | None = None) -> str:
    """ "từ 01/01/2024 đến hết 31/03/2024, sau đó thường xuyên"."""
    if reading.kind is DeadlineKind.UNREAD:
        return "chưa đọc được; theo nguyên văn"
    if reading.kind is DeadlineKind.SCHEDULE:
        follows = f"phụ thuộc: {reading.depends_on or 'lộ trình của cơ quan khác'}"
        return f"{follows}; rà soát lại {vn_date(review_on)}" if review_on else follows
    if reading.due_on is None:
        return "thường xuyên" if reading.ongoing else DEADLINE_KIND_LABELS[reading.kind]
    begins = f"từ {vn_date(reading.starts_on)} " if reading.starts_on else ""
    goes_on = ", sau đó thường xuyên" if reading.ongoing else ""
    depends = f"; còn phụ thuộc: {reading.depends_on}" if reading.depends_on else ""
    return f"{begins}đến hết {vn_date(reading.due_on)}{goes_on}{depends}"
