from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from assignments.models import User
from models_registry.models import Plan
from models_registry.text import write_number
from reports.demo import DEMO_PASSWORD, SCALE_WEEKS, SCALES, DemoRefused, Scale, clear_demo, seed_demo, seed_scale
from reports.domain.calendar import VIETNAM
from reports.models import DemoData

_DISTRICT, _DISTRICT_WEEKS = "district", 12


class Command(BaseCommand):
    help = "Tạo người và báo cáo minh họa để xem thử cổng; --clear xóa hết những thứ đó."

    def add_arguments(self, parser: ArgumentParser) -> None:
        weeks = f"Số tuần có báo cáo; 0 là chỉ tạo người. Mặc định {_DISTRICT_WEEKS}, cỡ lớn {SCALE_WEEKS}."
        parser.add_argument("--weeks", type=_weeks, help=weeks)
        scale = "district: kế hoạch đã nạp; province, nation: kế hoạch và đơn vị minh họa cỡ một tỉnh, cả nước."
        parser.add_argument("--scale", choices=(_DISTRICT, *SCALES), default=_DISTRICT, help=scale)
        parser.add_argument("--today", type=_day, help="Ngày cuối của dữ liệu, ví dụ 2024-03-04.")
        parser.add_argument("--password", default="", help="Mật khẩu của các tài khoản minh họa.")
        parser.add_argument("--if-empty", action="store_true", help="Không tạo gì khi cổng đã có người dùng.")
        parser.add_argument("--clear", action="store_true", help="Xóa mọi dữ liệu minh họa.")
        parser.add_argument("--force", action="store_true", help="Với --clear: xóa cả báo cáo do người thật nộp.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["clear"]:
                self._clear(force=options["force"])
            elif not (options["if_empty"] and User.objects.exists()):
                self._seed(options)
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        if DemoData.objects.exists():
            self._tell_accounts()

    def _clear(self, *, force: bool) -> None:
        cleared = clear_demo(force=force)
        self.stdout.write("Đã xóa dữ liệu minh họa." if cleared else "Cổng không có dữ liệu minh họa.")

    def _seed(self, options: dict[str, Any]) -> None:
        if settings.IS_PRODUCTION and not options["password"]:
            raise CommandError("Cổng thật phải có mật khẩu riêng cho tài khoản minh họa: thêm --password MẬT_KHẨU.")
        today, now = options["today"], timezone.now()
        at = datetime.combine(today, time(8), VIETNAM) if today else now
        password, weeks = options["password"] or DEMO_PASSWORD, options["weeks"]
        if options["scale"] == _DISTRICT:
            self._seed_district(_DISTRICT_WEEKS if weeks is None else weeks, at, password)
        else:
            self._seed_scale(SCALES[options["scale"]], SCALE_WEEKS if weeks is None else weeks, at, password)

    def _seed_district(self, weeks: int, at: datetime, password: str) -> None:
        plan = Plan.objects.first()
        if plan is None:
            raise CommandError("Chưa có kế hoạch. Hãy chạy load_plan trước.")
        self.stderr.write(f"Tạo {weeks} tuần dữ liệu minh họa…")
        seed_demo(plan, weeks=weeks, at=at, password=password)

    def _seed_scale(self, scale: Scale, weeks: int, at: datetime, password: str) -> None:
        """Past a million lines SQLite is no longer the portal's database."""
        lines, size = (write_number(Decimal(one)) for one in (scale.entries(weeks), scale.megabytes(weeks)))
        if scale.plans > 1 and connection.vendor == "sqlite":
            raise CommandError(
                f"Dữ liệu cỡ {scale.title} có {lines} dòng tiến độ, cần PostgreSQL. "
                "Hãy đặt DATABASE_URL, hoặc dùng --scale province."
            )
        self.stderr.write(
            f"Tạo dữ liệu minh họa cỡ {scale.title}: {scale.units} đơn vị × {scale.initiatives} mô hình × {weeks} tuần "
            f"= {lines} dòng tiến độ, chừng {size} MB, {scale.minutes(weeks)} phút."
        )
        seed_scale(scale, weeks=weeks, at=at, password=password, tell=self.stderr.write)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the database plans its queries by the size it knows

    def _tell_accounts(self) -> None:
        people = list(User.objects.filter(is_demo=True).order_by("pk"))
        shared, officers = people[:3], people[3:]
        self.stdout.write("Tài khoản minh họa:")
        for user in (*shared, *officers[:3]):
            self.stdout.write(f"  {user.username:<28} {user.get_role_display()}: {user.full_name}")
        if officers[3:]:
            self.stdout.write(f"  … và {len(officers[3:])} cán bộ đơn vị khác (xem danh sách trong trang quản trị)")
        if people and people[0].check_password(DEMO_PASSWORD):
            self.stdout.write(f"  Mật khẩu chung: {DEMO_PASSWORD}")


def _weeks(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"số tuần là số nguyên từ 0 trở lên, không phải “{text}”.")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"ngày viết như 2024-03-04, không phải “{text}”.") from error
