import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.reminders.tick import tick

# Beyond these a week added to the day runs out of the calendar.
_YEARS = range(2000, 2101)


class Command(BaseCommand):
    help = "Làm những việc đến hạn tại một thời điểm và in kết quả dạng JSON; chạy lại không làm thêm gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", help="Thời điểm theo giờ Việt Nam, ví dụ 2024-03-05T08:00.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(tick(at=_moment(options["at"])), ensure_ascii=False))


def _moment(text: str) -> datetime:
    """In Vietnam unless ``text`` says where; raises CommandError for what is no moment, or none of this calendar."""
    text = text.strip()
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    # "2024-W10" would be read as a Monday, and is a period to everybody else.
    if at is None or "W" in text or at.year not in _YEARS:
        raise CommandError(f"Không đọc được thời điểm “{text}”. Hãy viết như 2024-03-05T08:00.")
    return at if timezone.is_aware(at) else timezone.make_aware(at)
