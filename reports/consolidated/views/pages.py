"""The periods with their consolidated reports, and one report: drafted on its page, read once it is final."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.middleware import look_at
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from documents import OfficialDocument
from documents.pdf import can_make_pdf
from models_registry.models import Plan
from models_registry.text import one_line
from reports.domain.calendar import REGULAR
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedReportQuerySet, Obstacle, ReportingPeriod
from reports.web.decorators import needs_plan

from ..changes_since_draft import changes_since_draft
from ..document_json import document_from_json
from ..errors import ConsolidatedError
from ..rows import section_rows
from ..services.final import document_of, reference_of
from ..services.line_edits import LineConflict
from ..services.report_drafts import start_draft

PERIODS_ON_PAGE = 24
SOURCES_SHOWN = 200


@requires(Permission.VIEW_ROLLUP)
@require_safe
@needs_plan
def consolidated_reports(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The periods of the plan, the latest first, with the versions of their reports and the button that begins one."""
    may_write = request.user.may(Permission.WRITE_CONSOLIDATED, plan)
    visible = _visible(request).filter(period__plan=plan).with_symbol()
    periods = ReportingPeriod.objects.filter(plan=plan, rhythm__in=REGULAR).order_by("-ends_on", "rhythm")
    if not may_write:
        periods = periods.filter(pk__in=visible.values("period"))
    page = Paginator(periods, PERIODS_ON_PAGE).get_page(request.GET.get("trang"))
    of_period: dict[int, list[ConsolidatedReport]] = {}
    listed = visible.filter(period__in=list(page)).select_related("period__plan", "unit__letterhead", "drafted_by")
    for report in listed.defer("taken").order_by("-version"):
        of_period.setdefault(report.period_id, []).append(report)
    at = timezone.now()
    ended = (period.pk for period in page if period.due_at <= at and period.pk not in of_period)
    context = {
        "page": page,
        "next_pk": next(ended, None),
        "rows": [(period, [_told(one) for one in of_period.get(period.pk, [])]) for period in page],
        "may_write": may_write,
        "at": at,
    }
    return render(request, "consolidated/list.html", context)


@requires(Permission.WRITE_CONSOLIDATED)
@require_POST
@needs_plan
def consolidated_start(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Draft the report of the period named, or open the draft there is."""
    period = get_object_or_404(ReportingPeriod, plan=plan, code=one_line(request.POST.get("ky", ""))[:10])
    try:
        report = start_draft(period, by=request.user, at=timezone.now())
    except ConsolidatedError as error:
        messages.error(request, str(error))
        return redirect("consolidated_reports", plan.pk)
    return redirect(report)


@requires(Permission.VIEW_ROLLUP)
@never_cache
@require_safe
def consolidated_report(request: PortalRequest, pk: int) -> HttpResponse:
    """A draft to work on, or a final report to read."""
    report = report_of(request, pk)
    return final_page(request, report) if report.is_final else draft_page(request, report)


@requires(Permission.VIEW_ROLLUP)
@require_safe
def consolidated_preview(request: PortalRequest, pk: int) -> HttpResponse:
    """How the document reads, without its layout."""
    report = report_of(request, pk)
    return render(request, "consolidated/preview.html", {"report": report, "document": official_document(report)})


@requires(Permission.WRITE_CONSOLIDATED)
@require_http_methods(["GET", "HEAD"])
def consolidated_sources(request: PortalRequest, pk: int) -> HttpResponse:
    """What one line was drawn from; only the list where the page's script asks for it."""
    readable = ConsolidatedLine.objects.filter(section__report__in=_visible(request))
    line = get_object_or_404(readable.select_related("section__report__period"), pk=pk)
    entries = line.entries.select_related("report__period", "duty__unit", "duty__initiative")
    context = {
        "line": line,
        "report": line.section.report,
        "entries": entries.order_by("duty__unit__sort_key", "report__period__ends_on", "pk")[:SOURCES_SHOWN],
        "count": line.entries.count(),
        "obstacles": Obstacle.objects.filter(pk__in=line.obstacles.all()).as_of(line.section.report.period.due_at),
        "shown": SOURCES_SHOWN,
    }
    is_part = request.headers.get("X-Requested-With") == "fetch"
    template = "consolidated/_sources.html" if is_part else "consolidated/sources.html"
    return render(request, template, context)


# --- For the other views ---


def report_of(request: HttpRequest, pk: int) -> ConsolidatedReport:
    """Raises Http404 for a report one may not read; a draft is shown to those who may write it only."""
    related = _visible(request).select_related(
        "period__plan", "unit__letterhead", "drafted_by", "finalized_by", "corrects__unit"
    )
    found = get_object_or_404(related, pk=pk)
    look_at(request, found.period.plan)
    return found


def official_document(report: ConsolidatedReport) -> OfficialDocument:
    """A final report as it was issued, a draft as it is now."""
    return document_from_json(report.snapshot.document) if report.is_final else document_of(report, at=timezone.now())


def draft_page(
    request: HttpRequest,
    report: ConsolidatedReport,
    conflicts: Mapping[int, LineConflict] | None = None,
    typed: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A draft; ``typed`` stands in the fields of these names instead of what is kept."""
    typed = typed or {}
    context: dict[str, Any] = {
        "report": report,
        "rows": section_rows(report, conflicts or {}, typed),
        "addressees": typed.get("addressees", report.addressees),
        "changes": changes_since_draft(report),
        "forms": ConsolidatedLine.Form.choices,
        "can_make_pdf": can_make_pdf(),
        "corrected": reference_of(report.corrects) if report.corrects else "",
    }
    return render(request, "consolidated/draft.html", context, status=status)


def final_page(request: HttpRequest, report: ConsolidatedReport) -> HttpResponse:
    versions = _visible(request).filter(period=report.period_id)
    related = versions.with_symbol().select_related("period__plan", "unit__letterhead")
    told = [_told(one) for one in related.order_by("-version")]
    context = {
        "report": report,
        "reference": reference_of(report),
        "document": official_document(report),
        "versions": told,
        "later": next((one for one in versions if one.corrects_id == report.pk), None),
        "can_make_pdf": can_make_pdf(),
        "may_write": request.user.may(Permission.WRITE_CONSOLIDATED, report.period.plan),  # type: ignore[union-attr]
    }
    return render(request, "consolidated/final.html", context)


def _visible(request: HttpRequest) -> ConsolidatedReportQuerySet:
    return ConsolidatedReport.objects.visible_to(request.user, timezone.localdate())  # type: ignore[arg-type]


def _told(report: ConsolidatedReport) -> tuple[ConsolidatedReport, str]:
    return report, reference_of(report) if report.is_final else ""
