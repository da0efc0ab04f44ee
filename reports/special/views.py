"""Reports asked for on an occasion: the list, asking for one, and who has filed it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.models import Duty, DutyQuerySet, Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Initiative, Plan
from reports.domain.calendar import Rhythm, local_day
from reports.domain.states import FILED
from reports.domain.wording import vn_moment
from reports.lifecycle.errors import ReviewError
from reports.models import ReportingPeriod, UnitReport
from reports.web.decorators import needs_plan, plan_of

from .forms import SpecialForm
from .services import cancel_special_report, request_special_report

in_its_plan = plan_of(ReportingPeriod, "plan")

PERIODS_ON_PAGE = 30


@requires(Permission.REVIEW_REPORTS)
@require_safe
@needs_plan
def special_reports(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The special reports asked for, the latest first, each with how many have filed."""
    at = timezone.now()
    listed = _asked(request, plan, at).annotate(
        expected=Count("reports", filter=Q(reports__in=UnitReport.objects.expected())),
        filed=Count("reports", filter=Q(reports__state__in=FILED)),
    )
    page = Paginator(listed, PERIODS_ON_PAGE).get_page(request.GET.get("trang"))
    rows = [(period, at > period.due_at and period.filed < period.expected) for period in page]  # type: ignore[attr-defined]
    return render(request, "special/special_reports.html", {"page": page, "rows": rows})


@requires(Permission.REVIEW_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_plan
def special_new(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Ask for one: fill in, see who will be asked, send. Nothing is asked before ``xac-nhan``."""
    at = timezone.now()
    form = SpecialForm(request.POST or None, plan=plan, units=_owing(plan, at), at=at)
    if request.method != "POST" or "sua" in request.POST or not form.is_valid():
        status = 422 if form.errors and "sua" not in request.POST else 200
        return render(request, "special/special_new.html", {"form": form}, status=status)
    asked = _by_unit(_duties(plan, form.cleaned_data, at))
    idle = [unit.label for unit in form.cleaned_data["units"] if unit not in asked]
    if idle or not asked:
        form.add_error("units", _idle_words(idle))
        return render(request, "special/special_new.html", {"form": form}, status=422)
    if "xac-nhan" not in request.POST:
        return render(request, "special/special_preview.html", {"form": form, "asked": asked.items()})
    return _ask(request, plan, form, list(asked), at)


@requires(Permission.REVIEW_REPORTS)
@require_safe
@in_its_plan
def special_report(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """One special report: what was asked, who has filed."""
    at = timezone.now()
    found = get_object_or_404(_asked(request, plan, at), pk=pk)
    reports = list(found.reports.expected().select_related("unit", "submitted_by").order_by("unit__sort_key"))
    for report in reports:
        report.period = found
    context = {
        "period": found,
        "initiatives": Initiative.objects.filter(duties__entries__report__period=found).distinct(),
        "filed": [report for report in reports if report.is_filed],
        "missing": [report for report in reports if not report.is_filed],
        "at": at,
    }
    return render(request, "special/special_report.html", context)


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def special_cancel(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Take back what was asked while nobody has filed."""
    at = timezone.now()
    found = get_object_or_404(_asked(request, plan, at), pk=pk)
    try:
        cancel_special_report(found, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return redirect("special_report", found.pk)
    messages.success(request, f"Đã hủy yêu cầu “{found.name}”. Các đơn vị không còn phải nộp báo cáo này.")
    return redirect("special_reports", plan.pk)


def _asked(request: PortalRequest, plan: Plan, at: datetime) -> QuerySet[ReportingPeriod]:
    reviewable = ReportingPeriod.objects.reviewable_by(request.user, local_day(at))
    special = reviewable.filter(plan=plan, rhythm=Rhythm.SPECIAL)
    return special.select_related("asked_by").order_by("-opened_at", "-pk")


def _owing(plan: Plan, at: datetime) -> QuerySet[Unit]:
    """Units that owe reports under the plan, and so can be asked."""
    return Unit.objects.filter(pk__in=Duty.objects.owed(plan, local_day(at)).values("unit"), files_reports=True)


def _duties(plan: Plan, chosen: dict[str, Any], at: datetime) -> DutyQuerySet:
    owed = Duty.objects.owed(plan, local_day(at)).filter(initiative__in=chosen["initiatives"], unit__files_reports=True)
    owed = owed.filter(unit__in=chosen["units"]) if chosen["units"] else owed
    return owed.select_related("unit", "initiative").order_by("unit__sort_key", "initiative__position")


def _by_unit(duties: DutyQuerySet) -> dict[Unit, list[Duty]]:
    asked: dict[Unit, list[Duty]] = {}
    for duty in duties:
        asked.setdefault(duty.unit, []).append(duty)
    return asked


def _idle_words(units: list[str]) -> str:
    if not units:
        return "Không đơn vị nào có nhiệm vụ ở mô hình đã chọn. Hãy chọn mô hình khác."
    return f"{', '.join(units)} không có nhiệm vụ ở mô hình đã chọn. Hãy bỏ đơn vị hoặc thêm mô hình."


def _ask(request: PortalRequest, plan: Plan, form: SpecialForm, units: list[Unit], at: datetime) -> HttpResponse:
    chosen = form.cleaned_data
    try:
        period = request_special_report(
            plan,
            title=chosen["title"],
            units=units,
            initiatives=chosen["initiatives"],
            due_at=chosen["due_at"],
            by=request.user,
            at=at,
        )
    except ReviewError as error:
        form.add_error(None, str(error))
        return render(request, "special/special_new.html", {"form": form}, status=422)
    messages.success(request, f"Đã yêu cầu {len(units)} đơn vị báo cáo trước {vn_moment(period.due_at)}.")
    return redirect("special_report", period.pk)
