"""Documents made from what was reported, to be signed on paper or in the document system."""

import io

from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from documents import MEDIA_TYPE
from reports.evidence.names import safe_name
from reports.filing.access import report_access
from reports.filing.report_document import unit_report_document


@requires(Permission.VIEW_PLAN)
@require_safe
def report_document(request: PortalRequest, pk: int) -> FileResponse:
    """The report of a unit as a Word file.

    A draft, marked so, is for its own unit and for who files in its place; so is one that is being corrected.
    """
    access = report_access(request, pk, timezone.now())
    report = access.report
    if not report.is_in_effect and not access.may_file:
        raise Http404
    name = safe_name(f"{report.period} - {report.unit}".replace("/", "-"), ".docx")
    file = io.BytesIO(unit_report_document(report))
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)
