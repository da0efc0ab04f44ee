import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assignments.annex.importer import ImportOutcome
from assignments.annex.problems import Level, Problem
from assignments.imports.errors import ImportRefused
from assignments.imports.steps import import_file
from assignments.management.plans import plan_numbered

_LEVELS = {Level.ERROR: "LỖI", Level.WARNING: "Lưu ý"}


class Command(BaseCommand):
    help = "Nhập phụ lục (.xlsx hoặc .docx) vào một kế hoạch. Có lỗi thì không ghi gì và trả mã 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Tệp phụ lục.")
        parser.add_argument("--plan", default="", help="Số, ký hiệu của kế hoạch; bỏ trống khi cổng chỉ có một.")
        parser.add_argument("--dry-run", action="store_true", help="Chỉ xem trước, không ghi.")
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = _import(options["file"], options["plan"], dry_run=options["dry_run"])
        except (CommandError, ImportRefused) as error:
            if not options["json"]:
                raise CommandError(str(error)) from error
            found = ImportOutcome([Problem(Level.ERROR, "not_begun", str(error))])  # a script reads one answer
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) if options["json"] else _words(found))
        if found.has_errors:
            raise SystemExit(1)


def _import(path: Path, number: str, *, dry_run: bool) -> ImportOutcome:
    """Raises CommandError or ImportRefused where there is nothing to read, nothing to write into, or no room."""
    if not path.is_file():
        raise CommandError(f"Không có tệp {path}.")
    plan = plan_numbered(number)
    return import_file(path, plan, at=timezone.now(), today=timezone.localdate(), dry_run=dry_run)


def _words(found: ImportOutcome) -> str:
    lines = [f"{_LEVELS[problem.level]} ({problem.place or 'cả tệp'}): {problem.message}" for problem in found.problems]
    if found.changes:
        counts = found.as_json()
        lines.append(
            f"Mô hình: {counts['created']} mới, {counts['updated']} thay đổi, {counts['unchanged']} giữ nguyên, "
            f"{len(found.changes.gone)} không còn trong tệp."
        )
    return "\n".join(lines)
