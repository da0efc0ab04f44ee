"""The outline by which reports are drafted, arranged on one plain page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.models import OutlineSection, SectionKind
from reports.web.decorators import needs_plan

from ..errors import ConsolidatedError
from ..services.outline_edits import outline_of, save_outline

MOST_SECTIONS = 60
_NEW = "moi"


@requires(Permission.WRITE_CONSOLIDATED)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_plan
def report_outline(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Show the outline; on POST save it as arranged: order by the numbers, rows ticked off are taken away."""
    at = timezone.now()
    outline = outline_of(plan, at=at)
    if request.method == "POST":
        rows = _posted(request, [one.pk for one in outline])
        try:
            save_outline(plan, rows, by=request.user, at=at)
        except ConsolidatedError as error:
            messages.error(request, str(error))
            return _page(request, rows, status=422)
        messages.success(request, "Đã lưu đề cương. Dự thảo soạn từ nay theo đề cương này; dự thảo đã có giữ nguyên.")
        return redirect("report_outline", plan.pk)
    return _page(request, outline)


def _posted(request: PortalRequest, keys: list[int]) -> list[OutlineSection]:
    found = []
    for name in [*(str(key) for key in keys), _NEW]:
        title = request.POST.get(f"tieu-de-{name}", "")
        if f"xoa-{name}" in request.POST or (name == _NEW and not title.strip()):
            continue
        row = OutlineSection(
            title=title,
            level=2 if request.POST.get(f"cap-{name}") == "2" else 1,
            kind=request.POST.get(f"noi-dung-{name}", ""),
            is_active=f"dung-{name}" in request.POST,
            pk=None if name == _NEW else int(name),
        )
        found.append((_place(request.POST.get(f"thu-tu-{name}", "")), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])][:MOST_SECTIONS]


def _place(text: str) -> int:
    """A row without a number comes last."""
    return int(text) if text.isdecimal() and len(text) < 6 else 10**6


def _page(request: PortalRequest, rows: list[OutlineSection], *, status: int = 200) -> HttpResponse:
    named = [(row.pk or _NEW, place, row) for place, row in enumerate(rows, start=1)]
    if all(row.pk for row in rows):
        named.append((_NEW, len(rows) + 1, OutlineSection(kind=SectionKind.FREE)))
    context = {"rows": named, "kinds": SectionKind.choices, "new": _NEW}
    return render(request, "consolidated/outline.html", context, status=status)
