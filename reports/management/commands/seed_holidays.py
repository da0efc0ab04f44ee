from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.services.holidays import FIRST_YEAR, seed_holidays


class Command(BaseCommand):
    help = "Thêm ngày nghỉ, ngày làm bù của các năm vào lịch; ngày đã sửa hoặc xóa bằng tay thì giữ nguyên."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", nargs="*", type=int, help="Các năm; mặc định từ 2024 đến năm sau.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        added = seed_holidays(options["years"] or range(FIRST_YEAR, timezone.localdate().year + 2), at=now)
        for holiday in added:
            self.stdout.write(f"{holiday.date:%d/%m/%Y}  {holiday.get_kind_display():<10} {holiday.name}")
        self.stdout.write(f"Đã thêm {len(added)} ngày." if added else "Lịch đã đủ, không thêm ngày nào.")
