import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assignments.management.plans import plan_numbered
from assignments.plan_problems import PlanProblem, problem_lines, problems_of
from models_registry.models import Plan


class Command(BaseCommand):
    help = "Kể những gì kế hoạch chưa đóng còn thiếu: chủ trì, cơ quan thường trực, người nộp … Còn thiếu thì trả mã 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--plan", default="", help="Số, ký hiệu của kế hoạch; bỏ trống để xem mọi kế hoạch chưa đóng."
        )
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        number = options["plan"]
        plans = [plan_numbered(number)] if number else list(Plan.objects.not_closed(today))
        found = {plan: problems for plan in plans if (problems := problems_of(plan, today))}
        if options["json"]:
            told = [problem.as_json() for problems in found.values() for problem in problems]
            self.stdout.write(json.dumps({"problems": told}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found, says_plan=len(plans) > 1)) or "Không thiếu gì.")
        if found:
            raise SystemExit(1)


def _lines(found: Mapping[Plan, list[PlanProblem]], *, says_plan: bool) -> Iterator[str]:
    for plan, problems in found.items():
        if says_plan:
            yield str(plan)
        yield from (line.message for line in problem_lines(problems))
