"""What the standing agency does with one report: accepts it, returns it, opens it again, leaves an entry out."""

import functools
from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.wording import vn_moment
from reports.lifecycle.errors import ReviewError
from reports.models import ProgressEntry, ProgressEntryQuerySet, UnitReport
from reports.periods.excuses import excuse_report, expect_report
from reports.web.decorators import plan_of

from .forms import ReopenForm
from .page import QueuePlace, page, queue_place, read_return_draft, report_under_review
from .returns import accept_as_filed, close_report, take_back_return
from .services import accept_reports, exclude_entry, include_entry, reopen_report, return_report
from .views import queue_url, reviewable

in_its_plan = plan_of(UnitReport, "period__plan")
entry_in_its_plan = plan_of(ProgressEntry, "report__period__plan")


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_accept(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Accept one report and go on to the next; what was typed for a return is not thrown away by a slip."""
    at = timezone.now()
    found = report_under_review(request, plan, pk)
    typed = read_return_draft(request.POST, found)
    if not typed.is_empty:
        messages.warning(request, "Đã ghi ý kiến trả lại. Hãy xóa ý kiến nếu muốn tiếp nhận, hoặc bấm “Trả lại”.")
        return page(request, plan, found, at, typed=typed, status=409)
    place = queue_place(request, plan, found, at)
    outcome = accept_reports([found], by=request.user, at=at)
    if outcome.left:
        messages.error(request, f"Báo cáo của {found.unit} chưa nộp, đang trả lại hoặc đã được tiếp nhận trước đó.")
        return redirect(report_url(request, pk))
    messages.success(request, f"Đã tiếp nhận {found.period.title_on(local_day(at))} của {found.unit}.")
    return _to_next(request, plan, place)


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_return(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Return a report with a reason, on the whole or on the entries and fields it concerns; go on to the next."""
    at = timezone.now()
    found = report_under_review(request, plan, pk)
    typed = read_return_draft(request.POST, found)
    place = queue_place(request, plan, found, at)
    try:
        return_report(found, reason=typed.whole_reason, remarks=typed.as_remarks(), by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return page(request, plan, report_under_review(request, plan, pk), at, typed=typed, status=422)
    messages.success(
        request, f"Đã trả lại {found.period.title_on(local_day(at))} của {found.unit}; đơn vị thấy lý do để sửa."
    )
    return _to_next(request, plan, place)


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_reopen(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Let a missed report be filed after all."""
    at = timezone.now()
    found = report_under_review(request, plan, pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa mở lại được: hãy sửa các ô được đánh dấu rồi bấm lại.")
        return page(request, plan, found, at, reopening=form, status=422)
    try:
        reopen_report(found, by=request.user, at=at, **form.cleaned_data)
    except ReviewError as error:
        messages.error(request, str(error))
        return page(request, plan, found, at, reopening=form, status=422)
    messages.success(request, f"Đã mở lại cho {found.unit}, nộp được đến {vn_moment(form.cleaned_data['until'])}.")
    return redirect(report_url(request, pk))


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_take_back(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Undo a return."""
    done = "Đã rút lại việc trả lại báo cáo của {}; báo cáo chờ tiếp nhận."
    return _decide(request, plan, pk, take_back_return, done)


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_accept_as_filed(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Receive a returned report without a correction."""
    return _decide(request, plan, pk, accept_as_filed, "Đã tiếp nhận báo cáo của {} như đã nộp.")


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_close(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Ask no more for the correction of a returned report, saying why."""
    close = functools.partial(close_report, reason=request.POST.get("ly-do", ""))
    return _decide(request, plan, pk, close, "Đã đóng báo cáo của {}; đơn vị không phải sửa nữa.")


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_excuse(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Let the unit owe nothing in the period, saying why."""
    excuse = functools.partial(excuse_report, reason=request.POST.get("ly-do", ""))
    return _decide(request, plan, pk, excuse, "Đã ghi {} không phải nộp báo cáo này.")


@requires(Permission.REVIEW_REPORTS)
@require_POST
@in_its_plan
def review_expect(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Let the unit owe an excused report again."""
    return _decide(request, plan, pk, expect_report, "{} lại phải nộp báo cáo này.")


@requires(Permission.REVIEW_REPORTS)
@require_POST
@entry_in_its_plan
def review_exclude(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Leave one entry out of the roll-up, saying why."""
    return _mark_entry(request, plan, pk, timezone.now(), reason=request.POST.get("ly-do", ""))


@requires(Permission.REVIEW_REPORTS)
@require_POST
@entry_in_its_plan
def review_include(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Take an entry back into the roll-up."""
    return _mark_entry(request, plan, pk, timezone.now(), reason=None)


def report_url(request: PortalRequest, pk: int, anchor: str = "") -> str:
    address = request.GET.urlencode()
    return f"{reverse('review_report', args=[pk])}{'?' if address else ''}{address}{anchor}"


def _decide(request: PortalRequest, plan: Plan, pk: int, decide: Callable[..., UnitReport], done: str) -> HttpResponse:
    """Do what one button of the page asks for, and show the page as it is then; a reason typed is not lost."""
    at = timezone.now()
    found = report_under_review(request, plan, pk)
    try:
        decide(found, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        found = report_under_review(request, plan, pk)
        return page(request, plan, found, at, reason=request.POST.get("ly-do", ""), status=422)
    messages.success(request, done.format(found.unit))
    return redirect(report_url(request, pk))


def _mark_entry(request: PortalRequest, plan: Plan, pk: int, at: datetime, *, reason: str | None) -> HttpResponse:
    entry = get_object_or_404(_entries_under_review(request, plan).select_related("report__unit", "duty"), pk=pk)
    try:
        if reason is None:
            entry = include_entry(entry, by=request.user, at=at)
        else:
            entry = exclude_entry(entry, reason=reason, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        found = report_under_review(request, plan, entry.report_id)
        return page(request, plan, found, at, leaving_out=(pk, reason or ""), status=422)
    done = "Đã đưa lại vào" if reason is None else "Đã để ngoài"
    messages.success(request, f"{done} tổng hợp: mô hình {entry.duty.initiative.code}.")
    return redirect(report_url(request, entry.report_id, f"#muc-{pk}"))


def _entries_under_review(request: PortalRequest, plan: Plan) -> ProgressEntryQuerySet:
    return ProgressEntry.objects.filter(report__in=reviewable(request, plan))


def _to_next(request: PortalRequest, plan: Plan, place: QueuePlace) -> HttpResponseRedirect:
    """The report after it; after the last one, the queue."""
    next_pk = place.after or place.before
    return redirect(report_url(request, next_pk) if next_pk else queue_url(request, plan))
