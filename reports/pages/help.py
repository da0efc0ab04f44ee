"""How to work with the portal, in the words of the screens."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, Permission, open_to
from assignments.requests import PortalRequest
from reports.domain.states import ReportStatus, WorkState, look_of


@open_to(Anyone.SIGNED_IN)
@require_safe
def help_page(request: PortalRequest) -> HttpResponse:
    context = {
        "work_looks": [look_of(state) for state in WorkState],
        "report_looks": [look_of(status) for status in ReportStatus],
        "may_follow_reminders": request.user.may(Permission.FOLLOW_REMINDERS),
    }
    return render(request, "pages/help.html", context)
