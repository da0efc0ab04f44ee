"""The page on which a unit fills in and files its report."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.calendar import local_day
from reports.forms import ProgressEntryForm
from reports.models import UnitReport, UnitReportQuerySet
from reports.presenters import entry_row, report_row
from reports.services.drafts import save_draft
from reports.services.errors import FilingError, Unready
from reports.services.filing import submit_nothing, submit_report
from reports.wording import vn_moment

_SHOWN_WITH_IT = ("period", "unit", "submitted_by")


@requires(Permission.VIEW_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PortalRequest, pk: int) -> HttpResponse:
    """Show the report; on POST save it as a draft and, with the button "Nộp báo cáo", file it.

    Once filed or locked it is for reading; to others than its unit, a draft is not shown at all.
    """
    at = timezone.now()
    found = _readable_report(request, pk, at)
    is_own = _own_reports(request, at).filter(pk=pk).exists()
    if request.method != "POST" and not (is_own and found.is_fileable(at)):
        return _reading_page(request, found, at)
    if not is_own:
        raise Http404
    forms = _forms(found, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, found, forms, at)
    valid = [form.is_valid() for form in forms]  # every form, so that all mistakes are shown at once
    if not all(valid):
        messages.error(request, "Chưa lưu được: hãy sửa các ô được đánh dấu rồi bấm lại.")
        return _page(request, found, forms, at, status=422)
    try:
        _save_and_file(request, found, forms, at)
    except Unready as error:
        messages.warning(request, str(error))
        return _page(request, found, _forms(_report_of(request, pk, at), None), at, missing=error, status=422)
    except FilingError as error:
        messages.error(request, str(error))
        # What was typed stays on the page: somebody else may have filed in the meantime.
        return _page(request, found, forms, at, status=409)
    return redirect(found)


@requires(Permission.FILE_REPORT)
@require_POST
def nothing_to_report(request: PortalRequest, pk: int) -> HttpResponse:
    """File "không phát sinh"."""
    at = timezone.now()
    found = _report_of(request, pk, at)
    try:
        submit_nothing(found, by=request.user, at=at)
    except FilingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Đã nộp “không phát sinh” lúc {vn_moment(at)}.")
    return redirect(found)


def _own_reports(request: PortalRequest, at: datetime) -> UnitReportQuerySet:
    return UnitReport.objects.fileable_by(request.user, local_day(at))


def _report_of(request: PortalRequest, pk: int, at: datetime) -> UnitReport:
    return get_object_or_404(_own_reports(request, at).select_related(*_SHOWN_WITH_IT), pk=pk)


def _readable_report(request: PortalRequest, pk: int, at: datetime) -> UnitReport:
    readable = UnitReport.objects.visible_to(request.user, local_day(at))
    return get_object_or_404(readable.select_related(*_SHOWN_WITH_IT), pk=pk)


def _reading_page(request: PortalRequest, found: UnitReport, at: datetime) -> HttpResponse:
    is_filed = found.is_standing
    entries = found.entries.select_related("duty__initiative", "duty__unit", "report__period")
    lines = [(entry.duty, entry_row(entry)) for entry in entries] if is_filed else []
    return render(request, "reports/filed.html", {"report": found, "row": report_row(found, at), "lines": lines})


def _forms(found: UnitReport, data: QueryDict | None) -> list[ProgressEntryForm]:
    entries = found.entries.select_related("duty__initiative", "duty__current")
    return [
        ProgressEntryForm(data, instance=entry, prefix=f"mh-{entry.pk}", previous=getattr(entry.duty, "current", None))
        for entry in entries
    ]


def _save_and_file(request: PortalRequest, found: UnitReport, forms: list[ProgressEntryForm], at: datetime) -> None:
    save_draft(found, [form.save(commit=False) for form in forms], by=request.user, at=at)
    if "submit" not in request.POST:
        messages.success(request, f"Đã lưu nháp lúc {vn_moment(at)}.")
        return
    submit_report(found, by=request.user, at=at)
    messages.success(request, f"Đã nộp báo cáo lúc {vn_moment(at)}.")


def _page(
    request: PortalRequest,
    found: UnitReport,
    forms: list[ProgressEntryForm],
    at: datetime,
    *,
    missing: Unready | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": found,
        "row": report_row(found, at),
        "forms": forms,
        "missing": missing.entries if missing else [],
    }
    return render(request, "reports/report.html", context, status=status)
