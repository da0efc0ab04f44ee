""" "Đôn đốc": the standing agency presses units that have not filed or answered; chosen, read, sent, and what became of
it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assignments.concerned_plans import plans_of_units
from assignments.models import Unit, User
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import HandReminder, Reminder, ReminderItem, ReportingPeriod, UnitReport, UnitRequest
from reports.web.decorators import needs_plan, plan_of

from .filters import REQUESTS
from .forms import RemindForm
from .manual import (
    DEFAULT_TEXT,
    DEFAULT_TEXT_OF_REQUESTS,
    NOT_AGAIN_WITHIN,
    Reminded,
    remind_by_hand,
    remind_of_requests,
)
from .messages import Message, reports_message, requests_message
from .outstanding import (
    Outstanding,
    outstanding_reports,
    outstanding_requests,
    periods_to_chase,
    requests_to_chase,
)

# A message that has not left by then waits for a mail server, and nobody waits for that before a screen.
WATCHED_FOR = timedelta(minutes=5)


class Chase(NamedTuple):
    """What one presses for: reports of ``periods``, or where there are none the ``requests`` of the plan."""

    plan: Plan
    today: date
    periods: Sequence[ReportingPeriod]
    requests: Sequence[UnitRequest] = ()

    @property
    def codes(self) -> list[str]:
        return [period.code for period in self.periods] or [REQUESTS]

    @property
    def titles(self) -> str:
        return ", ".join(period.title_on(self.today) for period in self.periods) or "yêu cầu trả lời"

    @property
    def address(self) -> str:
        return urlencode([("ky", code) for code in self.codes])

    @property
    def units_asked(self) -> int:
        return len({request.unit_id for request in self.requests})

    @property
    def default_text(self) -> str:
        return DEFAULT_TEXT if self.periods else DEFAULT_TEXT_OF_REQUESTS

    def outstanding(self, by: User, at: datetime) -> list[Outstanding]:
        if self.periods:
            return outstanding_reports(self.periods, by, at)
        return outstanding_requests(self.requests, by, at)

    def message(self, rows: Sequence[Outstanding], words: str, at: datetime) -> Message:
        """What a unit with ``rows`` is going to be told."""
        concerned = plans_of_units({row.unit.pk for row in rows}, local_day(at))
        plans = set[int]().union(*concerned.values())
        reports = [row.asked for row in rows if isinstance(row.asked, UnitReport)]
        if reports:
            return reports_message(reports, [], words=words, is_by_hand=True, at=at, plans=plans)
        requests = [row.asked for row in rows if isinstance(row.asked, UnitRequest)]
        return requests_message(requests, words=words, is_by_hand=True, at=at, plans=plans)

    def press(self, units: Sequence[Unit], text: str, *, by: User, at: datetime) -> Reminded:
        if self.periods:
            return remind_by_hand(self.periods, units, text=text, by=by, at=at)
        return remind_of_requests(self.plan, units, text=text, by=by, at=at)


@requires(Permission.REVIEW_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
@needs_plan
def remind(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Choose units of one period or several (``?ky=2024-W10&ky=2024-03``, else of all past their due time), or units
    asked something (``?ky=yeu-cau``), see what they will be told, send.

    Only ``xac-nhan`` sends.
    """
    at = timezone.now()
    periods, requests = periods_to_chase(plan, at), requests_to_chase(plan, at)
    codes = request.GET.getlist("ky")
    chosen = [period for period in periods if period.code in codes]
    is_of_requests = bool(requests) and REQUESTS in codes
    if codes and not (chosen or is_of_requests):
        messages.info(request, "Không còn đơn vị nào phải đôn đốc về việc ấy.")
        return redirect("remind", plan.pk)
    late = [period for period in periods if period.due_at < at] or periods[:1]
    chase = Chase(plan, local_day(at), chosen or ([] if is_of_requests else late), requests)
    if not (chase.periods or requests):
        return render(request, "reminders/remind.html", {"chase": None})
    rows = chase.outstanding(request.user, at)
    form = _form(request, chase, rows, at)
    if request.method != "POST" or "sua" in request.POST or not form.is_valid():
        is_wrong = request.method == "POST" and "sua" not in request.POST
        context = {"chase": chase, "periods": periods, "rows": _chosen(form, rows), "form": form, "at": at}
        return render(request, "reminders/remind.html", context, status=422 if is_wrong else 200)
    if "xac-nhan" not in request.POST:
        return _preview(request, chase, rows, form, at)
    return _send(request, chase, form, at)


