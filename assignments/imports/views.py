"""The annex from the upload to the plan, as the administrator sees it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from assignments.annex.export import export_annex
from assignments.annex.reading.packages import MAX_FILE
from assignments.middleware import look_at
from assignments.models import AnnexImport
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest, UploadRequest
from models_registry.models import Initiative, Plan

from .errors import ImportRefused
from .forms import AnnexUploadForm, UnitChoiceForm, choice_forms
from .rows import (
    LOOKS,
    change_rows,
    counts_in_words,
    import_row,
    listed,
    preview_of,
    problem_lines,
    progress_of,
    who_and_when,
    why_not_importable,
    with_counts,
)
from .services import upload_annex
from .undo import why_not_undoable
from .upload_limit import TOO_LARGE, takes_one_file

IMPORTS_ON_PAGE = 20
CHANGES_ON_PAGE = 50
# A form may hold a thousand fields; the names beyond these are shown once these are settled.
NAMES_ON_PAGE = 20
PROBLEMS_OPEN = 10
# What of the changes is shown, by its word in the address.
KINDS = {"thay-doi": "updated", "moi": "created", "giu-nguyen": "unchanged"}
_KIND_LABELS = {"thay-doi": "Thay đổi", "moi": "Mới", "giu-nguyen": "Giữ nguyên"}
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = AnnexImport.State
_WITH_PEOPLE = AnnexImport.objects.select_related("plan", "uploaded_by", "decided_by", "undone_by")


@requires(Permission.MANAGE_REGISTRY)
@takes_one_file
@require_http_methods(["GET", "HEAD", "POST"])
def annex_imports(request: UploadRequest) -> HttpResponse:
    """Where a file is handed in, and every import so far."""
    if request.method != "POST":
        return _list_page(request, _upload_form(request))
    files = request.FILES
    refusal = request.upload_refusal  # known once the files have been received
    form = _upload_form(request, request.POST, {} if refusal else files, refusal=refusal)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        found = upload_annex(form.cleaned_data["plan"], form.cleaned_data["file"], by=request.user, at=timezone.now())
    except ImportRefused as error:
        form.add_error("file", str(error))
        return _list_page(request, form, status=422)
    return redirect("annex_import", found.pk)


def _upload_form(request: PortalRequest, *data: Any, refusal: str = "") -> AnnexUploadForm:
    return AnnexUploadForm(*data, refusal=refusal, initial={"plan": request.plan.pk if request.plan else None})


def _list_page(request: PortalRequest, form: AnnexUploadForm, *, status: int = 200) -> HttpResponse:
    imports = with_counts(AnnexImport.objects.all())
    page = Paginator(imports, IMPORTS_ON_PAGE).get_page(request.GET.get("trang"))
    page.object_list = [import_row(each) for each in page.object_list]
    context = {"form": form, "page": page, "limit": MAX_FILE, "too_large": TOO_LARGE}
    return render(request, "imports/imports.html", context, status=status)


@requires(Permission.MANAGE_REGISTRY)
@require_safe
@never_cache
def annex_import(request: PortalRequest, pk: int) -> HttpResponse:
    """One import as it stands: under way, waiting for a decision, or what came of it."""
    return import_page(request, get_object_or_404(_WITH_PEOPLE, pk=pk))


def import_page(
    request: PortalRequest,
    found: AnnexImport,
    *,
    forms: list[UnitChoiceForm] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page of ``found``; ``forms`` are those the administrator has just filled in wrongly, ``more`` goes along."""
    look_at(request, found.plan)
    if found.state == State.READY:
        name, context = "preview", _ready_context(request, found, forms)
    else:
        name, context_of = _PAGES[found.state]
        context = context_of(found)
    context |= more | {"found": found, "uploaded": who_and_when(found.uploaded_by, found.uploaded_at)}
    return render(request, f"imports/{name}.html", context, status=status)


