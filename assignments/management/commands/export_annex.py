from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assignments.annex.export import export_annex
from assignments.management.output_files import write_file
from assignments.management.plans import plan_numbered


class Command(BaseCommand):
    help = "Xuất phụ lục của một kế hoạch ra tệp Excel (.xlsx); nhập lại tệp đó thì không có gì thay đổi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", default="", help="Số, ký hiệu của kế hoạch; bỏ trống khi cổng chỉ có một.")
        parser.add_argument("--output", type=Path, required=True, help="Tệp .xlsx sẽ ghi.")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = plan_numbered(options["plan"])
        write_file(options["output"], export_annex(plan, today=timezone.localdate()))
        self.stdout.write(f"Đã ghi phụ lục của {plan} vào {options['output']}.")
