from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.periods.holidays import FIRST_YEAR, seed_holidays, withdraw_holidays


class Command(BaseCommand):
    help = (
        "Đưa ngày nghỉ, ngày làm bù của các năm vào lịch, bỏ ngày dự kiến nay không còn; "
        "ngày nhập, sửa hoặc xóa bằng tay thì giữ nguyên."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", nargs="*", type=int, help="Các năm; mặc định từ 2024 đến năm sau.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        years = options["years"] or range(FIRST_YEAR, timezone.localdate().year + 2)
        withdrawn, added = withdraw_holidays(years, at=now), seed_holidays(years, at=now)
        for sign, holidays in (("Bỏ ", withdrawn), ("", added)):
            for day in holidays:
                self.stdout.write(f"{sign}{day.date:%d/%m/%Y}  {day.get_kind_display():<10} {day.name}")
        if withdrawn:
            self.stdout.write(f"Đã thêm {len(added)} ngày, bỏ {len(withdrawn)} ngày.")
        else:
            self.stdout.write(f"Đã thêm {len(added)} ngày." if added else "Lịch đã đủ, không thêm ngày nào.")
