""" "Đôn đốc": the standing agency presses units that have not filed; chosen, read, sent, and what became of it."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assignments.models import Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.models import HandReminder, Reminder, ReminderItem, ReportingPeriod
from reports.web.decorators import needs_plan

from .forms import RemindForm
from .manual import DEFAULT_TEXT, NOT_AGAIN_WITHIN, Reminded, remind_by_hand
from .messages import reports_message
from .outstanding import OutstandingReport, outstanding_reports, periods_to_chase

# A message that has not left by then waits for a mail server, and nobody waits for that before a screen.
WATCHED_FOR = timedelta(minutes=5)


@requires(Permission.REVIEW_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_plan
def remind(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Choose units of a period (``?ky=2024-W10``), see what they will be told, send. Only ``xac-nhan`` sends."""
    at = timezone.now()
    periods = periods_to_chase(plan, at)
    period = next((period for period in periods if period.code == request.GET.get("ky")), None)
    if period is None and request.GET.get("ky"):
        messages.info(request, "Kỳ ấy không còn đơn vị nào phải đôn đốc.")
        return redirect("remind")
    period = period or next(iter(periods), None)
    if period is None:
        return render(request, "reminders/remind.html", {"period": None})
    rows = outstanding_reports(period, request.user, at)
    form = _form(request, rows, period, at)
    if request.method != "POST" or "sua" in request.POST or not form.is_valid():
        is_wrong = request.method == "POST" and "sua" not in request.POST
        context = {"period": period, "periods": periods, "rows": _chosen(form, rows), "form": form, "at": at}
        return render(request, "reminders/remind.html", context, status=422 if is_wrong else 200)
    if "xac-nhan" not in request.POST:
        return _preview(request, period, rows, form, at)
    return _send(request, period, form, at)


@requires(Permission.REVIEW_REPORTS)
@require_safe
@needs_plan
def hand_reminder(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """What became of one: for each unit, each person and channel; the page asks anew while they are leaving."""
    at = timezone.now()
    of_plan = Reminder.objects.of_plan(plan).values("hand")
    hand = get_object_or_404(HandReminder.objects.select_related("by").filter(pk__in=of_plan), pk=pk)
    sent = list(Reminder.objects.filter(hand=hand).with_subjects().order_by("user__full_name", "channel"))
    waiting = sum(reminder.is_under_way for reminder in sent)
    context = {
        "hand": hand,
        "period": sent[0].items.all()[0].period,
        "by_unit": _by_unit(sent),
        "waiting": waiting,
        "is_watched": waiting > 0 and at - hand.at < WATCHED_FOR,
        "failed": sum(reminder.has_failed for reminder in sent),
        "is_just_sent": hand.by == request.user and at - hand.at < NOT_AGAIN_WITHIN,
    }
    return render(request, "reminders/hand_reminder.html", context)


def _by_unit(reminders: list[Reminder]) -> list[tuple[Unit, list[Reminder]]]:
    """Units in Vietnamese order, each with the messages to those who serve it."""
    of_unit: dict[Unit, list[Reminder]] = {}
    for reminder in reminders:
        for unit in {item.report.unit for item in reminder.items.all() if item.report}:
            of_unit.setdefault(unit, []).append(reminder)
    return sorted(of_unit.items(), key=lambda told: told[0].sort_key)


def _form(request: PortalRequest, rows: list[OutstandingReport], period: ReportingPeriod, at: datetime) -> RemindForm:
    """Past the due moment all who can be reached are chosen from the start; before it the standing agency chooses."""
    reached = [row.report.unit_id for row in rows if row.people and at > period.due_at]
    units = Unit.objects.filter(pk__in=[row.report.unit_id for row in rows])
    return RemindForm(request.POST or None, units=units, initial={"units": reached, "text": DEFAULT_TEXT})


def _chosen(form: RemindForm, rows: list[OutstandingReport]) -> list[tuple[OutstandingReport, bool]]:
    chosen = {str(key) for key in form["units"].value() or ()}
    return [(row, str(row.report.unit_id) in chosen) for row in rows]


def _preview(
    request: PortalRequest, period: ReportingPeriod, rows: list[OutstandingReport], form: RemindForm, at: datetime
) -> HttpResponse:
    units = set(form.cleaned_data["units"])
    chosen = [row for row in rows if row.report.unit in units]
    reached = [row for row in chosen if row.people]
    example = (reached or chosen)[0].report
    message = reports_message([example], [], words=form.cleaned_data["text"], is_by_hand=True, at=at)
    context = {
        "period": period,
        "form": form,
        "reached": reached,
        "nobody": [row for row in chosen if not row.people],
        "people": len({person.key for row in reached for person in row.people}),
        "message": message,
        "example": example.unit,
    }
    return render(request, "reminders/remind_preview.html", context)


def _send(request: PortalRequest, period: ReportingPeriod, form: RemindForm, at: datetime) -> HttpResponse:
    outcome = remind_by_hand(period, form.cleaned_data["units"], text=form.cleaned_data["text"], by=request.user, at=at)
    _tell(request, outcome)
    hand = outcome.hand or _said_just_now(period, outcome)
    return redirect("hand_reminder", hand.pk) if hand else redirect(f"{reverse('remind')}?ky={period.code}")


def _said_just_now(period: ReportingPeriod, outcome: Reminded) -> HandReminder | None:
    """The reminder by hand that a second press finds already written; its page is shown instead."""
    of_units = ReminderItem.objects.filter(period=period, report__unit__in=outcome.just_told)
    return HandReminder.objects.filter(reminders__items__in=of_units).order_by("-at", "-pk").first()


def _tell(request: PortalRequest, outcome: Reminded) -> None:
    if outcome.told:
        messages.success(request, f"Đã ghi tin đôn đốc {len(outcome.told)} đơn vị; tin đi trong vòng một phút.")
    left = (
        (outcome.just_told, "vừa được đôn đốc ít phút trước nên không gửi nữa"),
        (outcome.filed, "đã nộp hoặc không còn nộp được nên không gửi"),
        (outcome.nobody, "không có ai nhận tin; hãy gọi điện"),
    )
    for units, words in left:
        if units:
            messages.warning(request, f"{'; '.join(unit.name for unit in units)}: {words}.")
