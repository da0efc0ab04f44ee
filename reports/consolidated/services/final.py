"""Issuing a consolidated report: numbered, dated, frozen with what it was made from; corrected by a later version."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Prefetch

from assignments.models import User
from documents import OfficialDocument
from models_registry.text import clean, one_line
from reports.domain.calendar import local_day
from reports.letterheads.citations import plan_number, short_day
from reports.letterheads.head import head_of
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection, ConsolidatedSnapshot

from ..document_json import document_to_json
from ..drafting.document_builder import DocumentSection, build_document
from ..drafting.facts import read_facts
from ..errors import ConsolidatedError
from ..sheets import sheets_of, sheets_to_json
from .report_drafts import link_sources, lock_draft, save_with_history


@transaction.atomic
def finalize(
    report: ConsolidatedReport,
    *,
    number: int,
    signed_on: date,
    by: User,
    at: datetime,
    signer: str = "",
    authority: str = "",
    office: str = "",
    addressees: str | None = None,
) -> ConsolidatedReport:
    """Give the report its number and date, and keep for ever what it says and what it was made from.

    Raises AlreadyFinal, and ConsolidatedError for a number given before or out of order, or a day that cannot be.
    """
    report = lock_draft(report)
    _refuse_day(report, signed_on, local_day(at))
    _refuse_number(report, number, signed_on)
    report.number, report.number_year, report.signed_on = number, signed_on.year, signed_on
    report.signer, report.authority, report.office = one_line(signer), clean(authority).strip(), one_line(office)
    if addressees is not None:
        report.addressees = clean(addressees).strip()
    report.finalized_at, report.finalized_by = at, by
    report.state = ConsolidatedReport.State.FINAL
    facts = read_facts(report.period)
    ConsolidatedSnapshot.objects.create(
        report=report,
        document=document_to_json(document_of(report, at=at)),
        sheets=sheets_to_json(sheets_of(facts)),
    )
    save_with_history(report, by=by, at=at, why="Ban hành")
    return report


@transaction.atomic
def correct(report: ConsolidatedReport, *, by: User, at: datetime) -> ConsolidatedReport:
    """Begin a later version of a final report with what it says; the one begun before is returned.

    Raises ConsolidatedError for a draft or a version that another has replaced.
    """
    held = ConsolidatedReport.objects.select_for_update(of=("self",)).select_related("period__plan", "unit")
    report = held.get(pk=report.pk)
    if not report.is_final:
        raise ConsolidatedError("Báo cáo còn là dự thảo: hãy sửa thẳng vào dự thảo.")
    later = ConsolidatedReport.objects.filter(corrects=report).first()
    if later and later.is_final:
        raise ConsolidatedError(f"Báo cáo này đã được thay bằng {later}. Hãy đính chính bản đó.")
    return later or _copy(report, by=by, at=at)


def next_number(report: ConsolidatedReport, day: date) -> int:
    """The number after the last one the issuing unit has given in the year of ``day`` within the portal."""
    last = ConsolidatedReport.objects.numbered_in(report.unit, day.year).last()
    return (last.number or 0) + 1 if last else 1


def document_of(report: ConsolidatedReport, *, at: datetime) -> OfficialDocument:
    """The document made at ``at`` from the lines the report has now."""
    replaces = _citation_of(report.corrects) if report.corrects else ""
    return build_document(read_facts(report.period), report, document_sections(report), at=at, replaces=replaces)


def document_sections(report: ConsolidatedReport) -> list[DocumentSection]:
    """The sections with the lines that are in the report; two queries."""
    kept = ConsolidatedLine.objects.kept().exclude(text="").order_by("position", "pk")
    sections = report.sections.order_by("position").prefetch_related(Prefetch("lines", kept))
    return [(section, list(section.lines.all())) for section in sections]


def reference_of(report: ConsolidatedReport) -> str:
    """ "Báo cáo số 05/BC-CAH ngày 06/3/2024", under the symbol of that day; read lists ``with_symbol``."""
    kept = report.kept_symbol
    if kept is None and report.is_final:
        kept = ConsolidatedReport.objects.with_symbol().get(pk=report.pk).kept_symbol
    symbol = kept or head_of(report.unit, report.period.plan).symbol
    day = f" ngày {short_day(report.signed_on)}" if report.signed_on else ""
    return f"Báo cáo số {report.number or 0:02d}/{symbol}{day}"


def _citation_of(report: ConsolidatedReport) -> str:
    """The report as it is cited the first time: number, day, body, subject (B3)."""
    plan = report.period.plan
    subject = f"kết quả thực hiện Kế hoạch số {plan_number(plan)} {report.period.title}"
    return f"{reference_of(report)} của {report.unit} về {subject}"


# --- Number and day ---


def _refuse_day(report: ConsolidatedReport, day: date, today: date) -> None:
    if day > today:
        raise ConsolidatedError(f"Ngày {short_day(day)} chưa tới. Ngày ký không thể sau hôm nay.")
    if day < report.period.starts_on:
        raise ConsolidatedError(f"Ngày {short_day(day)} là trước khi kỳ báo cáo bắt đầu. Hãy kiểm tra lại ngày ký.")


def _refuse_number(report: ConsolidatedReport, number: int, day: date) -> None:
    """Numbers are given once and in order within the year (NĐ 30/2020): none before one of an earlier day."""
    if number < 1:
        raise ConsolidatedError("Số văn bản bắt đầu từ 1.")
    # Whoever numbers at the same moment waits here.
    type(report.unit).objects.select_for_update().get(pk=report.unit_id)
    given = list(ConsolidatedReport.objects.numbered_in(report.unit, day.year).select_related("period"))
    for other in given:
        if other.number == number:
            raise ConsolidatedError(f"Số {number:02d} năm {day.year} đã cấp cho {other}. Hãy dùng số khác.")
        if other.signed_on and (_number(other) < number) != (other.signed_on <= day) and other.signed_on != day:
            raise ConsolidatedError(
                f"Số {number:02d} ngày {short_day(day)} không theo thứ tự: số {_number(other):02d} đã cấp ngày "
                f"{short_day(other.signed_on)}. Hãy kiểm tra lại số và ngày."
            )


def _number(report: ConsolidatedReport) -> int:
    return report.number or 0


# --- A later version ---


def _copy(report: ConsolidatedReport, *, by: User, at: datetime) -> ConsolidatedReport:
    kept = _kept(report, "period", "unit", "addressees", "taken_at", "taken")
    copy = ConsolidatedReport(version=report.version + 1, corrects=report, drafted_at=at, drafted_by=by, **kept)
    save_with_history(copy, by=by, at=at, why=f"Lập bản thay thế {report}")
    for section in report.sections.order_by("position"):
        lines = list(section.lines.order_by("position", "pk").prefetch_related("entries", "obstacles"))
        kept = _kept(section, "position", "level", "kind", "title", "drafted_at")
        _copy_lines(ConsolidatedSection.objects.create(report=copy, **kept), lines, by=by, at=at)
    return copy


def _copy_lines(section: ConsolidatedSection, lines: Sequence[ConsolidatedLine], *, by: User, at: datetime) -> None:
    made = [
        ConsolidatedLine(section=section, **_kept(line, "position", "form", "text", "key", "is_edited", "removed_at"))
        for line in lines
    ]
    ConsolidatedLine.objects.bulk_create(made)
    ConsolidatedLine.history.bulk_history_create(made, default_user=by, default_date=at)
    link_sources(
        (new, {name: [source.pk for source in getattr(old, name).all()] for name in ("entries", "obstacles")})
        for new, old in zip(made, lines, strict=True)
    )


def _kept(row: Model, *names: str) -> dict[str, Any]:
    """What a copy of ``row`` takes over."""
    return {name: getattr(row, name) for name in names}
