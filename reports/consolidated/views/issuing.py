"""Issuing a report under the letterhead of its unit, correcting one already issued, the history of who changed what."""

from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.letterheads.head import default_letterheads, head_of, save_letterhead
from reports.models import ConsolidatedLine, ConsolidatedReport, Letterhead

from ..changes_since_draft import changes_since_draft
from ..errors import AlreadyFinal, ConsolidatedError
from ..final_checks import warnings_before_final
from ..forms import FinalForm, LetterheadForm
from ..services.final import correct, finalize, next_number
from .pages import report_of

CHANGES_ON_PAGE = 60


class HistoryItem(NamedTuple):
    """One change of a report: ``row`` of its history, what was done, the text of a line before and after."""

    row: Any
    what: str
    old: str = ""
    new: str = ""


@requires(Permission.WRITE_CONSOLIDATED)
@require_http_methods(["GET", "HEAD", "POST"])
def consolidated_finalize(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask for number, day and who signs; issue the report with them."""
    report = report_of(request, pk)
    if report.is_final:
        return redirect(report)
    form = FinalForm(request.POST or None, report=report, initial=_initial(report))
    if request.method == "POST" and form.is_valid():
        try:
            finalize(report, **form.cleaned_data, by=request.user, at=timezone.now())
        except AlreadyFinal:  # the same button pressed twice
            return redirect(report)
        except ConsolidatedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã ban hành. Nội dung và số liệu của báo cáo từ nay không thay đổi.")
            return redirect(report)
    warnings = warnings_before_final(report, at=timezone.now())
    context = {"report": report, "form": form, "changes": changes_since_draft(report), "warnings": warnings}
    return render(request, "consolidated/finalize.html", context, status=422 if form.errors else 200)


@requires(Permission.WRITE_CONSOLIDATED)
@require_http_methods(["GET", "HEAD", "POST"])
def consolidated_letterhead(request: PortalRequest, pk: int) -> HttpResponse:
    """Show the letterhead of the unit that issues the report, or what is usual for it; keep it as arranged."""
    report = report_of(request, pk)
    if report.is_final:
        return redirect(report)
    kept = getattr(report.unit, "letterhead", None)
    initial = None if kept else _usual(report)
    form = LetterheadForm(request.POST or None, instance=kept or Letterhead(unit=report.unit), initial=initial)
    if request.method == "POST" and form.is_valid():
        save_letterhead(form.instance, by=request.user, at=timezone.now())
        messages.success(request, "Đã lưu thể thức văn bản. Báo cáo đã ban hành giữ thể thức của nó.")
        return redirect("consolidated_finalize", report.pk)
    context = {"report": report, "form": form}
    return render(request, "consolidated/letterhead.html", context, status=422 if form.errors else 200)


def _usual(report: ConsolidatedReport) -> dict[str, Any]:
    """What the file of letterheads says of the unit, or what is usual for its kind."""
    own = next((one for one in default_letterheads() if one.unit_id == report.unit_id), None)
    if own:
        return model_to_dict(own, fields=LetterheadForm.Meta.fields)
    head = head_of(report.unit, report.period.plan)
    symbol = "" if "…" in head.symbol else head.symbol
    return {"parent": head.parent, "issuer": "\n".join(head.issuer), "symbol": symbol, "place": head.place}


@requires(Permission.WRITE_CONSOLIDATED)
@require_POST
def consolidated_correct(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a version that replaces a final report."""
    report = report_of(request, pk)
    try:
        later = correct(report, by=request.user, at=timezone.now())
    except ConsolidatedError as error:
        messages.error(request, str(error))
        return redirect(report)
    return redirect(later)


@requires(Permission.WRITE_CONSOLIDATED)
@require_safe
def consolidated_history(request: PortalRequest, pk: int) -> HttpResponse:
    """Who changed what, the latest first."""
    report = report_of(request, pk)
    changes = sorted(
        [*_steps(report), *_line_changes(report)], key=lambda change: change.row.history_date, reverse=True
    )
    page = Paginator(changes, CHANGES_ON_PAGE).get_page(request.GET.get("trang"))
    return render(request, "consolidated/history.html", {"report": report, "page": page})


def _initial(report: ConsolidatedReport) -> dict[str, object]:
    today = timezone.localdate()
    head = head_of(report.unit, report.period.plan)
    return {
        "number": next_number(report, today),
        "signed_on": today,
        "addressees": report.addressees,
        "authority": "\n".join(head.authority),
        "office": head.office,
        "signer": head.signer,
    }


def _steps(report: ConsolidatedReport) -> list[HistoryItem]:
    rows = report.history.select_related("history_user")
    return [HistoryItem(row, row.history_change_reason or "Sửa thông tin chung") for row in rows]


def _line_changes(report: ConsolidatedReport) -> list[HistoryItem]:
    """What people did to lines; what the portal drafted is told by the steps."""
    rows = ConsolidatedLine.history.filter(section__report=report).select_related("history_user")
    of_line: dict[int, list] = {}
    for row in rows.order_by("id", "history_date", "history_id"):
        of_line.setdefault(row.id, []).append(row)
    found = []
    for kept in of_line.values():
        if not kept[0].key:
            found.append(HistoryItem(kept[0], "Thêm dòng"))
        found += [change for before, after in pairwise(kept) if (change := _change(before, after))]
    return found


def _change(before: ConsolidatedLine, after: ConsolidatedLine) -> HistoryItem | None:
    if (before.removed_at is None) != (after.removed_at is None):
        return HistoryItem(after, "Bỏ dòng" if after.removed_at else "Lấy lại dòng", new=after.text)
    if before.text != after.text:
        return HistoryItem(after, "Sửa dòng" if after.is_edited else "Soạn lại dòng", before.text, after.text)
    return None
