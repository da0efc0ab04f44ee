"""Notifications: what one was told inside the portal, newest first; read when it is opened."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from assignments.concerned_plans import concerned_plans, says_plan_among
from assignments.permissions import Anyone, open_to
from assignments.requests import PortalRequest
from reports.models import Notification

from .services import mark_read

NOTIFICATIONS_ON_PAGE = 40
UNREAD = "chua-doc"


@open_to(Anyone.SIGNED_IN)
@require_safe
def notifications(request: PortalRequest) -> HttpResponse:
    """One's own messages; ``?muc=chua-doc`` leaves out those that were read."""
    own = Notification.objects.of(request.user).select_related("plan")
    is_unread_only = request.GET.get("muc") == UNREAD
    page = Paginator(own.unread() if is_unread_only else own, NOTIFICATIONS_ON_PAGE).get_page(request.GET.get("trang"))
    told_of = own.order_by().exclude(plan=None).values_list("plan", flat=True).distinct()
    says_plan = says_plan_among(concerned_plans(request.user, timezone.localdate()), told_of)
    context = {"page": page, "is_unread_only": is_unread_only, "says_plan": says_plan}
    return render(request, "notifications/notifications.html", context)


@open_to(Anyone.SIGNED_IN)
@require_POST
def notification_open(request: PortalRequest, pk: int) -> HttpResponse:
    """Mark it as read and go where it is answered."""
    found = get_object_or_404(Notification.objects.of(request.user), pk=pk)
    mark_read(request.user, [found.pk], at=timezone.now())
    is_ours = found.url.startswith("/") and url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if is_ours else "notifications")


@open_to(Anyone.SIGNED_IN)
@require_POST
def notifications_read(request: PortalRequest) -> HttpResponse:
    """Mark all as read."""
    count = mark_read(request.user, at=timezone.now())
    messages.success(request, f"Đã đánh dấu {count} thông báo là đã đọc." if count else "Không còn thông báo chưa đọc.")
    return redirect("notifications")
