"""The consolidated report of a period, or its tables, as a file: for a scheduled copy or for who has no browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assignments.management.output_files import write_file
from documents import OfficialDocument, word_file
from documents.workbook import workbook_of
from models_registry.models import Plan
from reports.consolidated.document_json import document_from_json
from reports.consolidated.drafting.document_builder import build_document
from reports.consolidated.drafting.facts import Facts, read_facts
from reports.consolidated.drafting.sections import draft
from reports.consolidated.services.final import document_of
from reports.consolidated.services.outline_edits import outline_of
from reports.consolidated.sheets import sheets_from_json, sheets_of
from reports.domain.calendar import span_from_code
from reports.models import ConsolidatedReport, ReportingPeriod


class Command(BaseCommand):
    help = "Xuất báo cáo gửi cấp trên của một kỳ (2024-W10, 2024-03) ra Word, hoặc các bảng số liệu ra Excel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", metavar="KỲ", help="2024-W10 (tuần) hoặc 2024-03 (tháng).")
        parser.add_argument("--format", choices=("docx", "xlsx"), required=True, help="docx: báo cáo; xlsx: bảng.")
        parser.add_argument("--output", type=Path, required=True, help="Tệp ghi ra.")
        parser.add_argument("--plan", default="", help="Số của kế hoạch; mặc định là kế hoạch mới nhất.")

    def handle(self, *args: Any, **options: Any) -> None:
        period = _period(options["period"], options["plan"])
        content, what = _word(period) if options["format"] == "docx" else _tables(period)
        write_file(options["output"], content)
        self.stdout.write(f"Đã ghi {options['output']}: {what}.")


def _period(code: str, number: str) -> ReportingPeriod:
    plans = Plan.objects.filter(number=number) if number else Plan.objects.all()
    plan = plans.first()
    if plan is None:
        raise CommandError(f"Không có kế hoạch số “{number}”." if number else "Cổng chưa có kế hoạch nào.")
    try:
        span_from_code(code)
    except ValueError as error:
        raise CommandError(str(error)) from error
    period = ReportingPeriod.objects.filter(plan=plan, code=code).select_related("plan").first()
    if period is None:
        raise CommandError(f"Kỳ {code} của kế hoạch {plan.number_display} chưa mở.")
    return period


def _latest(period: ReportingPeriod) -> ConsolidatedReport | None:
    """The final report of the period in its last version, else the draft there is."""
    reports = ConsolidatedReport.objects.filter(period=period).select_related("period__plan", "unit", "corrects__unit")
    return reports.final().order_by("-version").first() or reports.drafts().first()


def _word(period: ReportingPeriod) -> tuple[bytes, str]:
    report = _latest(period)
    if report is None:
        return word_file(_drafted(read_facts(period))), "dự thảo soạn từ số liệu hiện có"
    if report.is_final:
        return word_file(document_from_json(report.snapshot.document)), f"{report}, đã ban hành"
    return word_file(document_of(report, at=timezone.now())), f"{report}, đang là dự thảo"


def _drafted(facts: Facts) -> OfficialDocument:
    """The report as the portal would draft it now, without keeping it."""
    at = timezone.now()
    active = [section for section in outline_of(facts.plan, at=at) if section.is_active]
    unsaved = ConsolidatedReport(period=facts.period, addressees=facts.plan.issuer)
    return build_document(facts, unsaved, [(section, draft(section.kind, facts)) for section in active], at=at)


def _tables(period: ReportingPeriod) -> tuple[bytes, str]:
    report = _latest(period)
    kept = report is not None and report.is_final
    sheets = sheets_from_json(report.snapshot.sheets) if kept else sheets_of(read_facts(period))  # type: ignore[union-attr]
    told = "số liệu lưu cùng báo cáo đã ban hành" if kept else "số liệu hiện có"
    return workbook_of(sheets, title=f"Số liệu {period.title}", issuer=str(period.plan)), told
