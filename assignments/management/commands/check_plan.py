import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assignments.management.plans import plan_numbered
from assignments.plan_problems import problem_lines, problems_of
from models_registry.models import Plan


class Command(BaseCommand):
    help = "Kể những gì kế hoạch đang chạy còn thiếu: chủ trì, cơ quan thường trực, người nộp … Còn thiếu thì trả mã 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--plan", default="", help="Số, ký hiệu của kế hoạch; bỏ trống để xem mọi kế hoạch đang chạy."
        )
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        number = options["plan"]
        plans = [plan_numbered(number)] if number else Plan.objects.running(today)
        problems = [problem for plan in plans for problem in problems_of(plan, today)]
        if options["json"]:
            found = {"problems": [problem.as_json() for problem in problems]}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(line.message for line in problem_lines(problems)) or "Không thiếu gì.")
        if problems:
            raise SystemExit(1)
