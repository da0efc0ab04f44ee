"""How to work with the portal, in the words of the screens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, open_to
from reports.states import ReportStatus, WorkState, look_of


@open_to(Anyone.SIGNED_IN)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    looks = {
        "work_looks": [look_of(state) for state in WorkState],
        "report_looks": [look_of(status) for status in ReportStatus],
    }
    return render(request, "help.html", looks)
