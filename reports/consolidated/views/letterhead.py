"""How the issuing unit heads and signs: asked for where its first report is issued."""

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.letterheads.defaults import default_letterheads, save_letterhead
from reports.letterheads.head import head_of
from reports.models import ConsolidatedReport, Letterhead

from ..forms import LetterheadForm
from .pages import report_of


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