@requires(Permission.REVIEW_REPORTS)
@require_safe
@plan_of(HandReminder, "reminders__items__period__plan", "reminders__items__request__plan")
def hand_reminder(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """What became of one: for each unit, each person and channel; the page asks anew while they are leaving."""
    at = timezone.now()
    readable = HandReminder.objects.visible_to(request.user, local_day(at))
    hand = get_object_or_404(readable.select_related("by"), pk=pk)
    sent = list(Reminder.objects.filter(hand=hand).with_subjects().order_by("user__full_name", "channel"))
    waiting = sum(reminder.is_under_way for reminder in sent)
    spoken_of = {item.period.pk: item.period for reminder in sent for item in reminder.items.all() if item.period}
    context = {
        "chase": Chase(plan, local_day(at), sorted(spoken_of.values(), key=lambda period: period.due_at)),
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
        for unit in {item.asked.unit for item in reminder.items.all() if item.asked}:
            of_unit.setdefault(unit, []).append(reminder)
    return sorted(of_unit.items(), key=lambda told: told[0].sort_key)


def _form(request: PortalRequest, chase: Chase, rows: list[Outstanding], at: datetime) -> RemindForm:
    """Past the due moment all who can be reached are chosen from the start; before it the standing agency chooses."""
    reached = [row.asked.unit_id for row in rows if row.people and at > row.asked.due_at]
    units = Unit.objects.filter(pk__in=[row.asked.unit_id for row in rows])
    return RemindForm(request.POST or None, units=units, initial={"units": reached, "text": chase.default_text})


def _chosen(form: RemindForm, rows: list[Outstanding]) -> list[tuple[list[Outstanding], bool]]:
    """What is outstanding of each unit, and whether the unit is chosen."""
    chosen = {str(key) for key in form["units"].value() or ()}
    of_unit = groupby(rows, key=lambda row: row.asked.unit_id)
    return [(list(own), str(unit) in chosen) for unit, own in of_unit]


def _preview(
    request: PortalRequest, chase: Chase, rows: list[Outstanding], form: RemindForm, at: datetime
) -> HttpResponse:
    units = set(form.cleaned_data["units"])
    asked = [row for row in rows if row.unit in units]
    chosen = list({row.asked.unit_id: row for row in asked}.values())
    reached = [row for row in chosen if row.people]
    example = (reached or chosen)[0].unit
    context = {
        "chase": chase,
        "form": form,
        "reached": reached,
        "nobody": [row for row in chosen if not row.people],
        "people": len({person.key for row in reached for person in row.people}),
        "message": chase.message([row for row in asked if row.unit == example], form.cleaned_data["text"], at),
        "example": example,
    }
    return render(request, "reminders/remind_preview.html", context)


def _send(request: PortalRequest, chase: Chase, form: RemindForm, at: datetime) -> HttpResponse:
    outcome = chase.press(form.cleaned_data["units"], form.cleaned_data["text"], by=request.user, at=at)
    _tell(request, outcome)
    hand = outcome.hand or _said_just_now(chase, outcome)
    if hand:
        return redirect("hand_reminder", hand.pk)
    return redirect(f"{reverse('remind', args=[chase.plan.pk])}?{chase.address}")


def _said_just_now(chase: Chase, outcome: Reminded) -> HandReminder | None:
    """The reminder by hand that a second press finds already written; its page is shown instead."""
    of_reports = Q(period__in=chase.periods, report__unit__in=outcome.just_told)
    of_requests = Q(request__plan=chase.plan, request__unit__in=outcome.just_told)
    of_units = ReminderItem.objects.filter(of_reports if chase.periods else of_requests)
    return HandReminder.objects.filter(reminders__items__in=of_units).order_by("-at", "-pk").first()


def _tell(request: PortalRequest, outcome: Reminded) -> None:
    if outcome.told:
        messages.success(request, f"Đã ghi tin đôn đốc {len(outcome.told)} đơn vị; tin đi trong vòng một phút.")
    left = (
        (outcome.just_told, "vừa được đôn đốc ít phút trước nên không gửi nữa"),
        (outcome.filed, "đã nộp, đã trả lời hoặc không còn phải nộp, phải trả lời nên không gửi"),
        (outcome.nobody, "không có ai nhận tin; hãy gọi điện"),
    )
    for units, words in left:
        if units:
            messages.warning(request, f"{'; '.join(unit.name for unit in units)}: {words}.")