def _ready_context(request: PortalRequest, found: AnnexImport, forms: list[UnitChoiceForm] | None) -> dict[str, Any]:
    preview = preview_of(found)
    counts: Mapping[str, int] = preview["counts"]  # type: ignore[assignment]  # asked by names the address chooses
    if forms is None:
        forms = choice_forms(None, preview["unknown_units"][:NAMES_ON_PAGE])
    shown = _chosen_kind(request, counts)
    rows = change_rows(preview, KINDS[shown])
    warnings = problem_lines(preview, "warning")
    return {
        "preview": preview,
        "counts": preview["counts"],
        "listed": listed(preview["counts"]),
        "errors": problem_lines(preview, "error"),
        "doubts": len(warnings),
        "warnings": warnings[:PROBLEMS_OPEN],
        "more_warnings": warnings[PROBLEMS_OPEN:],
        "forms": forms,
        "names_later": len(preview["unknown_units"]) - len(forms),
        "all_units": forms[0].units if forms else None,
        "shown": shown,
        "tabs": [(word, label, counts[KINDS[word]]) for word, label in _KIND_LABELS.items()],
        "page": Paginator(rows, CHANGES_ON_PAGE).get_page(request.GET.get("trang")),
        "hindrance": why_not_importable(preview["counts"]),
        "holds_from": found.holds_from or timezone.localdate(),
    }


def _chosen_kind(request: PortalRequest, counts: Mapping[str, int]) -> str:
    """What the address asks for, else the first that has something."""
    asked = request.GET.get("xem", "")
    return asked if asked in KINDS else next((word for word, kind in KINDS.items() if counts[kind]), "moi")


def _progress_context(found: AnnexImport) -> dict[str, Any]:
    return {"progress": progress_of(found, timezone.now())}


def _done_context(found: AnnexImport) -> dict[str, Any]:
    preview = preview_of(found)
    gone = [each["id"] for each in preview["gone"]]
    return {
        "outcome": counts_in_words(preview["counts"]),
        "listed": listed(preview["counts"]),
        "decided": who_and_when(found.decided_by, found.finished_at),
        "gone": list(Initiative.objects.filter(pk__in=gone, plan=found.plan)),
        "why_not_undoable": why_not_undoable(found),
    }


def _ended_context(found: AnnexImport) -> dict[str, Any]:
    return {
        "outcome": LOOKS[found.state],
        "cancelled": who_and_when(found.decided_by, found.decided_at),
        "undone": who_and_when(found.undone_by, found.undone_at),
    }


_PAGES: dict[str, tuple[str, Callable[[AnnexImport], dict[str, Any]]]] = {
    State.WAITING: ("under_way", _progress_context),
    State.READING: ("under_way", _progress_context),
    State.WRITING: ("under_way", _progress_context),
    State.DONE: ("done", _done_context),
    State.REFUSED: ("ended", _ended_context),
    State.CANCELLED: ("ended", _ended_context),
    State.UNDONE: ("ended", _ended_context),
}


@requires(Permission.MANAGE_REGISTRY)
@require_safe
@never_cache
def annex_import_progress(request: PortalRequest, pk: int) -> HttpResponse:
    """What the page of an import under way asks for every second; once it is over, the page is drawn anew."""
    found = get_object_or_404(AnnexImport.objects.without_contents(), pk=pk)
    if not found.is_under_way:
        return HttpResponseClientRefresh()
    return render(request, "imports/_progress.html", _progress_context(found))


@requires(Permission.MANAGE_REGISTRY)
@require_safe
def annex_import_file(request: PortalRequest, pk: int) -> FileResponse | HttpResponse:
    """The file as it was handed in, to be saved and never to be shown by the browser."""
    found = get_object_or_404(AnnexImport.objects.without_contents(), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        messages.error(request, "Không còn tệp gốc trên máy chủ. Hãy báo người trông máy chủ khôi phục từ bản sao lưu.")
        return redirect("annex_import", pk)
    return FileResponse(file, as_attachment=True, filename=found.file_name, content_type="application/octet-stream")


@requires(Permission.VIEW_PLAN)
@require_safe
def annex_export(request: PortalRequest, plan_pk: int) -> HttpResponse:
    """The annex of the plan, as an Excel file that can be handed in again."""
    plan = get_object_or_404(Plan, pk=plan_pk)
    name = f"Phụ lục {plan.number or plan.short_name}.xlsx".replace("/", "-")
    answer = HttpResponse(export_annex(plan, today=timezone.localdate()), content_type=_WORKBOOK)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
