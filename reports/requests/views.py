"""The list of what is asked, one request, and the answer of the unit."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.middleware import look_at
from assignments.models import User
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.domain.calendar import local_day
from reports.lifecycle.errors import ReviewError
from reports.models import UnitRequest, UnitRequestQuerySet

from .services import answer_request

ON_PAGE = 40
_SHOWN_WITH_IT = ("plan", "unit", "asked_by", "answered_by", "obstacle__duty__initiative", "obstacle__duty__unit")


@requires(Permission.VIEW_PLAN)
@require_safe
def requests(request: PortalRequest) -> HttpResponse:
    """What is asked of the units one serves, or of all; unanswered ones first, the first due first."""
    at = timezone.now()
    listed = _readable(request.user, at).unfinished().order_by("-state", "due_at", "pk")
    page = Paginator(listed, ON_PAGE).get_page(request.GET.get("trang"))
    plans = listed.order_by().values("plan").distinct()
    return render(request, "requests/requests.html", {"page": page, "at": at, "says_plan": len(plans) > 1})


@requires(Permission.VIEW_PLAN)
@require_safe
def request_page(request: PortalRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    return _page(request, get_object_or_404(_readable(request.user, at), pk=pk), at)


@requires(Permission.FILE_REPORT)
@require_POST
def request_answer(request: PortalRequest, pk: int) -> HttpResponse:
    """The unit answers what it was asked."""
    at = timezone.now()
    own = UnitRequest.objects.answerable_by(request.user, local_day(at))
    found = get_object_or_404(own.select_related(*_SHOWN_WITH_IT), pk=pk)
    text = request.POST.get("noi-dung", "")
    try:
        answer_request(found, text=text, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return _page(request, found, at, said=text, status=422)
    messages.success(request, "Đã gửi trả lời; cơ quan yêu cầu và đơn vị nêu khó khăn được báo.")
    return redirect("request", pk)


def open_requests(user: User, at: datetime) -> list[UnitRequest]:
    """What the user's units are to answer under any plan, the first due first; one query."""
    mine = UnitRequest.objects.awaiting().filter(unit__in=user.units_on(local_day(at)))
    return list(mine.select_related(*_SHOWN_WITH_IT))


def _readable(user: User, at: datetime) -> UnitRequestQuerySet:
    return UnitRequest.objects.readable().visible_to(user, local_day(at)).select_related(*_SHOWN_WITH_IT)


def _page(
    request: PortalRequest, found: UnitRequest, at: datetime, *, said: str = "", status: int = 200
) -> HttpResponse:
    look_at(request, found.plan)
    is_own = UnitRequest.objects.answerable_by(request.user, local_day(at)).filter(pk=found.pk).exists()
    context = {"asked": found, "at": at, "can_answer": is_own and found.is_open, "said": said}
    return render(request, "requests/request.html", context, status=status)
