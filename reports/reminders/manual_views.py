""" "Đôn đốc": the standing agency presses units that have not filed; chosen, read, sent, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

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
from reports.domain.calendar import local_day
from reports.models import HandReminder, Reminder, ReminderItem, ReportingPeriod
from reports.web.decorators import needs_plan, plan_of

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
    """Choose units of one period or several (``?ky=2024-W10&ky=2024-03``, else of all past their due time), see what
    they will be told, send.

    Only ``xac-nhan`` sends.
    """
    at = timezone.now()
    periods = periods_to_chase(plan, at)
    asked = request.GET.getlist("ky")
    chosen = [period for period in periods if period.code in asked]
    if asked and not chosen:
        messages.info(request, "Kỳ ấy không còn đơn vị nào phải đôn đốc.")
        return redirect("remind", plan.pk)
    chosen = chosen or [period for period in periods if period.due_at < at] or periods[:1]
    if not chosen:
        return render(request, "reminders/remind.html", {"chosen": []})
    rows = outstanding_reports(chosen, request.user, at)
    form = _form(request, rows, at)
    if request.method != "POST" or "sua" in request.POST or not form.is_valid():
        is_wrong = request.method == "POST" and "sua" not in request.POST
        shown = {"periods": periods, "rows": _chosen(form, rows), "form": form, "at": at}
        context = {**_said_of(chosen, at), **shown}
        return render(request, "reminders/remind.html", context, status=422 if is_wrong else 200)
    if "xac-nhan" not in request.POST:
        return _preview(request, chosen, rows, form, at)
    return _send(request, chosen, form, at)


@requires(Permission.REVIEW_REPORTS)
@require_safe
@plan_of(HandReminder, "reminders__items__period__plan")
def hand_reminder(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """What became of one: for each unit, each person and channel; the page asks anew while they are leaving."""
    at = timezone.now()
    readable = HandReminder.objects.visible_to(request.user, local_day(at))
    hand = get_object_or_404(readable.select_related("by"), pk=pk)
    sent = list(Reminder.objects.filter(hand=hand).with_subjects().order_by("user__full_name", "channel"))
    waiting = sum(reminder.is_under_way for reminder in sent)
    spoken_of = {item.period.pk: item.period for reminder in sent for item in reminder.items.all() if item.period}
    context = {
        **_said_of(sorted(spoken_of.values(), key=lambda period: period.due_at), at),
        "hand": hand,
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


def _said_of(periods: Sequence[ReportingPeriod], at: datetime) -> dict[str, object]:
    """The periods one presses for, in words and as an address."""
    return {
        "chosen": periods,
        "titles": ", ".join(period.title_on(local_day(at)) for period in periods),
        "address": urlencode([("ky", period.code) for period in periods]),
        "kept": " ".join(period.code for period in periods),
    }


def _form(request: PortalRequest, rows: list[OutstandingReport], at: datetime) -> RemindForm:
    """Past the due moment all who can be reached are chosen from the start; before it the standing agency chooses."""
    reached = [row.report.unit_id for row in rows if row.people and at > row.report.period.due_at]
    units = Unit.objects.filter(pk__in=[row.report.unit_id for row in rows])
    return RemindForm(request.POST or None, units=units, initial={"units": reached, "text": DEFAULT_TEXT})


def _chosen(form: RemindForm, rows: list[OutstandingReport]) -> list[tuple[list[OutstandingReport], bool]]:
    """What is outstanding of each unit, and whether the unit is chosen."""
    chosen = {str(key) for key in form["units"].value() or ()}
    of_unit = groupby(rows, key=lambda row: row.report.unit_id)
    return [(list(own), str(unit) in chosen) for unit, own in of_unit]


def _preview(
    request: PortalRequest,
    periods: Sequence[ReportingPeriod],
    rows: list[OutstandingReport],
    form: RemindForm,
    at: datetime,
) -> HttpResponse:
    units = set(form.cleaned_data["units"])
    asked = [row for row in rows if row.report.unit in units]
    chosen = list({row.report.unit_id: row for row in asked}.values())
    reached = [row for row in chosen if row.people]
    example = (reached or chosen)[0].report
    own = [row.report for row in asked if row.report.unit_id == example.unit_id]
    message = reports_message(own, [], words=form.cleaned_data["text"], is_by_hand=True, at=at)
    context = {
        **_said_of(periods, at),
        "form": form,
        "reached": reached,
        "nobody": [row for row in chosen if not row.people],
        "people": len({person.key for row in reached for person in row.people}),
        "message": message,
        "example": example.unit,
    }
    return render(request, "reminders/remind_preview.html", context)


def _send(request: PortalRequest, periods: Sequence[ReportingPeriod], form: RemindForm, at: datetime) -> HttpResponse:
    units, text = form.cleaned_data["units"], form.cleaned_data["text"]
    outcome = remind_by_hand(periods, units, text=text, by=request.user, at=at)
    _tell(request, outcome)
    hand = outcome.hand or _said_just_now(periods, outcome)
    if hand:
        return redirect("hand_reminder", hand.pk)
    return redirect(f"{reverse('remind', args=[periods[0].plan_id])}?{_said_of(periods, at)['address']}")


def _said_just_now(periods: Sequence[ReportingPeriod], outcome: Reminded) -> HandReminder | None:
    """The reminder by hand that a second press finds already written; its page is shown instead."""
    of_units = ReminderItem.objects.filter(period__in=periods, report__unit__in=outcome.just_told)
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
