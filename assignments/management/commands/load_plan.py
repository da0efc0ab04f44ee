from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from assignments.loading import PlanFilesInvalid, load_plan
from models_registry.models import Plan


class Command(BaseCommand):
    help = "Nạp kế hoạch trong fixtures/: đơn vị, cách viết, đơn vị tập hợp, kế hoạch và phụ lục; không nạp người."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Không làm gì khi cổng đã có kế hoạch.")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures", help="Thư mục chứa các tệp.")

    def handle(self, *args: Any, **options: Any) -> None:
        if Plan._meta.db_table not in connection.introspection.table_names():
            raise CommandError("Cơ sở dữ liệu chưa có bảng nào của cổng. Hãy chạy manage.py migrate trước.")
        if options["if_empty"] and Plan.objects.exists():
            return
        try:
            plan, imported = load_plan(options["folder"], at=timezone.now(), today=timezone.localdate())
        except (PlanFilesInvalid, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        for problem in imported.problems:
            self.stderr.write(f"Lưu ý: {problem.message}")
        self.stdout.write(f"Đã nạp {plan}: {plan.initiatives.count()} mô hình trong {plan.groups.count()} nhóm.")
