from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assignments.models import User
from models_registry.models import Plan
from reports.calendar import VIETNAM
from reports.demo import DEMO_PASSWORD, DemoRefused, clear_demo, seed_demo
from reports.models import DemoData


class Command(BaseCommand):
    help = "Tạo người và báo cáo minh hoạ để xem thử cổng; --clear xóa hết những thứ đó."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--weeks", type=int, default=12, help="Số tuần có báo cáo; 0 là chỉ tạo người.")
        parser.add_argument("--today", type=date.fromisoformat, help="Ngày cuối của dữ liệu, ví dụ 2024-03-04.")
        parser.add_argument("--password", default="", help="Mật khẩu của các tài khoản minh hoạ.")
        parser.add_argument("--if-empty", action="store_true", help="Không tạo gì khi cổng đã có người dùng.")
        parser.add_argument("--clear", action="store_true", help="Xóa mọi dữ liệu minh hoạ.")
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
        self.stdout.write("Đã xóa dữ liệu minh hoạ." if cleared else "Cổng không có dữ liệu minh hoạ.")

    def _seed(self, options: dict[str, Any]) -> None:
        plan = Plan.objects.first()
        if plan is None:
            raise CommandError("Chưa có kế hoạch. Hãy chạy load_plan trước.")
        if settings.IS_PRODUCTION and not options["password"]:
            raise CommandError("Cổng thật phải có mật khẩu riêng cho tài khoản minh hoạ: thêm --password MẬT_KHẨU.")
        self.stderr.write(f"Tạo {options['weeks']} tuần dữ liệu minh hoạ…")
        today, now = options["today"], timezone.now()
        at = datetime.combine(today, time(8), VIETNAM) if today else now
        seed_demo(plan, weeks=options["weeks"], at=at, password=options["password"] or DEMO_PASSWORD)

    def _tell_accounts(self) -> None:
        people = list(User.objects.filter(is_demo=True).order_by("pk"))
        shared, officers = people[:3], people[3:]
        self.stdout.write("Tài khoản minh hoạ:")
        for user in (*shared, *officers[:3]):
            self.stdout.write(f"  {user.username:<28} {user.get_role_display()}: {user.full_name}")
        if officers[3:]:
            self.stdout.write(f"  … và {len(officers[3:])} cán bộ đơn vị khác (xem danh sách trong trang quản trị)")
        if people and people[0].check_password(DEMO_PASSWORD):
            self.stdout.write(f"  Mật khẩu chung: {DEMO_PASSWORD}")
