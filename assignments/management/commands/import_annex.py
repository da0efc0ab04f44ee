import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assignments.annex.problems import Level
from assignments.annex.writer import ImportOutcome, import_annex
from models_registry.models import Plan

_LEVELS = {Level.ERROR: "LỖI", Level.WARNING: "Lưu ý"}


class Command(BaseCommand):
    help = "Nhập phụ lục (.xlsx) vào một kế hoạch. Có lỗi thì không ghi gì và trả mã 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Tệp phụ lục.")
        parser.add_argument("--plan", default="", help="Số, ký hiệu của kế hoạch; bỏ trống khi cổng chỉ có một.")
        parser.add_argument("--dry-run", action="store_true", help="Chỉ xem trước, không ghi.")
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"Không có tệp {options['file']}.")
        found = import_annex(
            options["file"],
            _plan(options["plan"]),
            at=timezone.now(),
            today=timezone.localdate(),
            dry_run=options["dry_run"],
        )
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) if options["json"] else _words(found))
        if found.has_errors:
            raise SystemExit(1)


def _plan(number: str) -> Plan:
    plans = list(Plan.objects.filter(number=number) if number else Plan.objects.all())
    if len(plans) == 1:
        return plans[0]
    if number:
        raise CommandError(f"Không có kế hoạch số “{number}”.")
    known = ", ".join(plan.number for plan in plans)
    raise CommandError(
        f"Cổng có nhiều kế hoạch, hãy chọn bằng --plan: {known}." if known else "Cổng chưa có kế hoạch nào."
    )


def _words(found: ImportOutcome) -> str:
    lines = [f"{_LEVELS[problem.level]} ({problem.place or 'cả tệp'}): {problem.message}" for problem in found.problems]
    if found.changes:
        counts = found.as_json()
        lines.append(
            f"Mô hình: {counts['created']} mới, {counts['updated']} thay đổi, {counts['unchanged']} giữ nguyên, "
            f"{len(found.changes.gone)} không còn trong tệp."
        )
    return "\n".join(lines)
