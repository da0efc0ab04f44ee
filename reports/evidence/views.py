"""Evidence as pages see it: attached, removed, downloaded, shown small; only by who may see its report."""

from pathlib import Path

import structlog
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.filing.access import ReportAccess, filing_access
from reports.filing.forms import prefix_of
from reports.lifecycle.errors import FilingError
from reports.models import Evidence, ProgressEntry

from . import storage
from .content import NotAccepted
from .services import attach_evidence, remove_evidence

log = structlog.get_logger(__name__)

# A file of somebody's is never a page of the portal's: opened in the browser it may run, load and send nothing.
_SANDBOX = "sandbox; default-src 'none'"
# Sent by static/evidence.js, which wants the list of files and not the whole page.
_BY_SCRIPT = "X-Evidence-Script"


@requires(Permission.VIEW_PLAN)
@require_safe
@cache_control(private=True, no_store=True)
def evidence(request: PortalRequest, pk: int) -> FileResponse:
    """The file as it was uploaded, always as a download, under the officer's own name for it."""
    found = _visible(request, pk)
    return _file(storage.path_of(str(found.file.name)), found.kind, name=found.name)


@requires(Permission.VIEW_PLAN)
@require_safe
@cache_control(private=True, max_age=3600)
def evidence_thumbnail(request: PortalRequest, pk: int) -> FileResponse:
    """The small picture the portal made itself: the only thing of an upload that is shown inside a page."""
    found = _visible(request, pk)
    return _file(storage.thumbnail_path(str(found.file.name)), "image/jpeg")


@requires(Permission.FILE_REPORT)
@require_POST
def evidence_attach(request: PortalRequest, pk: int) -> HttpResponse:
    """Attach the ``files`` sent to an entry; each is judged by itself, and those refused are named with the reason."""
    at = timezone.now()
    entry = get_object_or_404(ProgressEntry.objects.select_related("report__period"), pk=pk)
    access = filing_access(request, entry.report_id, at)
    refused = [] if request.FILES else ["Chưa chọn tệp nào. Hãy chọn tệp rồi bấm Đính kèm."]
    for file in request.FILES.getlist("files"):
        try:
            attach_evidence(entry, file.open(), file.name or "", by=request.user, at=at)
        except (NotAccepted, FilingError) as error:
            refused.append(f"{file.name}: {error}")
    return _answer(request, access, entry, refused)


@requires(Permission.FILE_REPORT)
@require_POST
def evidence_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take one file away from a report that can still be edited."""
    at = timezone.now()
    found = get_object_or_404(Evidence.objects.select_related("entry__report__period"), pk=pk)
    access = filing_access(request, found.entry.report_id, at)
    refused = []
    try:
        remove_evidence(found, by=request.user, at=at)
    except FilingError as error:
        refused.append(str(error))
    return _answer(request, access, found.entry, refused)


def _answer(request: PortalRequest, access: ReportAccess, entry: ProgressEntry, refused: list[str]) -> HttpResponse:
    """To the page's script the list of files anew; without it the page, at the same entry."""
    if _BY_SCRIPT in request.headers:
        context = {"entry": entry, "refused": refused, "can_edit": access.is_fileable, "on_behalf": access.on_behalf}
        return render(request, "evidence/_evidence_files.html", context)
    for reason in refused:
        messages.error(request, reason)
    return redirect(f"{access.url}#{prefix_of(entry)}")


def _visible(request: PortalRequest, pk: int) -> Evidence:
    return get_object_or_404(Evidence.objects.visible_to(request.user, timezone.localdate()), pk=pk)


def _file(path: Path, media_type: str, *, name: str = "") -> FileResponse:
    """``name`` makes it a download. A file that is not there is 404, and an error for the administrator."""
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        log.error("evidence file missing", path=path.name)
        raise Http404 from error
    response = FileResponse(stream, as_attachment=bool(name), filename=name, content_type=media_type)
    response["Content-Security-Policy"] = _SANDBOX
    return response
