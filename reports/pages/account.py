"""One's own account: who one is to the portal, and how one wants to be reached."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.ended_units import mark_ended
from assignments.models import UnitMembership
from assignments.permissions import Anyone, open_to
from assignments.requests import PortalRequest
from reports.reminders.forms import ContactForm


@open_to(Anyone.SIGNED_IN)
@require_safe
def account(request: PortalRequest) -> HttpResponse:
    """Name, role, units, and the way reminders take."""
    return _page(request, ContactForm(user=request.user))


@open_to(Anyone.SIGNED_IN)
@require_POST
def contact(request: PortalRequest) -> HttpResponse:
    """Keep the chosen hour and channels; they hold for what is written from now on."""
    form = ContactForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    form.save()
    messages.success(request, "Đã lưu cách nhận tin. Tin nhắc từ nay theo lựa chọn này.")
    return redirect("account")


def _page(request: PortalRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    serving = UnitMembership.objects.on(today).filter(user=request.user).select_related("unit")
    units = [one.unit for one in serving.order_by("unit__sort_key")]
    mark_ended(units, today)
    context = {"units": units, "contact": form}
    return render(request, "pages/account.html", context, status=status)
