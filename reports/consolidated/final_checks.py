"""What is still missing when a report is about to be issued; nothing of it forbids issuing."""

from collections.abc import Iterator
from datetime import datetime

from assignments.models import Unit
from models_registry.models import Plan
from reports.domain.wording import vn_moment
from reports.letterheads.head import head_of
from reports.models import ConsolidatedLine, ConsolidatedReport


def warnings_before_final(report: ConsolidatedReport, *, at: datetime) -> list[str]:
    """One sentence for each thing; ``report`` should be read with its unit's letterhead."""
    period = report.period
    warnings = [*_of_letterhead(report.unit, period.plan), *_of_plan(period.plan), *_of_sections(report)]
    if period.due_at > at:
        warnings.append(f"Kỳ này đến {vn_moment(period.due_at)} mới hết hạn nộp; các đơn vị còn đang nộp báo cáo.")
    return warnings


def _of_letterhead(unit: Unit, plan: Plan) -> Iterator[str]:
    head = head_of(unit, plan)
    if getattr(unit, "letterhead", None) is None:
        signs = "; ".join(head.authority)
        yield f"Chưa ghi thể thức văn bản của {unit}: chưa có cơ quan chủ quản, chức vụ người ký đang ghi là “{signs}”."
    if not head.symbol or "…" in head.symbol:
        yield "Chưa có ký hiệu văn bản."
    if not head.place:
        yield "Chưa có địa danh trước ngày ký."


def _of_plan(plan: Plan) -> Iterator[str]:
    blank = ["số"] if not plan.number or plan.number.startswith("/") else []
    blank += [] if plan.issued_on else ["ngày ban hành"]
    if blank:
        told = f"Kế hoạch chưa ghi {' và '.join(blank)}, văn bản chừa trống chỗ đó."
        yield f"{told} Hãy nhờ người quản trị ghi vào kế hoạch."


def _of_sections(report: ConsolidatedReport) -> Iterator[str]:
    said = ConsolidatedLine.objects.kept().filter(section__report=report).exclude(text="").values("section")
    for section in report.sections.exclude(pk__in=said).order_by("position"):
        if section.is_written:
            yield f"Mục “{section.title}” chưa có nội dung, văn bản sẽ ghi “Không có.”"
