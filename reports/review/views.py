"""The queue of reports, and accepting many of them at once."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.models import UnitReport, UnitReportQuerySet
from reports.web.decorators import needs_plan
from reports.web.posted_keys import chosen_keys

from .filters import ReviewFilter
from .queue import ACCEPTED_TOGETHER, WAITING, in_queue_part, queue_part, queue_rows, summary_of
from .services import Acceptance, accept_reports

REPORTS_ON_PAGE = 60


@requires(Permission.REVIEW_REPORTS)
@require_safe
@needs_plan
def review(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Reports by what is to be done with them (``?muc=cho-duyet``), those that have waited longest first."""
    at = timezone.now()
    found = filtered(request, plan, at)
    part = queue_part(request.GET.get("muc", ""))
    listed = in_queue_part(found.qs, part, at)
    page = Paginator(listed, REPORTS_ON_PAGE).get_page(request.GET.get("trang"))
    summary = summary_of(found.qs, at)
    context = {
        "filter": found,
        "part": part,
        "summary": summary,
        "counts": [(each, count) for each, count in summary.counts if count or each in (WAITING, part)],
        "is_accepting": part in ACCEPTED_TOGETHER,
        "page": page,
        "rows": queue_rows(cast("QuerySet[UnitReport]", page.object_list), at),
        "address": request.GET.urlencode(),
    }
    return render(request, "review/review.html", context)


@requires(Permission.REVIEW_REPORTS)
@require_POST
@needs_plan
def review_confirm(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Say how many reports are about to be accepted; with ``xac-nhan`` accept them."""
    at = timezone.now()
    chosen = chosen_keys(request, "bao-cao")
    reports = reviewable(request, plan).filter(pk__in=chosen).order_by("submitted_at", "pk")
    if not reports:
        messages.warning(request, "Chưa chọn báo cáo nào. Hãy đánh dấu ít nhất một báo cáo rồi bấm lại.")
        return redirect(queue_url(request, plan))
    if "xac-nhan" not in request.POST:
        found = list(reports.select_related("period", "unit"))
        context = {
            "own_units": set(request.user.units_on(local_day(at))),
            "ready": [report for report in found if report.state == ReportState.SUBMITTED],
            "left": [report for report in found if report.state != ReportState.SUBMITTED],
            "at": at,
            "back": queue_url(request, plan),
        }
        return render(request, "review/review_confirm.html", context)
    _tell(request, accept_reports(reports, by=request.user, at=at))
    return redirect(queue_url(request, plan))


def reviewable(request: PortalRequest, plan: Plan) -> UnitReportQuerySet:
    return UnitReport.objects.reviewable_by(request.user, timezone.localdate()).filter(period__plan=plan)


def filtered(request: PortalRequest, plan: Plan, at: datetime) -> ReviewFilter:
    return ReviewFilter(request.GET, queryset=reviewable(request, plan), plan=plan, at=at)


def queue_url(request: PortalRequest, plan: Plan) -> str:
    """The queue as one was looking at it."""
    address = request.GET.urlencode()
    return reverse("review", args=[plan.pk]) + (f"?{address}" if address else "")


def _tell(request: PortalRequest, outcome: Acceptance) -> None:
    if outcome.accepted:
        messages.success(request, f"Đã tiếp nhận {len(outcome.accepted)} báo cáo.")
    if outcome.left:
        units = ", ".join(report.unit.label for report in outcome.left)
        messages.warning(
            request,
            f"{len(outcome.left)} báo cáo không tiếp nhận được, vì chưa nộp, đang trả lại hoặc đã tiếp nhận: {units}.",
        )
