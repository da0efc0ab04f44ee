"""What the administrator decides on an import: whose names they are, write it, give it up, take it back.

Each answers to a second press and to a page of before with what has become of the import meanwhile.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from assignments.asking_first import CONFIRMED
from assignments.models import AnnexImport
from assignments.permissions import Permission, requires
from assignments.plan_problems import left_over_by, problem_lines
from assignments.requests import PortalRequest
from models_registry.models import Initiative

from .closing import close_initiative, keep_initiative
from .errors import ImportRefused
from .forms import HoldsFromForm, choice_forms
from .rows import preview_of
from .services import cancel_import, confirm_import
from .undo import undo_import, why_not_undoable
from .unit_choices import settle_units
from .views import NAMES_ON_PAGE, import_page

State = AnnexImport.State


@requires(Permission.MANAGE_REGISTRY)
@require_POST
def annex_import_units(request: PortalRequest, pk: int) -> HttpResponse:
    """Remember what the names on the page stand for, and have the file read anew."""
    found = _import(pk)
    if found.state != State.READY:
        return _moved_on(request, found)
    forms = choice_forms(request.POST, preview_of(found)["unknown_units"][:NAMES_ON_PAGE])
    valid = [form.is_valid() for form in forms]  # every form, so that all mistakes are shown at once
    if not all(valid):
        messages.error(request, "Chưa ghi nhớ được: hãy sửa các ô được đánh dấu rồi bấm lại.")
        return import_page(request, found, forms=forms, status=422)
    decisions = [form.decision for form in forms if form.decision]
    if not decisions:
        messages.warning(request, "Chưa chọn đơn vị nào để ghi nhớ.")
        return redirect("annex_import", pk)
    try:
        settle_units(found, decisions, by=request.user, at=timezone.now())
    except ImportRefused as error:
        for each in str(error).splitlines():
            messages.error(request, each)
        return import_page(request, _import(pk), forms=forms, status=409)
    messages.success(request, f"Đã ghi nhớ {len(decisions)} cách viết. Cổng đọc lại tệp theo đó.")
    return redirect("annex_import", pk)


@requires(Permission.MANAGE_REGISTRY)
@require_POST
def annex_import_confirm(request: PortalRequest, pk: int) -> HttpResponse:
    """Write what was shown, and nothing else: the page says which preview it was."""
    found = _import(pk)
    if found.state == State.READY and request.POST.get("digest") != preview_of(found)["digest"]:
        messages.warning(request, "Bản xem trước đã được đọc lại sau khi mở trang. Hãy xem lại rồi bấm nhập lần nữa.")
        return redirect("annex_import", pk)
    form = HoldsFromForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Ngày hiệu lực chưa đúng nên chưa nhập gì. Hãy chọn lại ngày rồi bấm Nhập.")
        return redirect("annex_import", pk)
    holds_from = form.cleaned_data["holds_from"]
    return _decide(
        request, found, lambda: confirm_import(found, by=request.user, at=timezone.now(), holds_from=holds_from)
    )


@requires(Permission.MANAGE_REGISTRY)
@require_POST
def annex_import_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    found = _import(pk)
    return _decide(request, found, lambda: cancel_import(found, by=request.user, at=timezone.now()))


@requires(Permission.MANAGE_REGISTRY)
@require_POST
def annex_import_undo(request: PortalRequest, pk: int) -> HttpResponse:
    """What taking it back would leave over is asked about first."""
    found, at = _import(pk), timezone.now()
    today = timezone.localdate(at)

    def undo() -> AnnexImport:
        return undo_import(found, by=request.user, at=at, today=today)

    if CONFIRMED not in request.POST and not why_not_undoable(found):
        problems = left_over_by(undo, found.plan, today)
        if problems:
            return import_page(request, found, undoing_leaves=problem_lines(problems), confirmed=CONFIRMED)
    return _decide(request, found, undo)


@requires(Permission.MANAGE_REGISTRY)
@require_POST
def annex_import_gone(request: PortalRequest, pk: int, initiative_pk: int) -> HttpResponse:
    """Close an initiative the file no longer lists ("ket-thuc"), or go on following it ("giu")."""
    found, at = _import(pk), timezone.now()
    proposed = {each["id"] for each in (found.preview or {}).get("gone", ())}
    settle = {"ket-thuc": close_initiative, "giu": keep_initiative}.get(request.POST.get("viec", ""))
    if initiative_pk not in proposed or not settle:
        raise Http404
    initiative = get_object_or_404(Initiative, pk=initiative_pk, plan=found.plan)
    try:
        settle(initiative, on=timezone.localdate(at), by=request.user, at=at)
    except ImportRefused as error:
        messages.warning(request, str(error))
    else:
        words = "Đã kết thúc theo dõi" if settle is close_initiative else "Vẫn theo dõi"
        messages.success(request, f"{words} mô hình {initiative.code}.")
    return redirect("annex_import", pk)


def _import(pk: int) -> AnnexImport:
    return get_object_or_404(AnnexImport.objects.select_related("plan"), pk=pk)


def _decide(request: PortalRequest, found: AnnexImport, decide: Callable[[], AnnexImport]) -> HttpResponse:
    try:
        decide()
    except ImportRefused as error:
        messages.warning(request, str(error))
    return redirect("annex_import", found.pk)


def _moved_on(request: PortalRequest, found: AnnexImport) -> HttpResponse:
    messages.warning(
        request,
        f"Lần nhập này đã chuyển sang bước khác ({found.get_state_display().lower()}) nên chưa ghi nhớ gì thêm.",
    )
    return redirect("annex_import", found.pk)
