"""The report as Word, PDF and Excel, and the tables of any period."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from documents import MEDIA_TYPE as WORD
from documents import pdf, word_file, workbook
from documents.tables import Sheet
from models_registry.models import Plan
from reports.evidence.names import safe_name
from reports.models import ReportingPeriod
from reports.web.decorators import needs_plan

from ..drafting.facts import read_facts
from ..sheets import sheets_from_json, sheets_of
from .pages import official_document, report_of


@requires(Permission.VIEW_ROLLUP)
@require_safe
def consolidated_document(request: PortalRequest, pk: int) -> HttpResponse:
    """The Word file; a draft is marked as one."""
    report = report_of(request, pk)
    return _sent(word_file(official_document(report)), report.file_name, ".docx", WORD)


@requires(Permission.VIEW_ROLLUP)
@require_safe
def consolidated_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    """The Word file as PDF, where the machine can make one."""
    report = report_of(request, pk)
    if not pdf.can_make_pdf():
        raise Http404
    try:
        made = pdf.pdf_of(word_file(official_document(report)))
    except pdf.PdfFailed as error:
        messages.error(request, str(error))
        return redirect(report)
    return _sent(made, report.file_name, ".pdf", pdf.MEDIA_TYPE)


@requires(Permission.VIEW_ROLLUP)
@require_safe
def consolidated_workbook(request: PortalRequest, pk: int) -> HttpResponse:
    """The tables a report was made from: as they were kept with a final one, else as they are."""
    report = report_of(request, pk)
    sheets = sheets_from_json(report.snapshot.sheets) if report.is_final else sheets_of(read_facts(report.period))
    return _workbook(sheets, report.period, f"Số liệu {report.file_name}")


@requires(Permission.VIEW_ROLLUP)
@require_safe
@needs_plan
def rollup_workbook(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The tables of a period (``?ky=2024-W10``), the latest week where the address names none."""
    periods = ReportingPeriod.objects.filter(plan=plan).select_related("plan")
    code = request.GET.get("ky", "")[:10]
    if code:
        period = get_object_or_404(periods, code=code)
    else:
        period = periods.filter(rhythm="weekly").order_by("-ends_on").first() or _no_period()
    return _workbook(sheets_of(read_facts(period)), period, f"Số liệu {period.title}")


def _no_period() -> ReportingPeriod:
    raise Http404


def _workbook(sheets: list[Sheet], period: ReportingPeriod, title: str) -> HttpResponse:
    made = workbook.workbook_of(sheets, title=title, issuer=str(period.plan))
    return _sent(made, title, ".xlsx", workbook.MEDIA_TYPE)


def _sent(content: bytes, name: str, ending: str, media_type: str) -> HttpResponse:
    name = safe_name(name.replace("/", "-"), ending)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
